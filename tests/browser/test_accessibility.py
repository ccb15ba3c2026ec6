"""axe-core finds no serious or critical fault on the admin's pages, light and dark."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import instructor, portal_server

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
_CONTENT = """
import json
from lms.models import *
station, _new = Station.objects.get_or_create(short_name="AXE", defaults={"name": "КС Проверочная"})
for n in range(3):
    StationEquipment.objects.get_or_create(station=station, name=f"Агрегат {n}")
program, _new = CourseProgram.objects.get_or_create(station=station, title="Программа проверки")
lesson, _new = Lesson.objects.get_or_create(course_program=program, title="Урок")
topic, _new = Topic.objects.get_or_create(lesson=lesson, title="Тема")
test, _new = LessonTest.objects.get_or_create(lesson=lesson, title="Проверка")
question, _new = Question.objects.get_or_create(lesson_test=test, question="Что делает клапан?")
for n in range(3):
    Option.objects.get_or_create(question=question, option_text=f"Ответ {n}", is_correct=n == 0)
print(json.dumps({"station": station.pk, "program": program.pk, "test": test.pk}))
"""
# What unfold does with its root element, without fading from one colour to the other.
_STILL = "* { transition: none !important; animation: none !important; }"
_IN_DARK = "document.documentElement.classList.toggle('dark', true)"
_IS_DARK = "document.documentElement.classList.contains('dark')"
pytestmark = [pytest.mark.browser, pytest.mark.embedded]
PAGES = {
    "dashboard": "/admin/",
    "builder": "/admin/lms/courseprogram/{program}/builder/",
    "as employee": "/admin/lms/courseprogram/{program}/as-employee/",
    "program form": "/admin/lms/courseprogram/{program}/change/",
    "station": "/admin/lms/station/{station}/change/",
    "station copy": "/admin/lms/station/{station}/copy-from/",
    "station import": "/admin/lms/station/{station}/lists/equipment/import/",
    "questions": "/admin/lms/lessontest/{test}/questions/",
    "statistics": "/admin/lms/lessontest/{test}/question-statistics/",
    "question import": "/admin/lms/lessontest/{test}/import-questions/",
    "list of programs": "/admin/lms/courseprogram/?is_active__exact=1&o=1",
    "list of people": "/admin/lms/user/",
    "add form": "/admin/lms/courseprogram/add/",
    "bin": "/admin/lms/binentry/",
    "history": "/admin/lms/contentchange/",
    "program's history": "/admin/lms/courseprogram/{program}/history/",
    "jobs": "/admin/jobs/job/",
    "schedule of jobs": "/admin/jobs/schedule/",
    "workers": "/admin/jobs/worker/",
    "comparison": "/admin/lms/courseprogram/{program}/history/compare/",
    "mails": "/admin/lms/mail/",
    "media library": "/admin/media_admin/mediafile/",
}


@pytest.fixture(scope="module")
def numbers(portal: portal_server.Portal) -> dict[str, int]:
    """Make a station with a program and a test, and return their numbers."""
    if not portal.environment:
        pytest.fail("This test makes rows: run it without TEST_PORTAL_URL.")
    return json.loads(portal.run(_CONTENT))


@pytest.fixture(scope="module")
def page(portal: portal_server.Portal, chromium: Browser) -> Iterator[Page]:
    """Sign in as the administrator, with light colours."""
    context: BrowserContext = chromium.new_context(
        color_scheme="light", viewport={"width": 1440, "height": 900}, bypass_csp=True
    )
    signed_in = context.new_page()
    instructor.open_session(signed_in, portal.url, "admin", portal_server.PASSWORD)
    yield signed_in
    context.close()


def _faults(page: Page) -> list[str]:
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{fault['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for fault in found["violations"]
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"][:3]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_no_serious_fault_in_light_and_in_dark_colours(
    page: Page, portal: portal_server.Portal, numbers: dict, name: str
) -> None:
    page.emulate_media(color_scheme="light")
    answer = page.goto(portal.url + PAGES[name].format(**numbers), wait_until="networkidle")
    # A wrong address would lead to the start page, which has no fault either.
    assert (answer.status, answer.url) == (200, portal.url + PAGES[name].format(**numbers))
    page.add_script_tag(path=str(AXE))
    page.add_style_tag(content=_STILL)

    assert not page.evaluate(_IS_DARK)
    light = _faults(page)
    page.emulate_media(color_scheme="dark")
    page.evaluate(_IN_DARK)
    dark = _faults(page)

    assert (light, dark) == ([], [])
