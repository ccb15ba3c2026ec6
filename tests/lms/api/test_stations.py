"""Stations and programs as the client reads them."""

import json
from pathlib import Path
from typing import Any

import pytest

from lms import models
from tests import factories

pytestmark = pytest.mark.django_db

EXAMPLES = {
    (example["method"], example["path"]): example
    for example in json.loads(
        (Path(__file__).parents[2] / "facts" / "examples.json").read_text("utf-8")
    )
}
STATION_PATHS = [
    "/stations/",
    "/stations/{id}",
    "/stations/{id}/equipment",
    "/stations/{id}/specs",
    "/stations/{id}/safety",
    "/stations/{id}/gas-sources",
    "/stations/{id}/course-program",
]


def _assert_fits(ours: Any, example: Any, where: str = "$") -> None:
    # Which other keys an answer has is compared with the contract: tests/test_openapi_answers.py.
    if isinstance(example, dict):
        assert isinstance(ours, dict), where
        assert set(example) <= set(ours), where
        for key, value in example.items():
            _assert_fits(ours[key], value, f"{where}.{key}")
    elif isinstance(example, list):
        assert isinstance(ours, list), where
        if example and ours:
            _assert_fits(ours[0], example[0], f"{where}[0]")
    elif ours is not None and example is not None:
        assert type(ours) is type(example), where


@pytest.fixture
def example_rows(db: None) -> models.Station:
    """Build a station with one of everything, like the recorded example."""
    station = factories.StationFactory(
        name="Компрессорная станция WKC1",
        short_name="WKC1",
        description="Головная станция",
        image="stations/WKC1.jpg",
        power="4 × 16 МВт",
    )
    factories.EquipmentFactory(station=station, order_index=1, name="Второй")
    factories.EquipmentFactory(station=station, order_index=0, name="Первый", quantity=4)
    factories.SpecificationFactory(station=station, value="9,6", unit="МПа")
    system = factories.SafetySystemFactory(station=station)
    factories.SafetyFeatureFactory(safety_system=system, feature_name="Останов")
    models.GasSource.objects.create(station=station, source_name="Магистраль, нитка А")
    models.StationPhoto.objects.create(
        station=station, title="Фото", view="general", image_url="stations/1/photos/а б.jpg"
    )
    models.NormativeDocument.objects.create(
        station=station, title="Регламент", file_url="stations/1/docs/р.pdf"
    )
    _program(station)
    return station


def _program(station: models.Station) -> models.CourseProgram:
    program = factories.ProgramFactory(
        station=station, description="Для смены", duration="3 недели"
    )
    models.LearningOutcome.objects.create(course_program=program, outcome_text="Пускать агрегат")
    models.ProgramRequirement.objects.create(course_program=program, requirement_text="Допуск")
    models.TargetAudience.objects.create(course_program=program, audience_text="Машинисты")
    lesson = factories.LessonFactory(course_program=program, duration="6 часов")
    factories.LessonTestFactory(lesson=lesson, questions_count=2)
    topic = factories.TopicFactory(lesson=lesson, code="Тема 1.1", duration="2 часа")
    factories.TopicFileFactory(topic=topic, file_size=10, original_name="Доп.pdf")
    factories.TopicFileFactory(
        topic=topic, order_index=5, file_type="main_pdf", title="Главный", file_size=20
    )
    factories.TopicFactory(lesson=lesson, is_active=False)
    factories.LessonFactory(course_program=program, is_active=False)
    factories.FinalTestFactory(course_program=program, attempts=3, description="Всё")
    return program


@pytest.mark.parametrize("path", STATION_PATHS)
def test_answers_have_the_keys_and_kinds_of_the_recorded_examples(api_client, example_rows, path):
    response = api_client.get(path.replace("{id}", str(example_rows.pk)))

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    _assert_fits(response.json(), EXAMPLES["GET", path]["response"])


@pytest.mark.parametrize("path", STATION_PATHS)
def test_both_spellings_and_the_api_prefix_answer_alike(api_client, example_rows, path):
    bare = path.replace("{id}", str(example_rows.pk)).rstrip("/")

    answers = [api_client.get(p) for p in (bare, f"{bare}/", f"/api{bare}", f"/api{bare}/")]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("path", [path for path in STATION_PATHS if "{id}" in path])
