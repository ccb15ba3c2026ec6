"""Decides what of a test a person gets: the order of the questions, and whether the answers too."""

from uuid import UUID

from django.utils import timezone

from lms.models import TestStart, User
from lms.selectors.questions import tests as selectors
from lms.selectors.questions.tests import AnyTest, QuestionRow
from lms.services.questions import shuffling

NO_ANSWER = -1


def serve(user: User, test: AnyTest) -> list[QuestionRow]:
    """Return the questions of a test as one person gets them, and remember what was sent.

    The client scores a test by itself, so it needs the index of the right answer. Who may not
    have it gets -1 instead: without the key, the client would count an empty sheet as right.
    """
    attempts = selectors.attempts_made(user.pk, test)
    with_answers = user.is_editor or _may_have_answers(user, test, attempts=attempts)
    questions = selectors.questions_of(test)
    if test.shuffle:
        questions = shuffled(questions, user_id=user.pk, test_id=test.pk, attempt=attempts)
    if not with_answers:
        for question in questions:
            question["correct_index"], question["explanation"] = NO_ANSWER, ""
    _remember(
        user.pk,
        test,
        served_at=timezone.now(),
        served_with_answers=with_answers,
        served_attempt=attempts if test.shuffle else None,
    )
    return questions


def start(user_id: UUID, test: AnyTest) -> None:
    """Remember that a person starts a test now: the client lists the results at every start."""
    _remember(user_id, test, started_at=timezone.now())


def shuffled(
    questions: list[QuestionRow], *, user_id: UUID, test_id: int, attempt: int
) -> list[QuestionRow]:
    """Return questions and their options in the order of one attempt of a person."""
    by_id = {question["id"]: question for question in questions}
    order = shuffling.question_order(by_id, user_id=user_id, test_id=test_id, attempt=attempt)
    for place, pk in enumerate(order):
        question = by_id[pk]
        options = question["options"]
        places = shuffling.option_order(len(options), user_id=user_id, question_id=pk, order=order)
        question["options"] = [options[index] for index in places]
        right = question["correct_index"]
        question["correct_index"] = places.index(right) if right >= 0 else right
        question["order_index"] = place
    return [by_id[pk] for pk in order]


def _may_have_answers(user: User, test: AnyTest, *, attempts: int) -> bool:
    """Tell whether a person may take the test: enrolled, with an attempt left, nothing off."""
    if test.attempts and attempts >= test.attempts:
        return False
    return selectors.is_open_to(user.pk, test)


def _remember(user_id: UUID, test: AnyTest, **values: object) -> None:
    """Store values of the person's row of a test; one statement, which cannot lose a race."""
    link = selectors.link_of(test)
    TestStart.objects.bulk_create(
        [TestStart(user_id=user_id, **{link: test}, **values)],
        update_conflicts=True,
        unique_fields=["user", link],
        update_fields=list(values),
    )
