"""Progress always agrees with the completions; query budgets; a GET never writes."""

import contextlib
import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms import models
from lms.errors import AttemptLimitReached, ProgramNotFound
from lms.models import (
    CompletedMaterial,
    CourseEnrollment,
    Enrollment,
    MaterialProgress,
    TestResult,
    TopicProgress,
    UserStats,
)
from lms.services.progress import completions, enrollments, recompute
from lms.services.questions import attempts
from tests import factories, learning

pytestmark = pytest.mark.django_db

PROGRESS_TABLES = (
    CompletedMaterial,
    CourseEnrollment,
    Enrollment,
    MaterialProgress,
    TestResult,
    TopicProgress,
    UserStats,
)


def _stored_progress() -> dict[str, list[dict[str, Any]]]:
    return {
        model.__name__: list(model.objects.order_by("pk").values()) for model in PROGRESS_TABLES
    }


def _add_question(**test: Any) -> None:
    question = models.Question.objects.create(question="В?", **test)
    for index in range(2):
        models.Option.objects.create(
            question=question, option_text=str(index), is_correct=index == 1, order_index=index
        )


def _build_program(*, topics: int = 3, files: int = 2, tests: bool = True) -> models.CourseProgram:
    """Make a program; the last topic shares its first file with the first one."""
    program = factories.ProgramFactory()
    factories.FinalTestFactory(course_program=program, is_active=False)
    lesson = factories.LessonFactory(course_program=program)
    for number in range(topics):
        topic = factories.TopicFactory(lesson=lesson, topic_key=f"t{program.pk}-{number}")
        for index in range(files if number else min(files, 1)):
            shared = 0 if number == topics - 1 and index == 0 else number
            factories.TopicFileFactory(
                topic=topic, minio_object_name=f"p{program.pk}/{shared}/{index}.pdf"
            )
    if tests:
        _add_question(lesson_test=factories.LessonTestFactory(lesson=lesson, attempts=3))
        _add_question(final_test=factories.FinalTestFactory(course_program=program))
    return program


def _materials(program: models.CourseProgram) -> list[tuple[str, str]]:
    """List type and key of every material of a program, and of three that it does not have."""
    files = models.TopicFile.objects.filter(topic__lesson__course_program=program)
    materials = [
        (kind, key)
        for key in files.values_list("minio_object_name", flat=True)
        for kind in ("pdf", "video", "presentation")
    ]
    topics = models.Topic.objects.filter(lesson__course_program=program)
    materials += [("text", f"topic:{key}") for key in topics.values_list("topic_key", flat=True)]
    return [*materials, ("pdf", "invented"), ("text", "topic:invented"), ("test", "final:7")]


def _take_test(user: models.User, program: models.CourseProgram, dice: random.Random) -> None:
    tests = [
        ("lesson", row) for row in models.LessonTest.objects.filter(lesson__course_program=program)
    ] + [("final", row) for row in models.FinalTest.objects.active().filter(course_program=program)]
    if not tests:
        return
    kind, test = dice.choice(tests)
    learning.start_and_think(user, test)
    answer = {"questionId": test.questions.get().pk, "selectedAnswer": dice.randint(0, 1)}
    with contextlib.suppress(AttemptLimitReached):
        attempts.record_result(
            user,
            kind=kind,
            test_id=test.pk,
            answers={"0": answer},
            claimed_score=100,
        )


def _step(user: models.User, program: models.CourseProgram, dice: random.Random) -> None:
    """Do one thing at random, half of them twice; the percentage of the program never falls."""
    courses = models.Course.objects.filter(station=program.station)
    kind, key = dice.choice(_materials(program))
    action = dice.choice(
        [
            lambda: enrollments.enroll(user.pk, program.pk),
            lambda: enrollments.enroll_in_course(user.pk, dice.choice(courses).pk),
            lambda: _take_test(user, program, dice),
            *[
                lambda: completions.complete_material(
                    user.pk, program.pk, material_type=kind, material_key=key
                )
            ]
            * 5,
            *[lambda: learning.deliver(user, key)] * 3,
        ]
    )
    for _time in range(dice.choice([1, 2])):
        before = _percent(user, program)
        action()
        assert before <= _percent(user, program) <= 100


def _percent(user: models.User, program: models.CourseProgram) -> int:
    row = Enrollment.objects.filter(user=user, course_program=program).first()
    return row.progress_percent if row else 0


