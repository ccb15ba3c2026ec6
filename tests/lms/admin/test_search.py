"""Ctrl+K finds names in Russian and English, one letter wrong, within its number of queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.models import Course, User
from tests import factories

# Session, person, sidebar; and of each of nine models exact hits, candidates, near hits.
MOST_QUERIES = 3 + 9 * 3


@pytest.fixture
def client(admin_client_for: Callable[[str], Client], make_user: Callable[..., User]) -> Client:
    station = factories.StationFactory(name="Компрессорная станция Газли", short_name="GAZ")
    program = factories.ProgramFactory(station=station, title="Эксплуатация агрегата")
    lesson = factories.LessonFactory(course_program=program, title="Смазочная система")
    topic = factories.TopicFactory(lesson=lesson, title="Turbine governor")
    factories.TopicFileFactory(
        topic=topic, file_type="main_pdf", title=None, original_name="Регламент_осмотра.pdf"
    )
    factories.TopicFileFactory(
        topic=topic, file_type="additional_video", title="Обход площадки", original_name="v1.mp4"
    )
    factories.LessonTestFactory(lesson=lesson, title="Промежуточный")
    factories.FinalTestFactory(course_program=program, title="Заключительный")
    Course.objects.create(title="Вентиляция")
    make_user("karimov", full_name="Каримов Бахтиёр")
    return admin_client_for("admin")


def _titles(client: Client, typed: str) -> list[str]:
    return [hit.title for hit in client.get("/admin/search/", {"s": typed}).context["results"]]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Компресорная", "Компрессорная станция Газли"),
        ("станцыя газли", "Компрессорная станция Газли"),
        ("экслпуатация", "Эксплуатация агрегата"),
        ("смазачная", "Смазочная система"),
        ("Turbne", "Turbine governor"),
        ("goverrnor", "Turbine governor"),
        ("регламнт", "Регламент_осмотра.pdf"),
        ("обхдо", "Обход площадки"),
        ("прмежуточный", "Промежуточный"),
        ("заключителный", "Заключительный"),
        ("вентеляция", "Вентиляция"),
        ("каримав", "Каримов Бахтиёр"),
        ("karimv", "Каримов Бахтиёр"),
        ("rfhbvjd", "Каримов Бахтиёр"),
        ("егкишуз", None),
        ("егкишту", "Turbine governor"),
    ],
)
def test_a_mistyped_name_is_found(typed: str, title: str | None, client: Client) -> None:
    assert _titles(client, typed) == ([title] if title else [])


def test_upper_and_lower_case_are_the_same(client: Client) -> None:
    for typed in ("газли", "ГАЗЛИ", "ГаЗЛЫ"):
        assert _titles(client, typed)[0] == "Компрессорная станция Газли"


def test_what_holds_the_very_text_comes_first(client: Client) -> None:
    lesson = factories.LessonFactory(title="Газлы")

    titles = _titles(client, "Газлы")

    assert titles == [lesson.title, "Компрессорная станция Газли"]


def test_those_without_the_right_find_no_people(
    client: Client, make_user: Callable[..., Any]
) -> None:
    client.force_login(make_user("teacher", role="instructor", full_name="Преподаватель"))

    assert _titles(client, "каримав") == []


def test_the_number_of_queries_does_not_grow_with_the_rows(client: Client) -> None:
    def measure(typed: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/search/", {"s": typed})
        return len(queries)

    few = measure("насас")
    lesson = factories.LessonFactory(title="Насос")
    for number in range(30):
        factories.TopicFactory(lesson=lesson, title=f"Насос {number}")
    many = measure("насас ")

    assert few == 3 + 9 * 2
    # Two models have near hits now.
    assert many == few + 2
    assert many <= MOST_QUERIES
