"""Reads tests in the shape that the client needs, and a learner's results."""

from typing import Any
from uuid import UUID

from lms.errors import TestNotFound
from lms.models import FinalTest, LessonTest, Question, TestKind, TestResult

AnyTest = LessonTest | FinalTest


def active_test(kind: str, test_id: int) -> AnyTest:
    """Return an active test of this kind.

    Raises:
        TestNotFound: no such active test.
    """
    model = LessonTest if kind == TestKind.LESSON else FinalTest
    test = model.objects.active().filter(pk=test_id).first()
    if test is None:
        raise TestNotFound
    return test


def test_of_lesson(lesson_id: int) -> LessonTest | None:
    """Return the active test of a lesson, or None."""
    return LessonTest.objects.active().filter(lesson_id=lesson_id).order_by("pk").first()


def test_of_program(program_id: int) -> FinalTest | None:
    """Return the active final test of a program, or None."""
    return FinalTest.objects.active().filter(course_program_id=program_id).order_by("pk").first()


def kind_of(test: AnyTest) -> str:
    """Return lesson or final."""
    return TestKind.LESSON.value if isinstance(test, LessonTest) else TestKind.FINAL.value


def program_id_of(test: AnyTest) -> int:
    """Return the number of the program that a test belongs to."""
    if isinstance(test, FinalTest):
        return test.course_program_id
    return test.lesson.course_program_id


def questions_of(test: AnyTest) -> list[dict[str, Any]]:
    """List a test's questions with option texts and the right index; two queries.

    Shape: {"id", "question", "options": [str], "correct_index", "points", "image",
    "explanation", "order_index"}; correct_index is -1 when no option is marked right.
    """
    rows = Question.objects.filter(test_type=kind_of(test), test_id=test.pk)
    questions = []
    for row in rows.order_by("order_index", "pk").prefetch_related("options"):
        options = list(row.options.all())
        right = [index for index, option in enumerate(options) if option.is_correct]
        questions.append(
            {
                "id": row.pk,
                "question": row.question,
                "options": [option.option_text for option in options],
                "correct_index": right[0] if right else -1,
                "points": row.points or 1,
                "image": row.image or "",
                "explanation": row.explanation or "",
                "order_index": row.order_index,
            }
        )
    return questions


def results_of(user_id: UUID, test: AnyTest) -> list[TestResult]:
    """List a learner's results of a test, newest first."""
    return list(test.results.filter(user_id=user_id).order_by("-completed_at", "-pk"))
