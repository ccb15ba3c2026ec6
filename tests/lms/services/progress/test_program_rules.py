"""Lessons in order, and the hours between enrolling and the certificate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lms.errors import LessonsOutOfOrder
from lms.models import (
    Certificate,
    CompletedMaterial,
    CourseProgram,
    Enrollment,
    FinalTest,
    LessonTest,
    Option,
    Question,
    TestResult,
    User,
)
from lms.services.progress import completions, enrollments, tasks
from lms.services.questions import attempts
from tests import factories, learning

pytestmark = pytest.mark.django_db

FIRST, SECOND = "s/1.pdf", "s/2.pdf"


def _question(**test: Any) -> None:
    question = Question.objects.create(question="В?", **test)
    for index in range(2):
        Option.objects.create(
            question=question, option_text=str(index), is_correct=index == 1, order_index=index
        )


@pytest.fixture
def program(db: None) -> CourseProgram:
    """Return a program in order: lesson 1 with a file and a test, lesson 2 with a file; a final."""
    program = factories.ProgramFactory(lessons_in_order=True)
    for place, key in enumerate((FIRST, SECOND)):
        lesson = factories.LessonFactory(
            course_program=program, title=f"Урок {place + 1}", order_index=place
        )
        factories.TopicFileFactory(
            topic=factories.TopicFactory(lesson=lesson, topic_key=f"t{place}"),
            minio_object_name=key,
        )
    _question(lesson_test=factories.LessonTestFactory(lesson=program.lessons.first()))
    _question(final_test=factories.FinalTestFactory(course_program=program))
    return program


@pytest.fixture
def learner(make_user: Callable[..., User]) -> User:
    """Return a learner."""
    return make_user("learner")


def _pass(user: User, test: LessonTest | FinalTest) -> TestResult:
    kind = "final" if isinstance(test, FinalTest) else "lesson"
    learning.start_and_think(user, test)
    answer = {"questionId": test.questions.get().pk, "selectedAnswer": 1}
    return attempts.record_result(
        user, kind=kind, test_id=test.pk, answers={"0": answer}, claimed_score=100
    )


def _press(user: User, program: CourseProgram, key: str) -> completions.ProgramProgress:
    """Press the button of a topic."""
    return completions.complete_material(
        user.pk, program.pk, material_type="text", material_key=key
    )


def _refusal(work: Callable[[], object]) -> str:
    with pytest.raises(LessonsOutOfOrder) as refused:
        work()
    return str(refused.value.message)


def test_nothing_of_a_later_lesson_counts_before_the_earlier_ones(learner, program):
    enrollments.enroll(learner.pk, program.pk)
    lesson_test, final_test = LessonTest.objects.get(), FinalTest.objects.get()
    refused = [
        _refusal(lambda: _press(learner, program, "topic:t1")),
        _refusal(lambda: learning.open_file(learner, program.pk, SECOND)),
    ]
    refused.append(_refusal(lambda: _pass(learner, final_test)))
    learning.open_file(learner, program.pk, FIRST)
    refused.append(_refusal(lambda: learning.open_file(learner, program.pk, SECOND)))
    _pass(learner, lesson_test)
    final_too_early = _refusal(lambda: _pass(learner, final_test))
    learning.open_file(learner, program.pk, SECOND)
    _pass(learner, final_test)

    assert refused == ["Сначала завершите урок «Урок 1»."] * 4
    assert final_too_early == "Сначала завершите урок «Урок 2»."
    assert TestResult.objects.count() == 2
    assert Certificate.objects.count() == 1


def test_an_opened_file_that_was_not_read_does_not_open_the_next_lesson(learner, program):
    LessonTest.objects.update(is_active=False)
    report = {"material_type": "pdf", "material_key": FIRST}
    completions.complete_material(learner.pk, program.pk, **report)

    _refusal(lambda: learning.open_file(learner, program.pk, SECOND))

    assert CompletedMaterial.objects.count() == 1


def test_the_client_gets_400_with_the_reason(sign_in, program):
    client = sign_in()
    body = {"material_type": "pdf", "material_key": SECOND}

    answer = client.post(f"/courses/programs/{program.pk}/materials/complete", body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, "lessons_out_of_order")
    assert answer.json()["error"] == "Сначала завершите урок «Урок 1»."
    assert (CompletedMaterial.objects.count(), Enrollment.objects.count()) == (0, 0)


def test_without_the_setting_lessons_have_no_order(learner, program):
    CourseProgram.objects.update(lessons_in_order=False)

    assert learning.open_file(learner, program.pk, SECOND).enrollment


def test_in_a_program_without_files_the_topics_complete_a_lesson(learner, program):
    program.lessons.first().tests.get().delete()
    for lesson in program.lessons.all():
        lesson.topics.get().files.all().delete()

    _refusal(lambda: _press(learner, program, "topic:t1"))
    _press(learner, program, "topic:t0")
    assert _press(learner, program, "topic:t1").completed_count == 2


def _finish(user: User, program: CourseProgram) -> None:
    learning.open_file(user, program.pk, FIRST)
    _pass(user, LessonTest.objects.get())
    learning.open_file(user, program.pk, SECOND)
    _pass(user, FinalTest.objects.get())


def test_a_certificate_waits_for_its_hours_and_comes_with_the_next_activity(learner, program):
    CourseProgram.objects.update(min_hours_before_certificate=24)
    _finish(learner, program)
    learning.let_time_pass(timedelta(hours=23))
    learning.open_file(learner, program.pk, FIRST)
    early = Certificate.objects.count()

    learning.let_time_pass(timedelta(hours=1))
    learning.open_file(learner, program.pk, FIRST)

    assert Enrollment.objects.get().status == "completed"
    assert (early, Certificate.objects.count()) == (0, 1)


def test_the_task_issues_what_is_due(learner, program, make_user):
    CourseProgram.objects.update(min_hours_before_certificate=24)
    _finish(learner, program)
    early = tasks.issue_due_certificates.call()
    learning.let_time_pass(timedelta(hours=24))
    _finish(make_user("late"), program)

    issued = tasks.issue_due_certificates.call()

    assert (early, issued) == (0, 1)
    assert Certificate.objects.get().user == learner
    assert tasks.issue_due_certificates.call() == 0
