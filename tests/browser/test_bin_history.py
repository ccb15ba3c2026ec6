"""Deleting and bringing back in a real browser: by the message, from the bin, from the history."""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import instructor
from tests.browser.portal_server import PASSWORD, Portal

pytestmark = [pytest.mark.browser, pytest.mark.embedded]


@pytest.fixture(scope="module")
def page(portal: Portal, chromium: Browser) -> Iterator[Page]:
    """Sign an instructor in once; fail when a script failed or the policy refused something."""
    context = chromium.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda line: problems.append(line.text) if "Content Security" in line.text else None,
    )
    instructor.open_session(page, portal.url, "instructor", PASSWORD)
    yield page
    context.close()
    assert problems == []


@pytest.fixture(scope="module")
def program(portal: Portal) -> int:
    """A program with one lesson."""
    short = f"BH{secrets.token_hex(3)}"
    station = portal.add("Station", name="КС «Корзина»", short_name=short)
    program = portal.add("CourseProgram", station_id=station, title=f"Программа {short}")
    portal.add("Lesson", course_program_id=program, title="Первый урок")
    return program


@pytest.fixture
def lesson(portal: Portal, program: int) -> str:
    """The address of a lesson of the program."""
    number = portal.add("Lesson", course_program_id=program, title="Пуск агрегата")
    return f"{portal.url}/admin/lms/lesson/{number}"


def test_a_deleted_lesson_comes_back_by_the_button_of_the_message(page: Page, lesson: str) -> None:
    page.goto(f"{lesson}/change/")
    page.locator(".portal-bar .portal-danger").click()
    expect(page.locator("main, body")).to_contain_text("30")
    page.locator(".portal-panel button[type=submit]").click()
    page.wait_for_url(re.compile(r"/admin/lms/lesson/$"))
    expect(page.locator("#result_list a", has_text="Пуск агрегата")).to_have_count(0)

    page.locator(".portal-undo-button").first.click()

    page.wait_for_url(f"{lesson}/change/")
    expect(page.locator("[name=title]")).to_have_value("Пуск агрегата")


def test_a_program_comes_back_from_the_bin(page: Page, portal: Portal, program: int) -> None:
    address = f"{portal.url}/admin/lms/courseprogram/{program}"
    page.goto(f"{address}/delete/")
    page.locator(".portal-panel button[type=submit]").click()
    page.wait_for_url(re.compile(r"/admin/lms/courseprogram/$"))

    page.goto(f"{portal.url}/admin/lms/binentry/?model=courseprogram")
    page.locator("#result_list .portal-undo-button").first.click()

    page.wait_for_url(f"{address}/change/")
    expect(page.locator("[name=lessons-0-title]")).to_have_value("Первый урок")


def test_an_earlier_title_comes_back_from_the_history(page: Page, lesson: str) -> None:
    page.goto(f"{lesson}/change/")
    page.fill("[name=title]", "Останов агрегата")
    instructor.save(page)

    page.goto(f"{lesson}/history/")
    expect(page.locator("del").first).to_have_text("Пуск ")
    expect(page.locator("ins").first).to_have_text("Останов ")
    page.locator(".portal-history .portal-undo-button").first.click()
    page.wait_for_url(f"{lesson}/history/")
    page.goto(f"{lesson}/change/")

    expect(page.locator("[name=title]")).to_have_value("Пуск агрегата")
