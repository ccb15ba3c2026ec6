"""Tests: their numbers, what counts as right, and which posts use an attempt."""

from typing import Any

import pytest
from django.db import connection

from lms.errors import AttemptLimitReached, InvalidAnswers, TestNotFound, TestWithoutQuestions
from lms.models import (
    CompletedMaterial,
    FinalTest,
    LessonTest,
    Option,
    Question,
    Role,
    TestResult,
    User,
)
from lms.selectors.questions import tests as selectors
from lms.services.questions import attempts
from tests import factories, learning

pytestmark = pytest.mark.django_db

FIRST_NUMBER = 1_000_001


def _with_questions(test: Any, count: int, *, right: tuple[int, ...] = (1,)) -> Any:
    """Add questions of three answers; `right` are the indexes that are marked as right."""
    link = "lesson_test" if isinstance(test, LessonTest) else "final_test"
    for number in range(count):
        question = Question.objects.create(
            **{link: test}, question=f"В{number}", order_index=number
        )
        for index in range(3):
            Option.objects.create(
                question=question,
                option_text=str(index),
                is_correct=index in right,
                order_index=index,
            )
    return test


def _answers(test: Any, *chosen: int | None) -> dict[str, Any]:
    questions = test.questions.order_by("order_index")
    return {
        str(index): {
            "questionId": question.pk,
            "selectedAnswer": choice,
            "correctAnswer": choice,
            "isCorrect": True,
        }
        for index, (question, choice) in enumerate(zip(questions, chosen, strict=False))
    }


def _record(
    user: User, test: Any, answers: dict[str, Any] | None, *, score: int | None = 100
) -> TestResult:
    if answers is not None:
        learning.start_and_think(user, test)
    return attempts.record_result(
        user,
        kind=selectors.kind_of(test),
        test_id=test.pk,
        answers=answers,
        claimed_score=score,
    )


# --- Numbers ------------------------------------------------------------------------------------


def test_numbers_are_unique_over_both_kinds_and_away_from_lessons():
    lesson, program = factories.LessonFactory(), factories.ProgramFactory()
    made = [
        LessonTest.objects.create(lesson=lesson, title="1"),
        FinalTest.objects.create(course_program=program, title="2"),
        *LessonTest.objects.bulk_create(LessonTest(lesson=lesson, title="3") for _number in "ab"),
        *FinalTest.objects.bulk_create(
            FinalTest(course_program=program, title="4") for _number in "ab"
        ),
        LessonTest.objects.create(lesson=lesson, title="5"),
    ]

    numbers = [test.pk for test in made]
    assert len(set(numbers)) == 7
    assert min(numbers) >= FIRST_NUMBER > lesson.pk


def test_the_number_of_a_deleted_test_is_not_given_again():
    lesson = factories.LessonFactory()
    gone = LessonTest.objects.create(lesson=lesson, title="1")
    number = gone.pk
    gone.delete()

    assert FinalTest.objects.create(course_program=lesson.course_program, title="2").pk > number


def test_a_number_chosen_by_hand_is_kept():
    factories.LessonTestFactory(pk=7)
    factories.FinalTestFactory(pk=7)

    assert factories.LessonTestFactory().pk >= FIRST_NUMBER
    assert LessonTest.objects.filter(pk=7).exists()


@pytest.mark.services
def test_plain_inserts_of_other_tools_draw_from_the_same_numbers():
    lesson = factories.LessonFactory()
    numbers = [factories.LessonTestFactory(lesson=lesson).pk]
    with connection.cursor() as cursor:
        for table, column, parent in (
            ("final_tests", "course_program_id", lesson.course_program_id),
            ("lesson_tests", "lesson_id", lesson.pk),
        ):
            sql = f"INSERT INTO {table} ({column}, title) VALUES (%s, 'К') RETURNING id"
            cursor.execute(sql, [parent])
            numbers += cursor.fetchone()

    assert numbers == list(range(numbers[0], numbers[0] + 3))
    assert numbers[0] >= FIRST_NUMBER


def test_on_sqlite_numbers_above_the_range_are_stepped_over():
    if connection.vendor != "sqlite":
        return
    factories.FinalTestFactory(pk=2_000_000)

    assert factories.LessonTestFactory().pk == 2_000_001


def test_a_final_test_posted_as_a_lessons_is_not_found(sign_in):
    test = _with_questions(factories.FinalTestFactory(), 1)
    client = sign_in()
    body = {"test_id": test.pk, "score": 100, "is_passed": True}
    full = {**body, "test_type": "final", "answers_data": _answers(test, 1)}
    path = "/courses/tests/results/create"
    learning.start_and_think(client.user, test)

    first = client.post(path, full, format="json")
    second = client.post(path, {**body, "test_type": "lesson"}, format="json")

    assert (first.status_code, second.status_code) == (201, 404)
    assert second.json()["code"] == "test_not_found"
    assert TestResult.objects.count() == 1


