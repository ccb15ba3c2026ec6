"""Grades and stores results of tests; what the browser claims is never stored unchecked."""

from typing import Any

from django.db import transaction

from lms.errors import AttemptLimitReached, InvalidAnswers
from lms.models import CompletedMaterial, TestResult, User
from lms.selectors import assessments as selectors
from lms.selectors import progress as progress_selectors
from lms.services import progress

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
    """Grade one attempt and store it; a repeated report of the latest attempt is that attempt.

    Attempts are counted under a lock on the learner's row, so parallel posts cannot pass the limit.

    Raises:
        TestNotFound: no such active test.
        InvalidAnswers: answers are missing and no stored result has the claimed score.
        AttemptLimitReached: every attempt is used.
    """
    test = selectors.active_test(kind, test_id)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        results = selectors.results_of(user.pk, test)
        if answers is None:
            return _repeated(results, claimed_score)
        if test.attempts and len(results) >= test.attempts:
            raise AttemptLimitReached
        result = _grade(user, test, answers)
        result.time_spent = time_spent_seconds
        result.save()
        if result.passed:
            _count_as_done(user, test)
    return result


def _repeated(results: list[TestResult], claimed_score: int | None) -> TestResult:
    """Return the latest result when the short report equals it (contract, endpoint 38)."""
    if results and claimed_score == results[0].score:
        return results[0]
    raise InvalidAnswers


def _grade(user: User, test: selectors.AnyTest, answers: dict[str, Any]) -> TestResult:
    questions = selectors.questions_of(test)
    chosen = _chosen_by_question(answers)
    right = sum(
        1
        for question in questions
        if question["correct_index"] >= 0
        and chosen.get(question["id"]) == question["correct_index"]
    )
    score = round(right * 100 / len(questions)) if questions else 0
    named = {"lesson_test": test} if selectors.kind_of(test) == "lesson" else {"final_test": test}
    return TestResult(
        user=user,
        **named,
        score=score,
        passed=bool(questions) and score >= (test.passing_score or DEFAULT_PASSING_SCORE),
        correct_answers=right,
        total_questions=len(questions),
        answers_data=answers,
    )


def _chosen_by_question(answers: dict[str, Any]) -> dict[int, int]:
    """Return the chosen option per question id.

    Raises:
        InvalidAnswers: an entry is no object, or its numbers are no numbers.
    """
    chosen: dict[int, int] = {}
    for entry in answers.values():
        if not isinstance(entry, dict):
            raise InvalidAnswers
        question_id, selected = entry.get("questionId"), entry.get("selectedAnswer")
        if type(question_id) is not int or not (selected is None or type(selected) is int):
            raise InvalidAnswers
        if selected is not None:
            chosen[question_id] = selected
    return chosen


def _count_as_done(user: User, test: selectors.AnyTest) -> None:
    key = progress_selectors.test_material_key(selectors.kind_of(test), test.pk)
    progress.complete_material(
        user.pk,
        selectors.program_id_of(test),
        material_type=CompletedMaterial.MaterialType.TEST,
        material_key=key,
    )
