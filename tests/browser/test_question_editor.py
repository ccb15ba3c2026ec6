"""The question editor in a real browser: keyboard, pasting, import, sorting, undo, conflicts."""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import instructor
from tests.browser.portal_server import PASSWORD, Portal

pytestmark = [pytest.mark.browser, pytest.mark.embedded]

_TYPED = """1. Третий вопрос?
а) да
б) нет
Ответ: б

2. Четвёртый вопрос?
*a) да
b) нет

3. Пятый вопрос?
+ да
- нет

4. Вопрос без ответов?
"""
_GIFT = """::Шестой::Шестой вопрос? {
  ~да
  =нет#Потому что.
}

Сколько будет 2 + 2? {#4}
"""


@pytest.fixture(scope="module")
def quiz(portal: Portal) -> str:
    """Make a station, a program, a lesson and a test; return the address of the test's pages."""
    short = f"BQ{secrets.token_hex(3)}"
    station = portal.add("Station", name="КС «Вопросы»", short_name=short)
    program = portal.add("CourseProgram", station_id=station, title="Программа вопросов")
    lesson = portal.add("Lesson", course_program_id=program, title="Урок с тестом")
    test = portal.add("LessonTest", lesson_id=lesson, title="Проверка")
    return f"{portal.url}/admin/lms/lessontest/{test}"


@pytest.fixture(scope="module")
def page(portal: Portal, chromium: Browser) -> Iterator[Page]:
    """Sign an instructor in once; the page remembers script errors and refused resources."""
    context = chromium.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.problems = []
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.on(
        "console",
        lambda message: opened.problems.append(message.text) if message.type == "error" else None,
    )
    instructor.open_session(opened, portal.url, "instructor", PASSWORD)
    yield opened
    context.close()


def _cards(page: Page) -> Locator:
    return page.locator("[data-card]")


def _card(page: Page, text: str) -> Locator:
    return _cards(page).filter(has=page.locator("[data-heading]", has_text=text))


def _texts(page: Page) -> list[str]:
    return page.locator("[data-heading]").evaluate_all("all => all.map(one => one.textContent)")


def _await_saved(page: Page) -> None:
    expect(page.locator("[data-overall]")).to_have_attribute("data-kind", "good")
    page.wait_for_function("""() => !document.querySelector('.q-state:not([data-kind="saved"])')""")
    # The order is stored after a pause of its own; meanwhile the words say so.
    words = page.evaluate("JSON.parse(document.getElementById('editor-data').textContent).texts")
    expect(page.locator("[data-overall]")).to_have_text(words["allSaved"])


def _open(page: Page, quiz: str) -> None:
    page.goto(f"{quiz}/questions/")
    expect(page.locator("[data-overall]")).to_have_attribute("data-kind", "good")


def _write_two_questions(page: Page) -> None:
    page.locator("[data-add]:visible").first.focus()

    page.keyboard.press("Enter")
    page.keyboard.type("Первый вопрос?")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("да")
    page.keyboard.press("Enter")
    page.keyboard.type("нет")
    page.keyboard.press("Alt+Enter")
    page.keyboard.press("Control+Enter")
    page.keyboard.type("Второй вопрос?")
    for answer in ("масло", "вода", "воздух", "газ", "пар"):
        page.keyboard.press("Enter") if answer != "масло" else page.keyboard.press("Tab")
        if answer == "масло":
            page.keyboard.press("Tab")
        page.keyboard.type(answer)
    page.keyboard.press("Alt+Enter")
    page.keyboard.press("Alt+ArrowUp")
    _await_saved(page)


def _open_with_two_questions(page: Page, quiz: str) -> None:
    """Open the editor; write the two questions where no earlier test has written them."""
    _open(page, quiz)
    if _card(page, "Второй").count() == 0:
        _write_two_questions(page)