def _asked(client: Any, number: int, referer: str = "") -> int | None:
    headers = {"HTTP_REFERER": referer} if referer else {}
    test = client.get(f"/courses/tests/lesson/{number}", **headers).json()["test"]
    return test and test["id"]


def test_a_lesson_and_the_editors_test_of_the_same_number_are_told_apart(sign_in):
    lesson = factories.LessonFactory(pk=50)
    of_lesson = factories.LessonTestFactory(lesson=lesson)
    imported = factories.LessonTestFactory(pk=50, is_active=False)
    employee, editor = sign_in(), sign_in(Role.INSTRUCTOR)
    page, admin_page = "https://portal.example/station/1", "https://portal.example/admin/tests"

    assert _asked(employee, 50, page) == of_lesson.pk
    assert _asked(editor, 50, page) == of_lesson.pk
    assert _asked(editor, 50, admin_page) == imported.pk
    assert _asked(employee, 50, admin_page) == of_lesson.pk
    assert _asked(editor, of_lesson.pk) == of_lesson.pk


def test_an_imported_test_is_not_shown_in_a_lesson_that_has_none(sign_in):
    factories.LessonFactory(pk=51)
    factories.LessonTestFactory(pk=51)

    assert _asked(sign_in(), 51) is None


def test_both_spellings_of_the_settings_are_sent(sign_in):
    test = factories.LessonTestFactory(passing_score=80, time_limit=None)

    sent = sign_in().get(f"/courses/tests/lesson/{test.lesson_id}").json()["test"]

    assert (sent["passingScore"], sent["passing_score"]) == (80, 80)
    assert (sent["timeLimit"], sent["time_limit"]) == (0, 0)
    assert (sent["is_active"], sent["test_type"]) == (True, "lesson")


def test_a_questions_picture_is_an_address_that_needs_no_header(sign_in):
    test = _with_questions(factories.LessonTestFactory(), 2)
    first, second = test.questions.order_by("order_index")
    Question.objects.filter(pk=first.pk).update(image="questions/схема.png")
    Question.objects.filter(pk=second.pk).update(image="https://example.com/a.png")

    sent = sign_in().get(f"/courses/tests/lesson/{test.lesson_id}").json()["test"]["questions"]

    images = {question["id"]: question["image"] for question in sent}
    assert images[first.pk].startswith(("http", "/"))
    assert images[first.pk] != "questions/схема.png"
    assert images[second.pk] == "https://example.com/a.png"


# --- Grading ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "total", "score"),
    [(0, 3, 0), (1, 3, 33), (2, 3, 67), (1, 8, 13), (3, 8, 38), (23, 40, 58), (7, 7, 100)],
)
def test_half_a_percent_is_rounded_up(right, total, score):
    assert attempts.score_percent(right, total) == score


def test_a_test_without_questions_uses_no_attempt(sign_in):
    test = factories.LessonTestFactory(attempts=1)
    body = {"test_id": test.pk, "test_type": "lesson", "score": None, "answers_data": {}}

    response = sign_in().post("/courses/tests/results/create", body, format="json")

    assert response.status_code == 400
    assert response.json()["code"] == "test_without_questions"
    assert TestResult.objects.count() == 0
    with pytest.raises(TestWithoutQuestions):
        _record(User.objects.get(), test, {})


def test_two_answers_to_one_question_are_refused(make_user):
    test = _with_questions(factories.LessonTestFactory(), 1)
    question = test.questions.get()
    both = {str(index): {"questionId": question.pk, "selectedAnswer": index} for index in range(2)}

    with pytest.raises(InvalidAnswers):
        _record(make_user(), test, both)

    assert TestResult.objects.count() == 0


def test_answers_to_questions_of_another_test_do_not_count(make_user):
    test = _with_questions(factories.LessonTestFactory(), 2)
    other = _with_questions(factories.LessonTestFactory(), 1)
    answers = _answers(test, 1)
    answers["1"] = {"questionId": other.questions.get().pk, "selectedAnswer": 1}

    result = _record(make_user(), test, answers)

    assert (result.score, result.correct_answers, result.total_questions) == (50, 1, 2)
    assert list(result.answers_data) == ["0"]