def test_an_unknown_station_is_404_in_russian(api_client, path):
    response = api_client.get(path.replace("{id}", "999"))

    assert response.status_code == 404
    assert response.json()["error"] == "Станция не найдена"


@pytest.mark.parametrize("number", ["NaN", "-1", "2147483648", "99999999999999999999"])
def test_a_station_that_cannot_be_is_404_json(api_client, number):
    response = api_client.get(f"/stations/{number}/course-program")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"


def test_a_bad_token_on_a_public_route_means_anonymous(api_client, example_rows):
    response = api_client.get("/stations/", HTTP_AUTHORIZATION="Bearer expired")

    assert response.status_code == 200


def test_stations_come_ordered_by_id(api_client):
    made = [factories.StationFactory(name=name).pk for name in "ВБА"]

    rows = api_client.get("/stations/").json()["data"]

    assert [row["id"] for row in rows] == made


def test_children_come_in_their_order(api_client, example_rows):
    rows = api_client.get(f"/stations/{example_rows.pk}").json()["equipment"]

    assert [row["name"] for row in rows] == ["Первый", "Второй"]


def test_a_station_without_an_active_program_has_null(api_client):
    station = factories.ProgramFactory(is_active=False).station

    body = api_client.get(f"/stations/{station.pk}/course-program").json()

    assert body == {"courseProgram": None}


def test_a_program_shows_only_what_is_active_and_the_main_file_first(api_client, example_rows):
    program = api_client.get(f"/stations/{example_rows.pk}/course-program").json()["courseProgram"]

    assert [len(lesson["topics"]) for lesson in program["lessons"]] == [1]
    files = program["lessons"][0]["topics"][0]["files"]
    assert [(file["title"], file["isMain"], file["fileType"]) for file in files] == [
        ("Главный", True, "pdf"),
        ("Доп.pdf", False, "pdf"),
    ]
    counts = (program["lessonsCount"], program["topicsCount"], program["testsCount"])
    assert counts == (1, 1, 2)
    assert program["finalTest"]["questions_count"] == program["finalTest"]["questionsCount"]
    assert "questions" not in program["finalTest"]


def test_a_lesson_and_a_program_show_the_first_of_their_own_tests(api_client):
    program = factories.ProgramFactory()
    bare, tested = factories.LessonFactory.create_batch(2, course_program=program)
    for title in ("Урок 1", "Урок 2"):
        factories.LessonTestFactory(lesson=tested, title=title)
    factories.LessonTestFactory(title="Чужой урок")
    for title, is_active in (("Выключен", False), ("Итог 1", True), ("Итог 2", True)):
        factories.FinalTestFactory(course_program=program, title=title, is_active=is_active)
    factories.FinalTestFactory(title="Чужой итог")

    body = api_client.get(f"/stations/{program.station_id}/course-program").json()["courseProgram"]

    assert body["finalTest"]["title"] == "Итог 1"
    tests = {lesson["id"]: lesson["test"] for lesson in body["lessons"]}
    assert (tests[bare.pk], tests[tested.pk]["title"]) == (None, "Урок 1")


@pytest.mark.parametrize(("path", "queries"), [("/stations/", 1), ("/stations/{id}", 8)])
def test_reads_take_a_fixed_number_of_queries(
    api_client, example_rows, django_assert_num_queries, path, queries
):
    for _extra in range(10):
        system = factories.SafetySystemFactory(station=example_rows)
        factories.SafetyFeatureFactory(safety_system=system)
        factories.EquipmentFactory(station=example_rows)

    with django_assert_num_queries(queries):
        api_client.get(path.replace("{id}", str(example_rows.pk)))


def test_a_program_takes_a_fixed_number_of_queries(
    api_client, example_rows, django_assert_num_queries
):
    program = example_rows.programs.get()
    for _extra in range(10):
        topic = factories.TopicFactory(lesson=factories.LessonFactory(course_program=program))
        factories.TopicFileFactory.create_batch(3, topic=topic)

    with django_assert_num_queries(6):
        api_client.get(f"/stations/{example_rows.pk}/course-program")