def test_two_questions_are_written_with_the_keyboard_alone(page: Page, quiz: str):
    _open(page, quiz)

    _write_two_questions(page)

    page.reload()
    assert _texts(page) == ["Первый вопрос?", "Второй вопрос?"]
    second = _card(page, "Второй")
    answers = second.locator("[data-text]").evaluate_all("all => all.map(one => one.value)")
    assert answers == ["масло", "вода", "воздух", "пар", "газ"]
    expect(second.locator("[data-right]").nth(3)).to_be_checked()
    assert page.problems == []


def test_an_unfinished_question_says_what_is_missing(page: Page, quiz: str):
    _open_with_two_questions(page, quiz)
    card = _cards(page).first

    card.locator("[data-question]").fill("")

    expect(card.locator(".q-state")).to_have_attribute("data-kind", "failed")
    expect(page.locator("[data-overall]")).to_have_attribute("data-kind", "bad")
    card.locator("[data-question]").fill("Первый вопрос?")
    _await_saved(page)
    assert page.problems == []


def test_three_questions_are_pasted(page: Page, quiz: str):
    _open(page, quiz)
    page.click("[data-open-paste]")
    page.fill("[data-paste-text]", _TYPED)

    page.click("[data-paste-show]")

    drafts = page.locator("[data-drafts] > li")
    expect(drafts).to_have_count(4)
    states = drafts.evaluate_all("all => all.map(one => one.dataset.state)")
    assert states == ["new", "new", "new", "refused"]
    page.click("[data-paste-add]")
    expect(_cards(page)).to_have_count(5)
    expect(page.locator("dialog")).not_to_be_visible()
    assert _texts(page)[2:] == ["Третий вопрос?", "Четвёртый вопрос?", "Пятый вопрос?"]
    assert page.problems == []


def test_gift_is_imported_from_a_file(page: Page, quiz: str):
    page.goto(f"{quiz}/import-questions/")
    file = {"name": "bank.gift", "mimeType": "text/plain", "buffer": _GIFT.encode()}
    page.set_input_files("[name=file]", file)

    page.click("#source [type=submit]")

    expect(page.locator(".portal-sheet-wrong")).to_have_count(1)
    page.click(".portal-panel:has([name=rows]) [type=submit]")
    page.wait_for_url(re.compile("/change/"))
    _open(page, quiz)
    assert _texts(page)[5:] == ["Шестой вопрос?"]
    assert page.problems == []


def test_questions_are_sorted_by_keyboard_and_by_dragging(page: Page, quiz: str):
    _open(page, quiz)
    field = _card(page, "Шестой").locator("[data-question]")
    field.focus()

    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")

    expect(field).to_be_focused()
    _await_saved(page)
    first = ["Первый вопрос?", "Второй вопрос?", "Третий вопрос?"]
    last = ["Шестой вопрос?", "Четвёртый вопрос?", "Пятый вопрос?"]
    assert _texts(page) == first + last

    page.click("[data-compact]")
    handle = _card(page, "Первый").locator("[data-move]").first.bounding_box()
    target = _card(page, "Третий").bounding_box()
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] + 8, target["y"] + target["height"] - 4, steps=8)
    page.wait_for_timeout(200)
    page.mouse.up()

    _await_saved(page)
    page.reload()
    first = ["Второй вопрос?", "Третий вопрос?", "Первый вопрос?"]
    assert _texts(page) == first + last
    assert page.problems == []


def test_a_deleted_question_comes_back(page: Page, quiz: str):
    _open(page, quiz)
    before = _texts(page)
    number = _card(page, "Третий").get_attribute("data-id")

    _card(page, "Третий").locator("[data-delete]").click()
    expect(_cards(page)).to_have_count(5)
    expect(page.locator("[data-toast-undo]")).to_be_focused()
    page.keyboard.press("Enter")

    expect(_cards(page)).to_have_count(6)
    expect(page.locator("[data-toast]")).not_to_be_visible()
    assert _texts(page) == before
    page.reload()
    assert _texts(page) == before
    assert _card(page, "Третий").get_attribute("data-id") == number
    assert page.problems == []


