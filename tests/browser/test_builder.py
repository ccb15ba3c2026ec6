"""The program builder in a real browser: keyboard, mouse, dragging, undo, two editors."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import instructor
from tests.browser.builder_page import (
    DROP,
    PASTE,
    PDF,
    acts_by_keyboard,
    add_lessons,
    await_saved,
    drag_row,
    focused_title,
    open_builder,
    rename_row,
    row_of,
    stored_tree,
    type_lines,
    watched,
)
from tests.browser.portal_server import PASSWORD, Portal

pytestmark = pytest.mark.browser
Build = Callable[..., None]
_THREE_LESSONS = """
from lms.models import Lesson, Topic
for place in range(3):
    lesson = Lesson.objects.create(
        course_program_id=%s, title=f"Урок {place}", order_index=place)
    for number in range(50):
        Topic.objects.create(lesson=lesson, title=f"Тема {place}.{number}", order_index=number)
"""


@pytest.fixture(scope="module")
def page(portal: Portal, chromium: Browser) -> Iterator[Page]:
    """Sign an instructor in once."""
    context = chromium.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
    opened = watched(context.new_page())
    instructor.open_session(opened, portal.url, "instructor", PASSWORD)
    yield opened
    context.close()


def test_a_program_is_built_with_the_keyboard_alone(page: Page, program: str):
    open_builder(page, program)
    page.locator("[data-empty] button").focus()

    page.keyboard.press("Enter")
    type_lines(page, "Первый", "Второй", "Третий")
    assert focused_title(page) == "Третий"
    page.keyboard.press("Shift+N")
    type_lines(page, "3.1", "3.2")
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    assert focused_title(page) == "Второй"
    page.keyboard.press("Shift+N")
    type_lines(page, "2.1")
    # Rename, move across the border of the lesson, duplicate, delete, undo.
    page.keyboard.press("F2")
    page.keyboard.type("2.1 новая")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+ArrowUp")
    assert focused_title(page) == "2.1 новая"
    page.keyboard.press("Control+D")
    page.keyboard.press("Delete")
    assert focused_title(page) == "2.1 новая"
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+Z")
    assert focused_title(page) == "2.1 новая"

    wanted = [["Первый", []], ["Второй", ["2.1 новая"]], ["Третий", ["3.1", "3.2"]]]
    assert stored_tree(page, program) == wanted
    expect(page.locator("[data-row]")).to_have_count(6)


def test_a_program_is_built_with_the_mouse(page: Page, program: str):
    open_builder(page, program)

    page.click("[data-empty] button")
    page.locator("[data-new-title]").fill("Урок мышью")
    page.click("[data-new-add]")
    page.click("[data-new-close]")
    page.locator(".b-below [data-add-line] button").first.click()
    page.evaluate(PASTE, [page.query_selector("[data-new-title]"), "раз\nдва\n\nтри"])
    page.click("[data-new-close]")
    row_of(page, "два").locator('[data-field="duration"]').click()
    page.locator("[data-edit]").fill("40 минут")
    row_of(page, "три").locator("[data-switch]").click()
    row_of(page, "раз").locator("[data-menu]").click()
    page.locator(".b-menu-item.b-danger").click()
    page.locator(".b-below [data-add-line] button").nth(1).click()
    page.locator("[data-edit]").fill("Проверка знаний")
    page.keyboard.press("Enter")

    assert stored_tree(page, program) == [["Урок мышью", ["два", "три"]]]
    page.reload()
    await_saved(page)
    expect(row_of(page, "два").locator('[data-field="duration"]')).to_have_text("40 минут")
    expect(row_of(page, "три").locator("[data-switch]")).to_have_attribute("aria-checked", "false")
    expect(row_of(page, "Проверка знаний").locator("[data-questions]")).to_be_visible()


def test_topics_are_dragged_between_lessons(page: Page, program: str, build: Build):
    build(Первый=["а", "б", "в"], Второй=["г"])

    drag_row(page, "а", row_of(page, "г"), 0.9)
    assert stored_tree(page, program) == [["Первый", ["б", "в"]], ["Второй", ["г", "а"]]]
    # Two that are selected go together.
    row_of(page, "б").click(modifiers=["Control"])
    row_of(page, "в").click(modifiers=["Control"])
    drag_row(page, "в", row_of(page, "г"), 0.1)
    assert stored_tree(page, program) == [["Первый", []], ["Второй", ["б", "в", "г", "а"]]]
    page.keyboard.press("Control+Z")
    page.keyboard.press("Control+Z")
    assert stored_tree(page, program) == [["Первый", ["а", "б", "в"]], ["Второй", ["г"]]]
    # Lessons among lessons; Esc leaves all as it was.
    drag_row(page, "Второй", row_of(page, "Первый"), 0.1)
    assert [title for title, _topics in stored_tree(page, program)] == ["Второй", "Первый"]
    handle = row_of(page, "а").locator("[data-handle]").bounding_box()
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] + 8, handle["y"] + 200, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert stored_tree(page, program) == [["Второй", ["г"]], ["Первый", ["а", "б", "в"]]]


def test_all_that_was_undone_is_done_again(page: Page, program: str, build: Build):
    build(Первый=["а", "б"], Второй=["в"])
    page.reload()
    before = stored_tree(page, program)
    rename_row(page, "а", "а новая")
    for key in ("Alt+ArrowRight", "Control+D", "Alt+ArrowUp", "Delete"):
        page.keyboard.press(key)
    row_of(page, "б").locator("[data-switch]").click()
    row_of(page, "Второй").focus()
    page.keyboard.press("Shift+N")
    type_lines(page, "ещё")
    after = stored_tree(page, program)
    assert after == [["Первый", ["б"]], ["Второй", ["в", "а новая", "ещё"]]]

    page.locator("[data-row]").first.focus()
    for _ in range(7):
        page.keyboard.press("Control+Z")
    assert stored_tree(page, program) == before
    expect(row_of(page, "б").locator("[data-switch]")).to_have_attribute("aria-checked", "true")
    expect(page.locator('[data-act="undo"]')).to_be_disabled()
    page.click('[data-act="redo"]')
    for key in ("Control+Shift+Z", "Control+Y") * 3:
        page.keyboard.press(key)
    expect(page.locator('[data-act="redo"]')).to_be_disabled()
    assert stored_tree(page, program) == after
    page.reload()
    await_saved(page)
    expect(row_of(page, "б").locator("[data-switch]")).to_have_attribute("aria-checked", "false")


def test_a_deleted_lesson_comes_back_whole(page: Page, program: str, build: Build):
    build(Первый=["а", "б"], Второй=[])
    page.reload()
    await_saved(page)
    number = page.evaluate(f"fetch('{program}tree').then((a) => a.json())")["program"]["lessons"][0]

    row_of(page, "Первый").focus()
    page.keyboard.press("Delete")

    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("Первый")
    expect(toast).to_contain_text("2")
    assert focused_title(page) == "Второй"
    assert stored_tree(page, program) == [["Второй", []]]
    page.click("[data-toast-undo]")
    expect(toast).not_to_be_visible()
    assert stored_tree(page, program) == [["Первый", ["а", "б"]], ["Второй", []]]
    again = page.evaluate(f"fetch('{program}tree').then((a) => a.json())")["program"]["lessons"][0]
    assert again["id"] == number["id"]


def test_two_editors_of_one_title_choose_which_stays(
    page: Page, portal: Portal, chromium: Browser, program: str, build: Build
):
    build(Первый=["общая", "другая"])
    context = chromium.new_context(locale="ru-RU")
    other = context.new_page()
    instructor.open_session(other, portal.url, "admin", PASSWORD)
    open_builder(other, program)
    rename_row(other, "общая", "общая чужая")
    rename_row(other, "другая", "другая чужая")
    await_saved(other)

    rename_row(page, "общая", "общая моя")
    conflict = page.locator(".b-problem-box")
    expect(conflict).to_contain_text("общая моя")
    expect(conflict).to_contain_text("общая чужая")
    expect(page.locator("[data-state]")).to_have_attribute("data-kind", "bad")
    page.click("[data-keep]")
    assert stored_tree(page, program) == [["Первый", ["общая моя", "другая чужая"]]]
    # What the other one did elsewhere has been merged meanwhile; theirs can be taken as well.
    expect(row_of(page, "другая чужая")).to_be_visible()
    rename_row(other, "общая чужая", "снова чужая")
    expect(other.locator(".b-problem-box")).to_be_visible()
    other.click("[data-take]")
    expect(row_of(other, "общая моя")).to_be_visible()
    await_saved(other)
    context.close()
    page.problems[:] = [text for text in page.problems if "409" not in text]


def test_changes_of_two_editors_both_hold(
    page: Page, portal: Portal, chromium: Browser, program: str, build: Build
):
    build(Первый=["а", "б"], Второй=[])
    context = chromium.new_context(locale="ru-RU")
    other = context.new_page()
    instructor.open_session(other, portal.url, "admin", PASSWORD)
    open_builder(other, program)
    row_of(other, "а").locator('[data-field="duration"]').click()
    other.locator("[data-edit]").fill("1 час")
    other.keyboard.press("Enter")
    row_of(other, "б").focus()
    other.keyboard.press("Alt+ArrowRight")
    await_saved(other)

    rename_row(page, "а", "а новая")

    expect(row_of(page, "а новая").locator('[data-field="duration"]')).to_have_text("1 час")
    assert stored_tree(page, program) == [["Первый", ["а новая"]], ["Второй", ["б"]]]
    # What the other one adds comes in by itself, and leaves alone what is being typed.
    row_of(page, "а новая").focus()
    page.keyboard.press("Enter")
    page.locator("[data-edit]").fill("а ещё новее")
    row_of(other, "б").focus()
    other.keyboard.press("N")
    type_lines(other, "в")
    await_saved(other)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(row_of(page, "в")).to_be_visible()
    expect(page.locator("[data-edit]")).to_be_focused()
    expect(page.locator("[data-edit]")).to_have_value("а ещё новее")
    page.keyboard.press("Enter")
    assert stored_tree(page, program) == [["Первый", ["а ещё новее"]], ["Второй", ["б", "в"]]]
    # Where the other one deletes what is renamed here, the typed text is told, not lost.
    row_of(other, "б").focus()
    other.keyboard.press("Delete")
    await_saved(other)
    rename_row(page, "б", "б новая")
    expect(page.locator("[data-toast]")).to_contain_text("б новая")
    expect(row_of(page, "б новая")).to_have_count(0)
    context.close()
    page.problems[:] = [text for text in page.problems if "409" not in text]


def test_a_lost_connection_loses_nothing(page: Page, program: str, build: Build):
    build(Первый=["а"])
    page.context.set_offline(True)

    rename_row(page, "а", "без сети")
    page.keyboard.press("N")
    type_lines(page, "ещё одна")

    expect(page.locator("[data-state]")).to_have_attribute("data-kind", "bad")
    expect(page.locator("[data-retry]")).to_be_visible()
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.reload()")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    assert stored_tree(page, program) == [["Первый", ["без сети", "ещё одна"]]]
    page.problems.clear()


def test_an_act_whose_answer_was_lost_is_not_done_twice(page: Page, program: str, build: Build):
    build(Первый=["а"])
    lost: list[str] = []

    def lose_the_answer(route) -> None:
        route.fetch()
        lost.append(route.request.post_data)
        route.abort()

    page.route("**/builder/act", lose_the_answer, times=1)
    row_of(page, "а").focus()
    page.keyboard.press("N")
    type_lines(page, "один раз")

    expect(page.locator("[data-state]")).to_have_attribute("data-kind", "bad")
    assert stored_tree(page, program) == [["Первый", ["а", "один раз"]]]
    assert len(lost) == 1
    page.problems.clear()


def test_files_are_dropped_on_a_topic_and_moved(page: Page, program: str, build: Build):
    build(Первый=["с файлом", "без файла"])
    topic = row_of(page, "с файлом")

    page.evaluate(DROP, [topic.element_handle(), "схема.pdf", list(PDF)])

    file = row_of(page, "схема.pdf")
    expect(file).to_be_visible(timeout=30_000)
    await_saved(page)
    drag_row(page, "схема.pdf", row_of(page, "без файла"), 0.5)
    await_saved(page)
    page.reload()
    await_saved(page)
    # That the topic was opened is remembered.
    expect(row_of(page, "без файла")).to_have_attribute("aria-expanded", "true")
    expect(row_of(page, "без файла").locator("..").locator("[data-row]")).to_have_count(2)
    # A type that is not taken is told beside the topic.
    page.evaluate(DROP, [topic.element_handle(), "вирус.exe", [77, 90]])
    expect(page.locator(".b-upload.b-failed")).to_contain_text("вирус.exe")


def test_a_program_of_200_topics_takes_each_act(page: Page, portal: Portal, program: str):
    """How long each act takes is measured by bench/builder.py."""
    portal.run(_THREE_LESSONS % program.split("/")[-3])
    open_builder(page, program)
    add_lessons(page, 4, topics=50, first=3)

    spent = acts_by_keyboard(page, "Тема 1.49")

    assert len(spent) == 9
    expect(row_of(page, "Ещё тема")).to_be_visible()
    stored = dict(stored_tree(page, program))
    assert (len(stored["Урок 1"]), len(stored["Урок 2"])) == (49, 53)


def test_a_finger_drags_a_topic(page: Page, program: str, build: Build):
    build(Первый=["а", "б", "в"])
    start = row_of(page, "а").locator("[data-handle]").bounding_box()
    end = row_of(page, "в").bounding_box()
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

    assert stored_tree(page, program) == [["Первый", ["б", "в", "а"]]]


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
    assert stored_tree(page, copy) == [["Первый", ["а"]]]
    switch = page.locator("[data-program] [data-switch]")
    expect(switch).to_have_attribute("aria-checked", "false")

    switch.click()

    box = page.locator("[data-program] .b-problem-box")
    expect(box).to_be_visible()
    expect(page.locator("[data-state]")).to_have_attribute("data-kind", "bad")
    page.click("[data-put-back]")
    await_saved(page)
    expect(box).to_have_count(0)
    expect(switch).to_have_attribute("aria-checked", "false")
    page.problems[:] = [text for text in page.problems if "400" not in text]