def test_answers_to_a_test_that_was_replaced_use_no_attempt(make_user):
    test = _with_questions(factories.LessonTestFactory(), 2)
    answers = _answers(test, 1, 1)
    test.questions.all().delete()
    _with_questions(test, 2)

    with pytest.raises(InvalidAnswers):
        _record(make_user(), test, answers)

    assert TestResult.objects.count() == 0


@pytest.mark.parametrize(("right", "scores"), [((0, 2), [100, 0, 0]), ((), [0, 0, 0])])
def test_of_several_right_answers_the_first_counts_as_in_the_client(make_user, right, scores):
    test = _with_questions(factories.LessonTestFactory(), 1, right=right)
    user = make_user()

    assert [_record(user, test, _answers(test, index)).score for index in range(3)] == scores


@pytest.mark.parametrize("choice", [None, -1, 3, 2**40])
def test_an_answer_that_does_not_exist_is_wrong(make_user, choice):
    test = _with_questions(factories.LessonTestFactory(), 1)

    result = _record(make_user(), test, _answers(test, choice))

    assert (result.score, result.passed) == (0, False)


def test_points_do_not_change_the_score(make_user):
    test = _with_questions(factories.LessonTestFactory(), 2)
    Question.objects.filter(order_index=0).update(points=10)

    assert _record(make_user(), test, _answers(test, 1, 0)).score == 50


def test_the_server_grades_and_not_the_browser(make_user):
    test = _with_questions(factories.LessonTestFactory(), 1)

    result = _record(make_user(), test, _answers(test, 0))

    question_id = test.questions.get().pk
    result.refresh_from_db()
    assert result.answers_data == {
        "0": {
            "questionId": question_id,
            "selectedAnswer": 0,
            "correctAnswer": 1,
            "isCorrect": False,
        }
    }


@pytest.mark.parametrize(("passing_score", "passed"), [(67, True), (68, False), (None, False)])
def test_the_passing_score_is_reached_at_its_own_value(make_user, passing_score, passed):
    test = _with_questions(factories.LessonTestFactory(passing_score=passing_score), 3)

    result = _record(make_user(), test, _answers(test, 1, 1, 0))

    assert (result.score, result.passed) == (67, passed)
    assert CompletedMaterial.objects.exists() is passed


def test_a_test_of_a_switched_off_lesson_or_program_is_not_found(make_user):
    lesson_test = _with_questions(factories.LessonTestFactory(lesson__is_active=False), 1)
    final_test = _with_questions(factories.FinalTestFactory(course_program__is_active=False), 1)
    user = make_user()

    for test in (lesson_test, final_test):
        with pytest.raises(TestNotFound):
            _record(user, test, _answers(test, 1))


# --- Attempts -----------------------------------------------------------------------------------


def test_the_short_report_of_the_last_attempt_is_that_attempt(make_user):
    test = _with_questions(factories.LessonTestFactory(attempts=2), 2)
    user = make_user()
    _record(user, test, _answers(test, 0, 0))
    passed = _record(user, test, _answers(test, 1, 1))

    assert _record(user, test, None, score=100).pk == passed.pk
    with pytest.raises(InvalidAnswers):
        _record(user, test, None, score=0)
    with pytest.raises(InvalidAnswers):
        _record(user, test, None, score=None)
    with pytest.raises(AttemptLimitReached):
        _record(user, test, _answers(test, 1, 1))
    assert TestResult.objects.count() == 2


def test_a_short_report_may_round_half_a_percent_down_as_the_browser_does(make_user):
    test = factories.LessonTestFactory(passing_score=50)
    _with_questions(test, 40)
    user = make_user()
    result = _record(user, test, _answers(test, *[1] * 23, *[0] * 17))

    assert result.score == 58
    assert _record(user, test, None, score=57).pk == result.pk
    with pytest.raises(InvalidAnswers):
        _record(user, test, None, score=59)


def test_attempts_of_other_people_do_not_count(make_user):
    test = _with_questions(factories.LessonTestFactory(attempts=1), 1)
    _record(make_user("a"), test, _answers(test, 1))

    assert _record(make_user("b"), test, _answers(test, 1)).score == 100


def test_results_list_only_ones_own_newest_first(sign_in):
    test = _with_questions(factories.FinalTestFactory(), 1)
    mine, other = sign_in(username="a"), sign_in(username="b")
    results = [_record(mine.user, test, _answers(test, choice)).pk for choice in (0, 1)]
    _record(other.user, test, _answers(test, 1))

    listed = mine.get(f"/courses/tests/final/{test.pk}/results").json()

    assert [row["id"] for row in listed["data"]] == results[::-1]
    assert listed["total_attempts"] == 2