@pytest.mark.parametrize("seed", range(12))
def test_recomputing_after_any_order_of_steps_changes_nothing(make_user, seed):
    dice = random.Random(seed)
    programs = [
        _build_program(
            topics=dice.randint(1, 4), files=dice.randint(0, 3), tests=dice.random() < 0.8
        )
        for _number in range(2)
    ]
    for program in programs:
        models.Course.objects.create(title="Курс", station=program.station)
    people = [make_user(f"u{number}") for number in range(2)]

    for _number in range(dice.randint(5, 60)):
        _step(dice.choice(people), dice.choice(programs), dice)
    before = _stored_progress()
    changed, total = recompute.recompute_all()

    assert (changed, total) == (0, len(before["Enrollment"]))
    assert _stored_progress() == before
    invented = {"invented", "topic:invented", "final:7"}
    assert not {row["material_key"] for row in before["CompletedMaterial"]} & invented


@pytest.mark.parametrize("seed", range(4))
def test_all_materials_completed_in_any_order_are_100_percent(make_user, seed):
    program, user = _build_program(), make_user()
    course = models.Course.objects.create(title="Курс", station=program.station)
    enrollments.enroll_in_course(user.pk, course.pk)
    materials = _materials(program)
    random.Random(seed).shuffle(materials)
    for kind, key in materials:
        learning.open_file(user, program.pk, key, kind=kind)
    for kind, model in (("lesson", models.LessonTest), ("final", models.FinalTest)):
        test = model.objects.active().get()
        answer = {"questionId": test.questions.get().pk, "selectedAnswer": 1}
        learning.start_and_think(user, test)
        attempts.record_result(
            user,
            kind=kind,
            test_id=test.pk,
            answers={"0": answer},
            claimed_score=None,
        )

    row = Enrollment.objects.get()
    assert (row.progress_percent, row.status) == (100, "completed")
    in_course = CourseEnrollment.objects.get()
    assert (in_course.progress_percent, in_course.status) == (100, "completed")
    assert in_course.completed_at == row.completed_at
    assert list(TopicProgress.objects.values_list("completed", flat=True)) == [True] * 3
    stats = UserStats.objects.get()
    assert (stats.active_courses, stats.completed_courses) == (0, 1)


def test_recomputing_repairs_the_rows_of_an_import(make_user):
    program, user = _build_program(tests=False), make_user()
    course = models.Course.objects.create(title="Курс", station=program.station)
    row = Enrollment.objects.create(user=user, course_program=program)
    CourseEnrollment.objects.create(user=user, course=course)
    for kind, key in _materials(program)[:3]:
        CompletedMaterial.objects.create(
            user=user,
            course_program=program,
            material_type=kind,
            material_key=key,
            is_completed=True,
        )

    changed, total = recompute.recompute_all()

    row.refresh_from_db()
    # One of four files: topic 1 is done, topic 3 begun; their rows, the enrollment, the course and
    # the figures are five changes.
    assert (changed, total) == (5, 1)
    assert (row.progress_percent, row.status) == (25, "in_progress")
    assert CourseEnrollment.objects.get().progress_percent == 25
    assert list(TopicProgress.objects.order_by("topic_id").values_list("completed", flat=True)) == [
        True,
        False,
    ]
    assert recompute.recompute_all() == (0, 1)


def test_a_completed_program_stays_completed_when_it_grows(
    make_user, django_capture_on_commit_callbacks
):
    program, user = _build_program(topics=1, tests=False), make_user()
    kind, key = _materials(program)[0]
    learning.deliver(user, key)
    completions.complete_material(user.pk, program.pk, material_type=kind, material_key=key)

    with django_capture_on_commit_callbacks(execute=True):
        factories.TopicFileFactory(topic=models.Topic.objects.get(), minio_object_name="new.pdf")
    progress = completions.complete_material(
        user.pk, program.pk, material_type=kind, material_key=key
    )

    enrollment = progress.enrollment
    assert (enrollment.progress_percent, enrollment.status) == (100, "completed")
    assert (progress.total_count, progress.completed_count) == (2, 1)
    assert recompute.recompute_all() == (0, 1)


def test_a_new_file_lowers_the_percentage_at_the_next_step(
    make_user, django_capture_on_commit_callbacks
):
    program, user = _build_program(topics=2, files=1, tests=False), make_user()
    factories.TopicFileFactory(topic=models.Topic.objects.first(), minio_object_name="b.pdf")
    kind, key = _materials(program)[0]
    learning.deliver(user, key)
    first = completions.complete_material(user.pk, program.pk, material_type=kind, material_key=key)
    before = first.enrollment.progress_percent

    with django_capture_on_commit_callbacks(execute=True):
        factories.TopicFileFactory(topic=models.Topic.objects.first(), minio_object_name="c.pdf")
    again = completions.complete_material(user.pk, program.pk, material_type=kind, material_key=key)

    assert (before, again.enrollment.progress_percent) == (50, 33)


def test_a_program_that_is_switched_off_takes_no_new_learners(make_user):
    program = _build_program()
    models.CourseProgram.objects.filter(pk=program.pk).update(is_active=False)

    with pytest.raises(ProgramNotFound):
        enrollments.enroll(make_user().pk, program.pk)


