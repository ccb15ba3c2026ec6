"""The program builder in a real browser: keyboard, mouse, dragging, undo, two editors, speed."""

import json
import secrets
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import instructor
from tests.browser.portal_server import PASSWORD, Portal

pytestmark = pytest.mark.browser

_PASTE = """([input, text]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const init = { bubbles: true, cancelable: true, clipboardData };
  input.dispatchEvent(new ClipboardEvent("paste", init));
}"""
_DROP = """([target, name, bytes]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([new Uint8Array(bytes)], name, { type: "application/pdf" }));
  for (const type of ["dragover", "drop"]) {
    const init = { bubbles: true, cancelable: true, dataTransfer };
    target.dispatchEvent(new DragEvent(type, init));
  }
}"""
# One key on the row at hand: milliseconds of the handler with the page laid out anew.
_TIMED = """(init) => {
  const start = performance.now();
  document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }),
  );
  document.querySelector("[data-tree]").getBoundingClientRect();
  return performance.now() - start;
}"""
_TREE = """async (url) => {
  const { program } = await (await fetch(url)).json();
  return program.lessons.map((lesson) => [lesson.title, lesson.topics.map((topic) => topic.title)]);
}"""
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _open(page: Page, address: str) -> None:
    page.goto(address)
    _await_saved(page)


def _await_saved(page: Page) -> None:
    expect(page.locator("[data-state]")).to_have_attribute("data-kind", "good", timeout=30_000)


def _stored(page: Page, address: str) -> list[list]:
    """Return what the server has: titles of lessons, each with the titles of its topics."""
    _await_saved(page)
    return page.evaluate(_TREE, f"{address}tree")


def _row(page: Page, title: str) -> Locator:
    text = page.locator(f'[data-field="title"]:text-is("{title}")')
    return page.locator("[data-row]").filter(has=text)


def _focused(page: Page) -> str:
    return page.evaluate("document.activeElement.querySelector('[data-field=title]')?.textContent")


def _type_lines(page: Page, *titles: str) -> None:
    for title in titles:
        page.keyboard.type(title)
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def _drag(page: Page, title: str, target: Locator, share: float) -> None:
    """Drag a row by its handle to a place in another row: share 0 is its top, 1 its bottom."""
    handle = _row(page, title).locator("[data-handle]").bounding_box()
    box = target.bounding_box()
    page.mouse.move(handle["x"] + 8, handle["y"] + 12)
    page.mouse.down()
    page.mouse.move(handle["x"] + 20, handle["y"] + 20, steps=3)
    page.mouse.move(box["x"] + 120, box["y"] + box["height"] * share, steps=6)
    expect(page.locator(".b-line")).to_be_visible()
    page.wait_for_timeout(60)
    page.mouse.up()


def _watched(page: Page) -> Page:
    """Remember script errors and refused resources of a page."""
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console",
        lambda message: page.problems.append(message.text) if message.type == "error" else None,
    )
    return page


@pytest.fixture(scope="module")
def page(portal: Portal, chromium: Browser) -> Iterator[Page]:
    """Sign an instructor in once."""
    context = chromium.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
    opened = _watched(context.new_page())
    instructor.sign_in(opened, portal.url, "instructor", PASSWORD)
    yield opened
    context.close()


@pytest.fixture
def program(portal: Portal, page: Page) -> Iterator[str]:
    """Make a station with an empty program and return the address of its builder."""
    short = f"BB{secrets.token_hex(3)}"  # A portal that is named may hold an earlier run.
    station = instructor.add(page, portal.url, "station", name="КС «Сборка»", short_name=short)
    pk = instructor.add(page, portal.url, "courseprogram", f"?station={station}", title="Сборка")
    yield f"{portal.url}/admin/lms/courseprogram/{pk}/builder/"
    problems, page.problems = page.problems, []
    assert problems == []


Build = Callable[..., None]


@pytest.fixture
def build(page: Page, program: str) -> Build:
    """Return a function that adds lessons with topics by the builder's own lines."""

    def build_lessons(**lessons: list[str]) -> None:
        _open(page, program)
        for title, topics in lessons.items():
            page.locator('.b-bar [data-act="addLesson"]').click()
            _type_lines(page, title)
            page.keyboard.press("Shift+N")
            _type_lines(page, *topics)
        _await_saved(page)

    return build_lessons