def test_a_copy_is_made_and_edited(page: Page, quiz: str):
    _open(page, quiz)

    _card(page, "Пятый").locator("[data-duplicate]").click()
    expect(_cards(page)).to_have_count(7)
    _cards(page).nth(6).locator("[data-question]").fill("Седьмой вопрос?")

    _await_saved(page)
    page.reload()
    assert _texts(page)[5:] == ["Пятый вопрос?", "Седьмой вопрос?"]
    assert page.problems == []


def test_what_two_people_typed_stands_side_by_side(page: Page, quiz: str):
    _open(page, quiz)
    other = page.context.new_page()
    _open(other, quiz)
    _card(other, "Шестой").locator("[data-question]").fill("Шестой вопрос другого?")
    _await_saved(other)
    other.close()

    card = _card(page, "Шестой")
    card.locator("[data-explanation]").evaluate("one => one.closest('details').open = true")
    card.locator("[data-explanation]").fill("Моё пояснение")
    conflict = card.locator("[data-conflict]")
    expect(conflict).to_be_visible()
    expect(conflict).to_contain_text("Шестой вопрос другого?")
    expect(card.locator("[data-explanation]")).to_have_value("Моё пояснение")
    card.locator("[data-keep-mine]").click()

    _await_saved(page)
    expect(conflict).not_to_be_visible()
    page.reload()
    expect(_card(page, "Шестой").locator("[data-explanation]")).to_have_value("Моё пояснение")
    assert "Шестой вопрос?" in _texts(page)
    assert [text for text in page.problems if "409" not in text] == []
    page.problems.clear()


def test_a_lost_connection_loses_nothing(page: Page, quiz: str):
    _open(page, quiz)
    card = _card(page, "Второй")
    page.context.set_offline(True)

    card.locator("[data-question]").fill("Второй вопрос без сети?")

    expect(card.locator(".q-state")).to_have_attribute("data-kind", "failed")
    page.context.set_offline(False)
    _await_saved(page)
    page.reload()
    assert "Второй вопрос без сети?" in _texts(page)
    page.problems.clear()


def test_after_another_sign_in_the_open_page_saves_by_itself(page: Page, portal: Portal, quiz: str):
    _open(page, quiz)
    card = _card(page, "Третий")
    page.context.clear_cookies()

    card.locator("[data-explanation]").evaluate("one => one.closest('details').open = true")
    card.locator("[data-explanation]").fill("После входа")
    expect(card.locator(".q-state")).to_have_attribute("data-kind", "failed")
    other = page.context.new_page()
    instructor.sign_in(other, portal.url, "instructor", PASSWORD)
    other.close()

    _await_saved(page)
    page.reload()
    expect(_card(page, "Третий").locator("[data-explanation]")).to_have_value("После входа")
    page.problems.clear()


def test_leaving_with_something_unsaved_is_asked_about(page: Page, quiz: str):
    _open_with_two_questions(page, quiz)
    # One that is not right yet cannot be saved.
    _card(page, "Второй").locator("[data-question]").click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    expect(page.locator("[data-overall]")).to_have_attribute("data-kind", "bad")
    asked: list[str] = []

    def refuse(dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.once("dialog", refuse)
    page.goto(f"{quiz}/preview/")

    assert asked == ["beforeunload"]
    assert page.problems == []


def test_the_preview_beside_and_the_whole_one_show_the_question(page: Page, quiz: str):
    _open(page, quiz)
    card = _card(page, "Седьмой")

    card.locator("[data-text]").first.fill("совершенно верно")

    expect(page.locator("[data-preview-body] label").first).to_have_text("совершенно верно")
    expect(page.locator("[data-preview-body]")).to_contain_text("7. Седьмой вопрос?")
    _await_saved(page)
    page.goto(f"{quiz}/preview/")
    expect(page.locator(".portal-quiz h3")).to_have_count(7)
    expect(page.locator(".portal-quiz")).to_contain_text("совершенно верно")
    assert page.problems == []


def test_a_narrow_page_does_not_scroll_sideways(page: Page, quiz: str):
    page.set_viewport_size({"width": 360, "height": 740})
    for name in ("questions", "import-questions", "question-statistics", "preview"):
        page.goto(f"{quiz}/{name}/")
        widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], name
    assert page.problems == []
