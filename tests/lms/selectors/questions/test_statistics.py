"""Figures of the questions of a test."""

import random
import statistics
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lms.models import LessonTest, Option, Question, TestResult, User
from lms.selectors.questions import statistics as selectors
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(db: None) -> LessonTest:
    """Return a test with three questions of three answers, the second right."""
    test = factories.LessonTestFactory()
    for number in range(3):
        question = Question.objects.create(
            lesson_test=test, question=f"Вопрос {number}?", order_index=number
        )
        for index in range(3):
            Option.objects.create(
                question=question, option_text=f"{index}", is_correct=index == 1, order_index=index
            )
    return test


@pytest.fixture
def person(db: None) -> User:
    """Return somebody who takes tests."""
    return User.objects.create_user("learner", "correct-horse-7")


def _take(person: User, test: Any, choices: list[int | None], **values: Any) -> TestResult:
    """Store an attempt that chose these options, in the order of the questions."""
    ids = test.questions.order_by("order_index").values_list("pk", flat=True)
    answers = {
        str(index): {
            "questionId": pk,
            "selectedAnswer": choice,
            "correctAnswer": 1,
            "isCorrect": choice == 1,
        }
        for index, (pk, choice) in enumerate(zip(ids, choices, strict=True))
    }
    right = sum(choice == 1 for choice in choices)
    defaults = {"score": 0, "correct_answers": right, "total_questions": len(choices)}
    return TestResult.objects.create(
        user=person, lesson_test=test, **(defaults | {"answers_data": answers} | values)
    )


def _figures(test: Any) -> list[selectors.QuestionFigures]:
    return selectors.test_figures(test).questions


def test_answers_shares_and_choices_are_counted(quiz: LessonTest, person: User):
    for choices in ([1, 0, 1], [1, 2, None], [1, 1, 0]):
        _take(person, quiz, choices)

    counted = selectors.test_figures(quiz)

    assert (counted.results, counted.is_cut) == (3, False)
    rows = counted.questions
    assert [(row.count, row.right, row.share_percent) for row in rows] == [
        (3, 3, 100),
        (3, 1, 33),
        (3, 1, 33),
    ]
    assert [row.choices for row in rows] == [[0, 3, 0], [1, 1, 1], [1, 1, 0]]
    assert [row.discrimination for row in rows] == [None, None, None]
    assert [row.flags for row in rows] == [[], [], []]


def test_discrimination_of_a_small_table_is_the_one_worked_out_by_hand(
    quiz: LessonTest, person: User
):
    # The first question against the share of the other two: 5 right with the rest 1, 1, 1, ½, ½;
    # 5 wrong with ½, ½, 0, 0, 0. Means 0.8 and 0.2, whole deviation √0.15, so
    # r = (0.8 - 0.2) / √0.15 · √(0.5 · 0.5) = 0.3 / 0.387298... = 0.774596...
    rests = [(1, 1), (1, 1), (1, 1), (1, 0), (0, 1), (1, 0), (0, 1), (0, 0), (0, 0), (0, 0)]
    for number, rest in enumerate(rests):
        _take(person, quiz, [1 if number < 5 else 0, *rest])

    assert _figures(quiz)[0].discrimination == pytest.approx(0.7745966692)


def test_discrimination_is_pearsons_correlation(quiz: LessonTest, person: User):
    dice = random.Random(7)
    attempts = [[dice.choice([0, 1, 1, 2]) for _question in range(3)] for _attempt in range(60)]
    for choices in attempts:
        _take(person, quiz, choices)

    for index, row in enumerate(_figures(quiz)):
        own = [float(choices[index] == 1) for choices in attempts]
        rest = [
            sum(choice == 1 for choice in choices) - mark
            for choices, mark in zip(attempts, own, strict=True)
        ]
        assert row.discrimination == pytest.approx(statistics.correlation(own, rest))


@pytest.mark.parametrize(
    ("attempts", "flags"),
    [
        ([[1, 1, 1]] * 19 + [[0, 0, 0]], ["too_easy"]),
        ([[1, 1, 1]] * 18 + [[0, 0, 0]] * 2, []),
        ([[1, 1, 1]] * 3 + [[0, 0, 0]] * 7, ["too_hard"]),
        ([[1, 1, 1]] * 4 + [[0, 0, 0]] * 6, []),
        ([[1, 0, 0]] * 5 + [[0, 1, 1]] * 5, ["does_not_separate"]),
        ([[1, 1, 1]] * 9, []),
        ([[1, 1, 1]] * 10, ["too_easy"]),
    ],
)
def test_flags_name_questions_to_improve(
    attempts: list[list[int | None]], flags: list[str], quiz: LessonTest, person: User
):
    for choices in attempts:
        _take(person, quiz, choices)

    assert _figures(quiz)[0].flags == flags