def test_a_program_is_built_with_the_keyboard_alone(page: Page, program: str):
    _open(page, program)
    page.locator("[data-empty] button").focus()

    page.keyboard.press("Enter")
    _type_lines(page, "Первый", "Второй", "Третий")
    assert _focused(page) == "Третий"
    page.keyboard.press("Shift+N")
    _type_lines(page, "3.1", "3.2")
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    assert _focused(page) == "Второй"
    page.keyboard.press("Shift+N")
    _type_lines(page, "2.1")
    # Rename, move across the border of the lesson, duplicate, delete, undo.
    page.keyboard.press("F2")
    page.keyboard.type("2.1 новая")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+ArrowUp")
    assert _focused(page) == "2.1 новая"
    page.keyboard.press("Control+D")
    page.keyboard.press("Delete")
    assert _focused(page) == "2.1 новая"
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+Z")
    assert _focused(page) == "2.1 новая"

    wanted = [["Первый", []], ["Второй", ["2.1 новая"]], ["Третий", ["3.1", "3.2"]]]
    assert _stored(page, program) == wanted
    expect(page.locator("[data-row]")).to_have_count(6)


def test_a_program_is_built_with_the_mouse(page: Page, program: str):
    _open(page, program)

    page.click("[data-empty] button")
    page.locator("[data-new-title]").fill("Урок мышью")
    page.click("[data-new-add]")
    page.click("[data-new-close]")
    page.locator(".b-below [data-add-line] button").first.click()
    page.evaluate(_PASTE, [page.query_selector("[data-new-title]"), "раз\nдва\n\nтри"])
    page.click("[data-new-close]")
    _row(page, "два").locator('[data-field="duration"]').click()
    page.locator("[data-edit]").fill("40 минут")
    _row(page, "три").locator("[data-switch]").click()
    _row(page, "раз").locator("[data-menu]").click()
    page.locator(".b-menu-item.b-danger").click()
    page.locator(".b-below [data-add-line] button").nth(1).click()
    page.locator("[data-edit]").fill("Проверка знаний")
    page.keyboard.press("Enter")

    assert _stored(page, program) == [["Урок мышью", ["два", "три"]]]
    page.reload()
    _await_saved(page)
    expect(_row(page, "два").locator('[data-field="duration"]')).to_have_text("40 минут")
    expect(_row(page, "три").locator("[data-switch]")).to_have_attribute("aria-checked", "false")
    expect(_row(page, "Проверка знаний").locator("[data-questions]")).to_be_visible()


def test_topics_are_dragged_between_lessons(page: Page, program: str, build: Build):
    build(Первый=["а", "б", "в"], Второй=["г"])

    _drag(page, "а", _row(page, "г"), 0.9)
    assert _stored(page, program) == [["Первый", ["б", "в"]], ["Второй", ["г", "а"]]]
    # Two that are selected go together.
    _row(page, "б").click(modifiers=["Control"])
    _row(page, "в").click(modifiers=["Control"])
    _drag(page, "в", _row(page, "г"), 0.1)
    assert _stored(page, program) == [["Первый", []], ["Второй", ["б", "в", "г", "а"]]]
    page.keyboard.press("Control+Z")
    page.keyboard.press("Control+Z")
    assert _stored(page, program) == [["Первый", ["а", "б", "в"]], ["Второй", ["г"]]]
    # Lessons among lessons; Esc leaves all as it was.
    _drag(page, "Второй", _row(page, "Первый"), 0.1)
    assert [title for title, _topics in _stored(page, program)] == ["Второй", "Первый"]
    handle = _row(page, "а").locator("[data-handle]").bounding_box()
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] + 8, handle["y"] + 200, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert _stored(page, program) == [["Второй", ["г"]], ["Первый", ["а", "б", "в"]]]


def test_a_deleted_lesson_comes_back_whole(page: Page, program: str, build: Build):
    build(Первый=["а", "б"], Второй=[])
    page.reload()
    _await_saved(page)
    number = page.evaluate(f"fetch('{program}tree').then((a) => a.json())")["program"]["lessons"][0]

    _row(page, "Первый").focus()
    page.keyboard.press("Delete")

    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("Первый")
    expect(toast).to_contain_text("2")
    assert _focused(page) == "Второй"
    assert _stored(page, program) == [["Второй", []]]
    page.click("[data-toast-act]")
    expect(toast).not_to_be_visible()
    assert _stored(page, program) == [["Первый", ["а", "б"]], ["Второй", []]]
    again = page.evaluate(f"fetch('{program}tree').then((a) => a.json())")["program"]["lessons"][0]
    assert again["id"] == number["id"]


