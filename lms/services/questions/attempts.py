"""Grades attempts at tests and stores the results; a score that the browser sends is not trusted.

The score is the share of right answers in whole percent, half a percent rounded up, as the client
computes it. The points of questions do not change it (docs/data-model.md, "Test results").
"""

from typing import Any

from django.db import transaction

from lms.errors import AttemptLimitReached, InvalidAnswers, TestWithoutQuestions
from lms.models import CompletedMaterial, TestKind, TestResult, User
from lms.selectors.progress.program_content import test_material_key
from lms.selectors.questions import tests as selectors
from lms.services.progress import completions

DEFAULT_PASSING_SCORE = 70


def record_result(
    user: User,
    *,
    kind: str,
    test_id: int,
    answers: dict[str, Any] | None,
    time_spent_seconds: int | None,
    claimed_score: int | None,
) -> TestResult:
    """Grade one attempt and store its result.

    Without answers it returns the latest result, if that has the claimed score. The learner's row
    is locked while attempts are counted, so that parallel requests cannot exceed the limit.

    Raises:
        TestNotFound: no such active test.
        TestWithoutQuestions: the test has no questions; no attempt is used.
        InvalidAnswers: answers are missing and the latest result has another score, or they are
            malformed, or none of them belongs to this test.
        AttemptLimitReached: no attempts are left.
    """
    test = selectors.active_test(kind, test_id)
    with transaction.atomic():
        # This lock allows others to insert rows that refer to the person.
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        results = selectors.results_of(user.pk, test)
        if answers is None:
            return _repeated(results, claimed_score)
        if test.attempts and len(results) >= test.attempts:
            raise AttemptLimitReached
        result = _grade(user, test, answers)
        result.time_spent = time_spent_seconds
        result.save()
        if result.passed:
            _complete_test(user, test)
    return result


def score_percent(right: int, total: int) -> int:
    """Return the share of right answers in whole percent; half a percent is rounded up."""
    return (200 * right + total) // (2 * total)


def _repeated(results: list[TestResult], claimed_score: int | None) -> TestResult:
    """Return the latest result if its score is the claimed one (contract, endpoint 38)."""
    if results and claimed_score is not None and _is_score_of(results[0], claimed_score):
        return results[0]
    raise InvalidAnswers


def _is_score_of(result: TestResult, claimed: int) -> bool:
    """Compare scores; a browser sometimes rounds half a percent down (23 of 40 answers)."""
    distance = abs(claimed * result.total_questions - 100 * result.correct_answers)
    is_half = 2 * distance == result.total_questions
    return claimed == result.score or (result.total_questions > 0 and is_half)


def _grade(user: User, test: selectors.AnyTest, answers: dict[str, Any]) -> TestResult:
    questions = selectors.questions_of(test)
    if not questions:
        raise TestWithoutQuestions
    correct = {question["id"]: question["correct_index"] for question in questions}
    answered = _questions_answered(answers)
    if answered and not answered & correct.keys():
        # The questions were replaced while the learner answered: no attempt is used.
        raise InvalidAnswers
    checked = _checked(answers, correct)
    right = sum(entry["isCorrect"] for entry in checked.values())
    score = score_percent(right, len(questions))
    link = "lesson_test" if selectors.kind_of(test) == TestKind.LESSON else "final_test"
    return TestResult(
        user=user,
        **{link: test},
        score=score,
        passed=score >= (test.passing_score or DEFAULT_PASSING_SCORE),
        correct_answers=right,
        total_questions=len(questions),
        answers_data=checked,
    )


def _checked(answers: dict[str, Any], correct: dict[int, int]) -> dict[str, dict[str, Any]]:
    """Return the answers to questions of this test, graded here instead of by the browser."""
    checked = {}
    for position, entry in answers.items():
        index = correct.get(entry["questionId"])
        if index is not None:
            selected = entry.get("selectedAnswer")
            checked[position] = {
                "questionId": entry["questionId"],
                "selectedAnswer": selected,
                "correctAnswer": index,
                "isCorrect": index >= 0 and selected == index,
            }
    return checked


def _questions_answered(answers: dict[str, Any]) -> set[int]:
    """Return the ids of the answered questions.

    Raises:
        InvalidAnswers: an entry is not an object, its numbers are not numbers, or two entries
            answer the same question.
    """
    answered: set[int] = set()
    for entry in answers.values():
        if not isinstance(entry, dict):
            raise InvalidAnswers
        question_id, selected = entry.get("questionId"), entry.get("selectedAnswer")
        if type(question_id) is not int or not (selected is None or type(selected) is int):
            raise InvalidAnswers
        if question_id in answered:
            raise InvalidAnswers
        answered.add(question_id)
    return answered


def _complete_test(user: User, test: selectors.AnyTest) -> None:
    key = test_material_key(selectors.kind_of(test), test.pk)
    completions.complete_material(
        user.pk,
        selectors.program_id_of(test),
        material_type=CompletedMaterial.MaterialType.TEST,
        material_key=key,
    )