@pytest.mark.parametrize(
    ("attempts", "value"),
    [
        ([[1, 1, 1]] * 9 + [[0, 0, 0]] * 0, None),
        ([[1, 1, 1]] * 5 + [[1, 0, 0]] * 5, None),  # the question does not vary
        ([[1, 1, 0]] * 5 + [[0, 0, 1]] * 5, None),  # the rest does not vary
        ([[1, 1, 1]] * 5 + [[0, 0, 0]] * 5, 1.0),
        ([[1, 0, 0]] * 5 + [[0, 1, 1]] * 5, -1.0),
    ],
)
def test_discrimination_needs_ten_answers_and_variance(
    attempts: list[list[int | None]], value: float | None, quiz: LessonTest, person: User
):
    for choices in attempts:
        _take(person, quiz, choices)

    assert _figures(quiz)[0].discrimination == (None if value is None else pytest.approx(value))


def test_answers_from_before_another_order_are_told_apart(quiz: LessonTest, person: User):
    _take(person, quiz, [1, 1, 1])
    first = quiz.questions.order_by("order_index").first()
    first.options.update(is_correct=False)
    first.options.filter(order_index=2).update(is_correct=True)

    row = _figures(quiz)[0]

    assert (row.count, row.right, row.choices, row.choices_before) == (1, 1, [0, 0, 0], 1)


def test_questions_that_are_gone_and_questions_not_answered_are_left_out(
    quiz: LessonTest, person: User
):
    result = _take(person, quiz, [1, 1, 0])
    result.answers_data["1"]["questionId"] = 10**6
    result.save()

    assert [row.count for row in _figures(quiz)] == [1, 0, 1]


@pytest.mark.parametrize(
    "answers",
    [
        None,
        [],
        "text",
        7,
        {"0": None},
        {"0": {}},
        {"0": {"questionId": "1"}},
        {"0": {"questionId": True, "isCorrect": True}},
        {"0": {"questionId": [1]}},
    ],
)
def test_data_of_older_installations_do_not_count(answers: Any, quiz: LessonTest, person: User):
    _take(person, quiz, [1, 1, 1], answers_data=answers)

    assert [row.count for row in _figures(quiz)] == [0, 0, 0]


def test_an_entry_with_strange_values_is_a_wrong_answer_without_a_choice(
    quiz: LessonTest, person: User
):
    first = quiz.questions.order_by("order_index").first()
    for selected in ("1", 99, -1, True):
        entry = {"questionId": first.pk, "selectedAnswer": selected, "isCorrect": "yes"}
        _take(person, quiz, [1, 1, 1], answers_data={"0": entry, "1": entry})

    row = _figures(quiz)[0]

    assert (row.count, row.right, row.choices) == (4, 0, [0, 0, 0])


def test_a_final_test_is_counted_apart_from_a_lesson_test(quiz: LessonTest, person: User):
    final = factories.FinalTestFactory()
    Question.objects.create(final_test=final, question="Итог?")
    _take(person, quiz, [1, 1, 1])

    assert [row.count for row in _figures(final)] == [0]


def test_only_the_latest_five_thousand_attempts_are_read_in_three_queries(
    quiz: LessonTest, person: User, django_assert_num_queries: Any
):
    sample = _take(person, quiz, [1, 0, 2], completed_at=timezone.now() - timedelta(days=9))
    sample.answers_data = {
        key: entry | {"selectedAnswer": 0, "isCorrect": False}
        for key, entry in sample.answers_data.items()
    }
    TestResult.objects.bulk_create(
        TestResult(
            user=person,
            lesson_test=quiz,
            score=0,
            total_questions=3,
            answers_data=sample.answers_data,
        )
        for _number in range(5000)
    )

    with django_assert_num_queries(3):
        counted = selectors.test_figures(quiz)

    assert (counted.results, counted.is_cut) == (5000, True)
    assert [row.right for row in counted.questions] == [0, 0, 0]
