"""Finding 1: a certificate in 0.7 s, without opening a file; and a person who learns gets one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lms.models import (
    Certificate,
    CourseProgram,
    Enrollment,
    Option,
    Question,
    TestResult,
)
from media_admin.services import objects
from tests import factories, learning

pytestmark = [pytest.mark.django_db, pytest.mark.both]

FILES = 30
BODY = b"%PDF-1.7\n" + bytes(100)
Call = Callable[..., Any]


@pytest.fixture
def program(db: None) -> CourseProgram:
    """Return a program of three lessons with thirty files, three lesson tests and a final test."""
    program = factories.ProgramFactory(duration="40 часов")
    for place in range(3):
        lesson = factories.LessonFactory(course_program=program, order_index=place)
        _add_questions(lesson_test=factories.LessonTestFactory(lesson=lesson))
        topic = factories.TopicFactory(lesson=lesson)
        for number in range(FILES // 3):
            name = f"находка-1/{place}/{number}.{'pdf' if number else 'mp4'}"
            kind = "video/mp4" if number == 0 else "application/pdf"
            factories.TopicFileFactory(topic=topic, minio_object_name=name, mime_type=kind)
            objects.store_bytes(name, BODY, content_type=kind)
    _add_questions(final_test=factories.FinalTestFactory(course_program=program))
    return program


def _add_questions(**test: Any) -> None:
    for number in range(5):
        question = Question.objects.create(**test, question=f"В{number}", order_index=number)
        for index in range(4):
            Option.objects.create(
                question=question,
                option_text=f"{number}-{index}",
                is_correct=index == 1,
                order_index=index,
            )


def _calls(client: Any) -> tuple[Call, Call]:
    def get(path: str) -> Any:
        return client.get(path).json()

    def post(path: str, body: Any = None) -> Any:
        return client.post(path, body or {}, format="json")

    return get, post


def _pages(get: Call, program: CourseProgram) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Read the program and its tests as the client's lesson pages do."""
    content = get(f"/stations/{program.station_id}/course-program")["courseProgram"]
    tests = [get(f"/courses/tests/lesson/{lesson['id']}")["test"] for lesson in content["lessons"]]
    tests.append(get(f"/courses/tests/course-program/{program.pk}")["test"])
    return content["lessons"], tests


def _report(test: dict[str, Any], *, seconds: int = 0) -> dict[str, Any]:
    """Report a test as the client does: all answers are right by its own score."""
    answers = {
        str(place): {
            "questionId": question["id"],
            "selectedAnswer": question["correctAnswer"],
            "correctAnswer": question["correctAnswer"],
            "isCorrect": True,
        }
        for place, question in enumerate(test["questions"])
    }
    return {
        "test_id": test["id"],
        "test_type": test["test_type"],
        "score": 100,
        "is_passed": True,
        "correct_answers": 5,
        "total_questions": 5,
        "time_spent": seconds,
        "answers_data": answers,
    }


def _complete(post: Call, program: CourseProgram, key: str) -> None:
    kind = "video" if key.endswith("mp4") else "pdf"
    body = {"material_type": kind, "material_key": key}
    path = f"/courses/programs/{program.pk}/materials/complete"
    assert post(path, body).status_code == 200


def _keys(lessons: list[dict[str, Any]]) -> list[str]:
    topics = [topic for lesson in lessons for topic in lesson["topics"]]
    return [file["objectKey"] for topic in topics for file in topic["files"]]


@pytest.mark.parametrize("starts", [False, True])
def test_leaked_answers_posted_at_once_and_files_reported_unread_earn_nothing(
    sign_in, program, starts
):
    client = sign_in()
    get, post = _calls(client)
    post(f"/courses/programs/{program.pk}/enroll")
    lessons, tests = _pages(get, program)
    refusals = set()
    for test in tests:
        if starts:
            get(f"/courses/tests/{test['test_type']}/{test['id']}/results")
        answer = post("/courses/tests/results/create", _report(test))
        refusals.add((answer.status_code, answer.json()["code"]))
    for key in _keys(lessons):
        _complete(post, program, key)

    progress = get(f"/courses/programs/{program.pk}/progress")["data"]
    assert refusals == {(400, "answered_too_fast" if starts else "test_not_started")}
    assert (progress["progress_percent"], progress["status"]) == (0, "in_progress")
    assert not TestResult.objects.filter(passed=True).exists()
    assert TestResult.objects.filter(refused="too_fast").count() == 4 * starts
    assert Certificate.objects.count() == 0


def test_a_stranger_to_the_program_reads_no_answers(sign_in, program):
    get, _post = _calls(sign_in())

    _lessons, tests = _pages(get, program)

    told = {question["correctAnswer"] for test in tests for question in test["questions"]}
    assert told == {-1}


def test_answers_read_before_enrolling_cannot_be_used_by_guessing_the_order(sign_in, program):
    """The answers of one person are in another order on the page of the next."""
    first, second = sign_in(username="a"), sign_in(username="b")
    pages = []
    for client in (first, second):
        get, post = _calls(client)
        post(f"/courses/programs/{program.pk}/enroll")
        pages.append(_pages(get, program)[1])

    sheets = [[_report(test)["answers_data"] for test in page] for page in pages]

    assert all(mine != other for mine, other in zip(*sheets, strict=True))


def _read(client: Any, cookie: Client, key: str) -> None:
    """Let the page read a file: a video by the cookie, a PDF with the token."""
    if key.endswith("mp4"):
        answer = cookie.get(f"/files/video/{key}", headers={"Range": "bytes=0-"})
        assert answer.status_code == 206
    else:
        answer = client.get(f"/files/stream/{key}")
        assert answer.status_code == 200
    b"".join(answer.streaming_content)


def test_a_person_who_reads_and_takes_the_tests_gets_the_certificate(sign_in, program):
    """The requests of the unmodified client, in its order, at human speed."""
    client = sign_in()
    get, post = _calls(client)
    cookie = Client()
    body = {"username": client.user.username, "password": factories.PASSWORD}
    cookie.post("/auth/login", body, content_type="application/json")
    post(f"/courses/programs/{program.pk}/enroll")
    lessons, _tests = _pages(get, program)
    for lesson in lessons:
        for key in _keys([lesson]):
            _complete(post, program, key)
            _read(client, cookie, key)
    for test in _pages(get, program)[1]:
        results = f"/courses/tests/{test['test_type']}/{test['id']}/results"
        assert [get(results)["total_attempts"] for _time in range(2)] == [0, 0]
        learning.let_time_pass()
        report = _report(test, seconds=600)
        posted = post("/courses/tests/results/create", report)
        reviewed = post("/courses/tests/results/create", report | {"time_spent": 700})
        short = {k: v for k, v in report.items() if k not in {"time_spent", "answers_data"}}
        continued = post("/courses/tests/results/create", short)
        assert [a.status_code for a in (posted, reviewed, continued)] == [201, 201, 201]
        assert get(results)["total_attempts"] == 1

    assert get(f"/courses/programs/{program.pk}/progress")["data"]["progress_percent"] == 100
    assert Enrollment.objects.get().status == "completed"
    assert Certificate.objects.get().user == client.user
    assert get("/users/me/stats")["certificates"][0]["title"] == program.title