def test_two_editors_of_one_title_choose_which_stays(
    page: Page, portal: Portal, chromium: Browser, program: str, build: Build
):
    build(Первый=["общая", "другая"])
    context = chromium.new_context(locale="ru-RU")
    other = context.new_page()
    instructor.sign_in(other, portal.url, "admin", PASSWORD)
    _open(other, program)
    _rename(other, "общая", "общая чужая")
    _rename(other, "другая", "другая чужая")
    _await_saved(other)

    _rename(page, "общая", "общая моя")
    conflict = page.locator(".b-problem-box")
    expect(conflict).to_contain_text("общая моя")
    expect(conflict).to_contain_text("общая чужая")
    expect(page.locator("[data-state]")).to_have_attribute("data-kind", "bad")
    page.click("[data-keep]")
    assert _stored(page, program) == [["Первый", ["общая моя", "другая чужая"]]]
    # What the other one did elsewhere has been merged meanwhile; theirs can be taken as well.
    expect(_row(page, "другая чужая")).to_be_visible()
    _rename(other, "общая чужая", "снова чужая")
    expect(other.locator(".b-problem-box")).to_be_visible()
    other.click("[data-take]")
    expect(_row(other, "общая моя")).to_be_visible()
    _await_saved(other)
    context.close()
    page.problems[:] = [text for text in page.problems if "409" not in text]


def test_changes_of_two_editors_both_hold(
    page: Page, portal: Portal, chromium: Browser, program: str, build: Build
):
    build(Первый=["а", "б"], Второй=[])
    context = chromium.new_context(locale="ru-RU")
    other = context.new_page()
    instructor.sign_in(other, portal.url, "admin", PASSWORD)
    _open(other, program)
    _row(other, "а").locator('[data-field="duration"]').click()
    other.locator("[data-edit]").fill("1 час")
    other.keyboard.press("Enter")
    _row(other, "б").focus()
    other.keyboard.press("Alt+ArrowRight")
    _await_saved(other)

    _rename(page, "а", "а новая")

    expect(_row(page, "а новая").locator('[data-field="duration"]')).to_have_text("1 час")
    assert _stored(page, program) == [["Первый", ["а новая"]], ["Второй", ["б"]]]
    # What the other one adds comes in by itself, and leaves alone what is being typed.
    _row(page, "а новая").focus()
    page.keyboard.press("Enter")
    page.locator("[data-edit]").fill("а ещё новее")
    _row(other, "б").focus()
    other.keyboard.press("N")
    _type_lines(other, "в")
    _await_saved(other)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(_row(page, "в")).to_be_visible()
    expect(page.locator("[data-edit]")).to_be_focused()
    expect(page.locator("[data-edit]")).to_have_value("а ещё новее")
    page.keyboard.press("Enter")
    assert _stored(page, program) == [["Первый", ["а ещё новее"]], ["Второй", ["б", "в"]]]
    # Where the other one deletes what is renamed here, the typed text is told, not lost.
    _row(other, "б").focus()
    other.keyboard.press("Delete")
    _await_saved(other)
    _rename(page, "б", "б новая")
    expect(page.locator("[data-toast]")).to_contain_text("б новая")
    expect(_row(page, "б новая")).to_have_count(0)
    context.close()
    page.problems[:] = [text for text in page.problems if "409" not in text]


def _rename(page: Page, title: str, new: str) -> None:
    _row(page, title).focus()
    page.keyboard.press("Enter")
    page.locator("[data-edit]").fill(new)
    page.keyboard.press("Enter")


def test_a_lost_connection_loses_nothing(page: Page, program: str, build: Build):
    build(Первый=["а"])
    page.context.set_offline(True)

    _rename(page, "а", "без сети")
    page.keyboard.press("N")
    _type_lines(page, "ещё одна")

    expect(page.locator("[data-state]")).to_have_attribute("data-kind", "bad")
    expect(page.locator("[data-retry]")).to_be_visible()
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.reload()")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    assert _stored(page, program) == [["Первый", ["без сети", "ещё одна"]]]
    page.problems.clear()


def test_an_act_whose_answer_was_lost_is_not_done_twice(page: Page, program: str, build: Build):
    build(Первый=["а"])
    lost: list[str] = []

    def lose_the_answer(route) -> None:
        route.fetch()
        lost.append(route.request.post_data)
        route.abort()

    page.route("**/builder/act", lose_the_answer, times=1)
    _row(page, "а").focus()
    page.keyboard.press("N")
    _type_lines(page, "один раз")

    expect(page.locator("[data-state]")).to_have_attribute("data-kind", "bad")
    assert _stored(page, program) == [["Первый", ["а", "один раз"]]]
    assert len(lost) == 1
    page.problems.clear()