def test_a_new_course_enrollment_copies_the_progress_in_the_program(make_user):
    program, user = _build_program(topics=2, files=1, tests=False), make_user()
    course = models.Course.objects.create(title="Курс", station=program.station)
    elsewhere = models.Course.objects.create(title="Без станции")
    factories.TopicFileFactory(topic=models.Topic.objects.first(), minio_object_name="b.pdf")
    kind, key = _materials(program)[0]
    learning.deliver(user, key)
    completions.complete_material(user.pk, program.pk, material_type=kind, material_key=key)

    with_program = enrollments.enroll_in_course(user.pk, course.pk)
    without_program = enrollments.enroll_in_course(user.pk, elsewhere.pk)

    assert (with_program.progress_percent, with_program.status) == (50, "in_progress")
    assert (without_program.progress_percent, without_program.status) == (0, "not_started")


def _learner(sign_in: Any) -> tuple[Any, models.CourseProgram]:
    """Sign in somebody who is enrolled in a program and in a course of its station."""
    client, program = sign_in(), _build_program(topics=12)
    course = models.Course.objects.create(title="Курс", station=program.station)
    client.post(f"/courses/{course.pk}/enroll")
    client.post(f"/courses/programs/{program.pk}/enroll")
    return client, program


def _complete(
    client: Any, program: models.CourseProgram, kind: str, key: str, *, is_delivered: bool = True
) -> int:
    body = {"material_type": kind, "material_key": key}
    path = f"/courses/programs/{program.pk}/materials/complete"
    if is_delivered:
        learning.deliver(client.user, key)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(path, body, format="json").status_code == 200
    return len(queries)


def test_completing_any_material_costs_at_most_eight_queries(sign_in):
    client, program = _learner(sign_in)

    costs = [_complete(client, program, kind, key) for kind, key in _materials(program)]
    again = [_complete(client, program, kind, key) for kind, key in _materials(program)]

    assert max(costs) <= 8
    assert max(again) <= 6


def test_completing_a_file_that_was_not_delivered_costs_one_query_more(sign_in):
    """After the commit it looks once more whether the file was delivered meanwhile."""
    client, program = _learner(sign_in)
    files = [material for material in _materials(program) if material[0] == "pdf"]

    costs = [_complete(client, program, kind, key, is_delivered=False) for kind, key in files]

    assert max(costs) <= 8
    assert CompletedMaterial.objects.filter(is_confirmed=True).count() == 0


def test_completing_a_whole_program_costs_at_most_nineteen_queries(sign_in):
    client, program = sign_in(), _build_program(topics=1, tests=False)
    course = models.Course.objects.create(title="Курс", station=program.station)
    client.post(f"/courses/{course.pk}/enroll")
    client.post(f"/courses/programs/{program.pk}/enroll")
    models.CertificateCounter.objects.create(year=timezone.localtime().year)

    cost = _complete(client, program, *_materials(program)[0])

    assert models.Certificate.objects.count() == 1
    assert cost <= 19


def test_own_programs_cost_one_query(sign_in, django_assert_max_num_queries):
    client, _program = _learner(sign_in)
    client.get("/courses/me/programs")
    for _number in range(5):
        other = _build_program(tests=False)
        client.post(f"/courses/programs/{other.pk}/enroll")

    with django_assert_max_num_queries(1):
        rows = client.get("/courses/me/programs").json()["data"]

    assert len(rows) == 6


def test_progress_of_a_program_costs_two_queries(sign_in, django_assert_max_num_queries):
    client, program = _learner(sign_in)

    with django_assert_max_num_queries(2):
        response = client.get(f"/courses/programs/{program.pk}/progress")

    assert response.status_code == 200


def test_a_get_never_writes(sign_in):
    """Only a test that is shown or started, and a file that is sent, leave a trace."""
    client, program = _learner(sign_in)
    kind, key = _materials(program)[0]
    _complete(client, program, kind, key)
    body = {"course_program_id": program.pk, "material_key": key, "position_seconds": 9}
    client.post("/courses/progress/save", body, format="json")
    before = _stored_progress()

    paths = [
        "/courses/me/enrollments",
        f"/courses/programs/{program.pk}/progress",
        "/courses/me/programs",
        "/courses/me/stats",
        f"/courses/progress/{key}",
        "/courses/progress/unknown.pdf",
        "/users/me/stats",
    ]
    with CaptureQueriesContext(connection) as queries:
        statuses = {client.get(path).status_code for path in paths}

    assert statuses == {200}
    assert _stored_progress() == before
    written = [row["sql"] for row in queries if row["sql"].startswith(("INSERT", "UPDATE"))]
    assert written == []
