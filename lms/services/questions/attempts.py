"""Grades attempts at tests and stores the results; a score that the browser sends is not trusted.

The score is the share of right answers in whole percent, half a percent rounded up, as the client
computes it. The points of questions do not change it (docs/data-model.md, "Test results"). What
counts as an attempt is in docs/decisions/0013-evidence.md.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from lms.errors import (
    AnsweredTooFast,
    AttemptLimitReached,
    InvalidAnswers,
    ReloadPage,
    TestNotStarted,
    TestWithoutQuestions,
)
from lms.models import CompletedMaterial, TestResult, TestStart, User
from lms.models.questions import DEFAULT_MIN_SECONDS
from lms.selectors.progress.program_content import Material, test_material_key
from lms.selectors.questions import tests as selectors
from lms.selectors.questions.tests import QuestionRow
from lms.services.progress import completions
from lms.services.questions import shuffling

DEFAULT_PASSING_SCORE = 70
Answers = dict[str, Any]


def record_result(
    user: User, *, kind: str, test_id: int, answers: Answers | None, claimed_score: int | None
) -> TestResult:
    """Grade one attempt and store its result.

    Without answers it returns the latest result, if that has the claimed score. The answers of an
    attempt that was stored already give its result again. The learner's row is locked while
    attempts are counted, so that parallel requests cannot exceed the limit.

    Raises:
        TestNotFound: no such active test.
        TestWithoutQuestions: the test has no questions; no attempt is used.
        InvalidAnswers: answers are missing and the latest result has another score, or they are
            malformed, or none of them belongs to this test.
        AttemptLimitReached: no attempts are left.
        TestNotStarted, ReloadPage, LessonsOutOfOrder: no attempt is used.
        AnsweredTooFast: the attempt is stored and does not count.
    """
    test = selectors.active_test(kind, test_id)
    with transaction.atomic():
        # This lock allows others to insert rows that refer to the person.
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        results = selectors.results_of(user.pk, test)
        start = selectors.start_of(user.pk, test)
        stored = _repeated(results, claimed_score) if answers is None else None
        if answers is not None:
            stored = _same_sheet(results, start, answers)
        result = stored or _new_result(user, test, answers or {}, results=results, start=start)
    if result.refused:
        # After the commit: the attempt is used.
        raise AnsweredTooFast(_too_fast(_min_seconds(test, result.total_questions)))
    return result


def _too_fast(seconds: int) -> str:
    return ngettext(
        "The answers came too fast: reading this test takes %(count)d second at least. "
        "The attempt does not count.",
        "The answers came too fast: reading this test takes %(count)d seconds at least. "
        "The attempt does not count.",
        seconds,
    ) % {"count": seconds}


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


def _same_sheet(
    results: list[TestResult], start: TestStart | None, answers: Answers
) -> TestResult | None:
    """Return the result of the same answers, unless the test was started again since."""
    digest = _digest(answers)
    for result in results:
        if start and start.started_at and start.started_at > result.completed_at:
            return None
        if result.sheet_digest == digest:
            return result
    return None


def _digest(answers: Answers) -> str:
    text = json.dumps(answers, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _new_result(
    user: User,
    test: selectors.AnyTest,
    answers: Answers,
    *,
    results: list[TestResult],
    start: TestStart | None,
) -> TestResult:
    """Store an attempt that may be made now."""
    if test.attempts and len(results) >= test.attempts:
        raise AttemptLimitReached
    questions = selectors.questions_of(test)
    if not questions:
        raise TestWithoutQuestions
    answered = _questions_answered(answers)
    if answered and not answered & {question["id"] for question in questions}:
        # The questions were replaced while the learner answered: no attempt is used.
        raise InvalidAnswers
    started_at = _started_at(start, results)
    if start and start.served_with_answers is False:
        raise ReloadPage
    completions.check_order(user.pk, selectors.program_id_of(test), _material_of(test))
    options = _option_orders(user, test, answers, questions, start=start, attempts=len(results))
    result = _graded(user, test, questions, _checked(answers, questions, options))
    result.sheet_digest = _digest(answers)
    _measure(result, started_at, min_seconds=_min_seconds(test, len(questions)))
    result.save()
    if result.passed:
        _complete_test(user, test)
    return result


def _started_at(start: TestStart | None, results: list[TestResult]) -> datetime:
    """Return when the attempt was started: after the latest result.

    Raises:
        TestNotStarted: it was not.
    """
    started_at = start.started_at if start else None
    if started_at is None or (results and started_at <= results[0].completed_at):
        raise TestNotStarted
    return started_at


def _min_seconds(test: selectors.AnyTest, questions_count: int) -> int:
    per_question = test.min_seconds_per_question
    return (DEFAULT_MIN_SECONDS if per_question is None else per_question) * questions_count


def _measure(result: TestResult, started_at: datetime, *, min_seconds: int) -> None:
    """Set the times of a result; one that came too fast does not pass."""
    result.completed_at = timezone.now()
    seconds = (result.completed_at - started_at).total_seconds()
    result.time_spent = int(seconds)
    if seconds < min_seconds:
        result.refused = TestResult.Refusal.TOO_FAST
        result.passed, result.score, result.correct_answers = False, 0, 0


def _option_orders(
    user: User,
    test: selectors.AnyTest,
    answers: Answers,
    questions: list[QuestionRow],
    *,
    start: TestStart | None,
    attempts: int,
) -> dict[int, shuffling.Order]:
    """Return the order of the options of each question on the page that sent these answers.

    Raises:
        ReloadPage: the questions are not those of any order that the person can have got.
    """
    ids = [question["id"] for question in questions]
    served = start.served_attempt if start else None
    known = set(ids)
    positions = {
        int(place): entry["questionId"]
        for place, entry in answers.items()
        if entry["questionId"] in known
    }
    order = shuffling.order_of_sheet(
        positions,
        ids,
        user_id=user.pk,
        test_id=test.pk,
        served_attempt=served,
        attempts=attempts,
    )
    if order is None and served is not None:
        # Questions were added or deleted since the page was loaded.
        raise ReloadPage
    if not order:
        return {}
    return {
        question["id"]: shuffling.option_order(
            len(question["options"]), user_id=user.pk, question_id=question["id"], order=order
        )
        for question in questions
    }


def _graded(
    user: User,
    test: selectors.AnyTest,
    questions: list[QuestionRow],
    checked: dict[str, dict[str, Any]],
) -> TestResult:
    right = sum(entry["isCorrect"] for entry in checked.values())
    score = score_percent(right, len(questions))
    return TestResult(
        user=user,
        **{selectors.link_of(test): test},
        score=score,
        passed=score >= (test.passing_score or DEFAULT_PASSING_SCORE),
        correct_answers=right,
        total_questions=len(questions),
        answers_data=checked,
    )


def _checked(
    answers: Answers, questions: list[QuestionRow], options: dict[int, shuffling.Order]
) -> dict[str, dict[str, Any]]:
    """Return the answers to questions of this test, graded here instead of by the browser.

    The places are those of the page, the indexes those of the stored options.
    """
    correct = {question["id"]: question["correct_index"] for question in questions}
    checked = {}
    for position, entry in answers.items():
        index = correct.get(entry["questionId"])
        if index is not None:
            order = options.get(entry["questionId"], ())
            selected = entry.get("selectedAnswer")
            if selected is not None and 0 <= selected < len(order):
                selected = order[selected]
            checked[position] = {
                "questionId": entry["questionId"],
                "selectedAnswer": selected,
                "correctAnswer": index,
                "isCorrect": index >= 0 and selected == index,
            }
    return checked


def _questions_answered(answers: Answers) -> set[int]:
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


def _material_of(test: selectors.AnyTest) -> Material:
    key = test_material_key(selectors.kind_of(test), test.pk)
    return Material(CompletedMaterial.MaterialType.TEST.value, key)


def _complete_test(user: User, test: selectors.AnyTest) -> None:
    material = _material_of(test)
    completions.complete_material(
        user.pk,
        selectors.program_id_of(test),
        material_type=material.type,
        material_key=material.key,
    )