def test_files_are_dropped_on_a_topic_and_moved(page: Page, program: str, build: Build):
    build(Первый=["с файлом", "без файла"])
    topic = _row(page, "с файлом")

    page.evaluate(_DROP, [topic.element_handle(), "схема.pdf", list(_PDF)])

    file = _row(page, "схема.pdf")
    expect(file).to_be_visible(timeout=30_000)
    _await_saved(page)
    _drag(page, "схема.pdf", _row(page, "без файла"), 0.5)
    _await_saved(page)
    page.reload()
    _await_saved(page)
    # That the topic was opened is remembered.
    expect(_row(page, "без файла")).to_have_attribute("aria-expanded", "true")
    expect(_row(page, "без файла").locator("..").locator("[data-row]")).to_have_count(2)
    # A type that is not taken is told beside the topic.
    page.evaluate(_DROP, [topic.element_handle(), "вирус.exe", [77, 90]])
    expect(page.locator(".b-upload.b-failed")).to_contain_text("вирус.exe")


def test_with_200_topics_each_act_is_on_the_page_within_100_ms(page: Page, program: str):
    _open(page, program)
    for lesson in range(4):
        page.locator('.b-bar [data-act="addLesson"]').click()
        _type_lines(page, f"Урок {lesson}")
        page.keyboard.press("Shift+N")
        lines = "\n".join(f"Тема {lesson}.{number}" for number in range(50))
        page.evaluate(_PASTE, [page.query_selector("[data-new-title]"), lines])
        page.keyboard.press("Escape")
    expect(page.locator('.b-node[data-kind="topic"]')).to_have_count(200)
    _await_saved(page)
    _row(page, "Тема 1.49").focus()

    spent = {}
    for name, init in {
        "move": {"key": "ArrowUp", "altKey": True},
        "into the next lesson": {"key": "ArrowRight", "altKey": True},
        "duplicate": {"key": "d", "code": "KeyD", "ctrlKey": True},
        "delete": {"key": "Delete"},
        "undo": {"key": "z", "code": "KeyZ", "ctrlKey": True},
        "rename": {"key": "F2"},
        "save a title": {"key": "Enter"},
        "new line": {"key": "n", "code": "KeyN"},
    }.items():
        spent[name] = page.evaluate(_TIMED, init)
        if name == "rename":
            page.locator("[data-edit]").fill("Новое имя")
    page.locator("[data-new-title]").fill("Ещё тема")
    spent["add"] = page.evaluate(_TIMED, {"key": "Enter"})

    expect(_row(page, "Ещё тема")).to_be_visible()
    _await_saved(page)
    stored = dict(_stored(page, program))
    assert (len(stored["Урок 1"]), len(stored["Урок 2"])) == (49, 53)
    assert max(spent.values()) < 100, json.dumps(spent, ensure_ascii=False)


def test_a_finger_drags_a_topic(page: Page, program: str, build: Build):
    build(Первый=["а", "б", "в"])
    start = _row(page, "а").locator("[data-handle]").bounding_box()
    end = _row(page, "в").bounding_box()
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, top, bottom = start["x"] + 8, start["y"] + 8, end["y"] + end["height"] - 4
    touch("touchStart", {"x": x, "y": top})
    for step in range(1, 6):
        touch("touchMove", {"x": x, "y": top + (bottom - top) * step / 5})
    expect(page.locator(".b-line")).to_be_visible()
    page.wait_for_timeout(60)
    touch("touchEnd")

    assert _stored(page, program) == [["Первый", ["б", "в", "а"]]]


def test_a_copy_is_made_and_what_the_server_refuses_can_be_put_back(
    page: Page, program: str, build: Build
):
    build(Первый=["а"])
    page.click('[data-act="more"]')
    page.locator(".b-menu-item", has_text=page.locator("#b-copy-title").text_content()).click()
    # The program's own station is the first; it has room for one program that is switched on.
    page.locator("[data-copy-station]").select_option(index=0)
    page.click("[data-copy-go]")
    page.wait_for_url(lambda address: address != program)
    copy = page.url
    assert _stored(page, copy) == [["Первый", ["а"]]]
    switch = page.locator("[data-program] [data-switch]")
    expect(switch).to_have_attribute("aria-checked", "false")

    switch.click()

    box = page.locator("[data-program] .b-problem-box")
    expect(box).to_be_visible()
    expect(page.locator("[data-state]")).to_have_attribute("data-kind", "bad")
    page.click("[data-put-back]")
    _await_saved(page)
    expect(box).to_have_count(0)
    expect(switch).to_have_attribute("aria-checked", "false")
    page.problems[:] = [text for text in page.problems if "400" not in text]


@pytest.mark.parametrize("width", [360, 820])
def test_a_narrow_page_does_not_scroll_sideways(page: Page, program: str, build: Build, width: int):
    build(Урок_с_длинным_названием_без_пробелов_и_переносов=["Тема с длинным названием"])
    page.set_viewport_size({"width": width, "height": 740})
    page.reload()
    _await_saved(page)

    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    page.set_viewport_size({"width": 1440, "height": 900})

    assert widths[0] <= widths[1]
