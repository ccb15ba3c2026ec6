"""Reads tests with their questions, as the client shows them, and results of learners."""

from typing import TypedDict
from uuid import UUID

from lms.errors import TestNotFound
from lms.models import (
    Enrollment,
    FinalTest,
    Lesson,
    LessonTest,
    Question,
    TestKind,
    TestResult,
    TestStart,
)

AnyTest = LessonTest | FinalTest

_IN_ACTIVE_LESSON = {"lesson__is_active": True, "lesson__course_program__is_active": True}
_IN_ACTIVE_PROGRAM = {"course_program__is_active": True}


class QuestionRow(TypedDict):
    """A question of a test with the texts of its options."""

    id: int
    question: str
    options: list[str]
    correct_index: int
    points: int
    image: str
    explanation: str
    order_index: int


def active_test(kind: str, test_id: int) -> AnyTest:
    """Return a test of this kind that employees see; one query.

    Raises:
        TestNotFound: no such test, or the test, its lesson or its program is switched off.
    """
    test: AnyTest | None
    if kind == TestKind.LESSON:
        lessons = LessonTest.objects.active().filter(**_IN_ACTIVE_LESSON)
        test = lessons.select_related("lesson").filter(pk=test_id).first()
    else:
        test = FinalTest.objects.active().filter(**_IN_ACTIVE_PROGRAM).filter(pk=test_id).first()
    if test is None:
        raise TestNotFound
    return test


def test_of_lesson(number: int) -> LessonTest | None:
    """Return the active test of the lesson with this number, or the active test with it.

    Lessons come first: tests of older installations have the same small numbers as lessons
    (docs/decisions/0006-test-ids.md). At most three queries, one where the lesson has a test.
    """
    rows = LessonTest.objects.active().select_related("lesson")
    found: LessonTest | None = rows.filter(lesson_id=number).order_by("pk").first()
    if found is None and not Lesson.objects.filter(pk=number).exists():
        found = rows.filter(pk=number).first()
    return found


def test_for_editor(number: int) -> LessonTest | None:
    """Return the lesson test with this number, also if switched off, or the test of the lesson.

    On the path of a lesson's test, the editor of the client sends the number of the test itself.
    """
    return LessonTest.objects.filter(pk=number).first() or test_of_lesson(number)


def test_of_program(program_id: int) -> FinalTest | None:
    """Return the active final test of a program, or None."""
    tests = FinalTest.objects.active().filter(course_program_id=program_id)
    found: FinalTest | None = tests.order_by("pk").first()
    return found


def kind_of(test: AnyTest) -> str:
    """Return lesson or final."""
    return TestKind.LESSON.value if isinstance(test, LessonTest) else TestKind.FINAL.value


def program_id_of(test: AnyTest) -> int:
    """Return the number of the program that a test belongs to."""
    if isinstance(test, FinalTest):
        return test.course_program_id
    return test.lesson.course_program_id


def link_of(test: AnyTest) -> str:
    """Return the name of the foreign key that leads to a test of this kind."""
    return "lesson_test" if isinstance(test, LessonTest) else "final_test"


def is_open_to(user_id: UUID, test: AnyTest) -> bool:
    """Tell whether a test, its lesson and its program are switched on and the person is enrolled.

    One query at most.
    """
    if not test.is_active or (isinstance(test, LessonTest) and not test.lesson.is_active):
        return False
    enrollments = Enrollment.objects.filter(
        user_id=user_id,
        course_program_id=program_id_of(test),
        course_program__is_active=True,
        course_program__bin_entry__isnull=True,
    )
    return enrollments.exists()


def attempts_made(user_id: UUID, test: AnyTest) -> int:
    """Count a person's attempts at a test, refused ones included."""
    return test.results.filter(user_id=user_id).count()


def start_of(user_id: UUID, test: AnyTest) -> TestStart | None:
    """Return when a person last got and started a test, or None."""
    found: TestStart | None = test.starts.filter(user_id=user_id).first()
    return found


def questions_of(test: AnyTest) -> list[QuestionRow]:
    """List a test's questions with option texts and the right index; two queries.

    `correct_index` is -1 if no option is marked as right. If older data marks several, it is the
    first of them: the client compares with one number.
    """
    rows = Question.objects.filter(test_type=kind_of(test), test_id=test.pk)
    questions: list[QuestionRow] = []
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
