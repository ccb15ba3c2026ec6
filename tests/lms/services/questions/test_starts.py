"""An attempt needs a start, takes a while to read, and is graded in the order that was served."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings

from lms.errors import (
    AnsweredTooFast,
    AttemptLimitReached,
    InvalidAnswers,
    ReloadPage,
    TestNotStarted,
)
from lms.models import (
    CourseProgram,
    Enrollment,
    LessonTest,
    Option,
    Question,
    Role,
    TestResult,
    TestStart,
    User,
)
from lms.selectors.questions import statistics
from lms.services.questions import attempts, serving
from tests import factories, learning

pytestmark = [pytest.mark.django_db, pytest.mark.both]

QUESTIONS = 6


@pytest.fixture
def test_of_six(db: None) -> LessonTest:
    """Return a shuffled test of six questions; the third of four options is right."""
    test = factories.LessonTestFactory(attempts=3)
    for number in range(QUESTIONS):
        question = Question.objects.create(
            lesson_test=test, question=f"В{number}", order_index=number, explanation="Потому"
        )
        for index in range(4):
            Option.objects.create(
                question=question,
                option_text=f"В{number}-{index}",
                is_correct=index == 2,
                order_index=index,
            )
    return test


@pytest.fixture
def learner(make_user: Any, test_of_six: LessonTest) -> User:
    """Return somebody who is enrolled."""
    user = make_user("learner")
    Enrollment.objects.create(user=user, course_program=test_of_six.lesson.course_program)
    return user


def _page(user: User, test: LessonTest) -> list[dict[str, Any]]:
    """Load the page of a lesson: return the questions with the right index."""
    return serving.serve(user, test)


def _sheet(page: list[dict[str, Any]], *, wrong: int = 0) -> dict[str, Any]:
    """Answer as the client does, by positions; the first `wrong` questions wrongly."""
    return {
        str(place): {
            "questionId": question["id"],
            "selectedAnswer": (question["correct_index"] + (place < wrong)) % 4,
            "correctAnswer": question["correct_index"],
            "isCorrect": place >= wrong,
        }
        for place, question in enumerate(page)
    }


def _post(user: User, test: LessonTest, sheet: dict[str, Any] | None, **options: Any) -> TestResult:
    return attempts.record_result(
        user,
        kind="lesson",
        test_id=test.pk,
        answers=sheet,
        claimed_score=options.get("score", 100),
    )


def _answers_of(client: Any, test: LessonTest, **headers: str) -> set[int]:
    body = client.get(f"/courses/tests/lesson/{test.lesson_id}", **headers).json()["test"]
    assert len(body["questions"]) == QUESTIONS
    told = {bool(question["explanation"]) for question in body["questions"]}
    found = {question["correctAnswer"] for question in body["questions"]}
    assert told == {found != {-1}}
    return found


def test_somebody_who_is_not_enrolled_gets_the_test_without_its_answers(sign_in, test_of_six):
    client = sign_in()
    before = _answers_of(client, test_of_six)

    client.post(f"/courses/programs/{test_of_six.lesson.course_program_id}/enroll")

    assert before == {-1}
    assert -1 not in _answers_of(client, test_of_six)


def test_without_attempts_left_the_answers_are_withheld(sign_in, test_of_six):
    client = sign_in()
    client.post(f"/courses/programs/{test_of_six.lesson.course_program_id}/enroll")
    for _attempt in range(3):
        TestResult.objects.create(user=client.user, lesson_test=test_of_six, score=0)

    assert _answers_of(client, test_of_six) == {-1}


@pytest.mark.parametrize("off", ["lesson", "program"])
def test_what_is_switched_off_has_no_answers(sign_in, test_of_six, off):
    client = sign_in()
    program = test_of_six.lesson.course_program
    client.post(f"/courses/programs/{program.pk}/enroll")
    if off == "lesson":
        type(test_of_six.lesson).objects.update(is_active=False)
    else:
        CourseProgram.objects.update(is_active=False)

    assert _answers_of(client, test_of_six) == {-1}


def test_editors_get_the_answers_and_their_editor_the_stored_order(sign_in, test_of_six):
    editor, hr = sign_in(Role.INSTRUCTOR), sign_in(Role.HR)
    page = "https://portal.example/admin/tests"

    assert -1 not in _answers_of(editor, test_of_six)
    assert _answers_of(editor, test_of_six, HTTP_REFERER=page) == {2}
    assert _answers_of(hr, test_of_six, HTTP_REFERER=page) == {-1}


def test_serving_and_starting_cost_few_queries(sign_in, test_of_six, django_assert_max_num_queries):
    client = sign_in()
    client.post(f"/courses/programs/{test_of_six.lesson.course_program_id}/enroll")
    client.get("/auth/me")

    # The test, attempts, enrollment, questions, options, and the row of the person.
    with django_assert_max_num_queries(8):
        client.get(f"/courses/tests/lesson/{test_of_six.lesson_id}")
    with django_assert_max_num_queries(5):
        client.get(f"/courses/tests/lesson/{test_of_six.pk}/results")
    assert TestStart.objects.count() == 1


def test_answers_without_a_start_cost_nothing(learner, test_of_six):
    sheet = _sheet(_page(learner, test_of_six))

    with pytest.raises(TestNotStarted):
        _post(learner, test_of_six, sheet)

    assert TestResult.objects.count() == 0


def test_one_start_is_one_attempt(learner, test_of_six):
    page = _page(learner, test_of_six)
    learning.start_and_think(learner, test_of_six)
    _post(learner, test_of_six, _sheet(page, wrong=6))

    with pytest.raises(TestNotStarted):
        _post(learner, test_of_six, _sheet(page))

    assert TestResult.objects.count() == 1


def test_the_same_sheet_again_is_the_same_attempt_until_the_next_start(learner, test_of_six):
    sheet = _sheet(_page(learner, test_of_six))
    learning.start_and_think(learner, test_of_six)

    first = _post(learner, test_of_six, sheet)
    reviewed = _post(learner, test_of_six, sheet)
    learning.start_and_think(learner, test_of_six)
    second = _post(learner, test_of_six, sheet)

    assert first.pk == reviewed.pk != second.pk
    assert TestResult.objects.count() == 2


def test_the_start_of_another_person_is_not_ones_own(learner, test_of_six, make_user):
    sheet = _sheet(_page(learner, test_of_six))
    learning.start_and_think(make_user("other"), test_of_six)

    with pytest.raises(TestNotStarted):
        _post(learner, test_of_six, sheet)


def test_a_page_that_was_loaded_before_enrolling_has_to_be_loaded_again(make_user, test_of_six):
    user = make_user()
    page = _page(user, test_of_six)
    Enrollment.objects.create(user=user, course_program=test_of_six.lesson.course_program)
    learning.start_and_think(user, test_of_six)

    with pytest.raises(ReloadPage):
        _post(user, test_of_six, _sheet(page))

    assert TestResult.objects.count() == 0
    assert _post(user, test_of_six, _sheet(_page(user, test_of_six))).score == 100


@pytest.mark.parametrize(
    ("per_question", "seconds", "passed"),
    [
        (2, 11, False),
        (2, 12, True),
        (None, 11, False),
        (10, 59, False),
        (10, 60, True),
        (0, 0, True),
    ],
)
def test_an_attempt_takes_two_seconds_a_question_or_as_the_test_says(
    learner, test_of_six, per_question, seconds, passed
):
    LessonTest.objects.update(min_seconds_per_question=per_question)
    sheet = _sheet(_page(learner, test_of_six))
    serving.start(learner.pk, test_of_six)
    learning.let_time_pass(timedelta(seconds=seconds))

    if passed:
        assert _post(learner, test_of_six, sheet).score == 100
    else:
        with pytest.raises(AnsweredTooFast):
            _post(learner, test_of_six, sheet)

    result = TestResult.objects.get()
    assert (result.passed, result.score) == (passed, 100 * passed)
    assert (result.refused == "too_fast") is not passed
    assert seconds <= result.time_spent <= seconds + 5


def test_a_refused_attempt_is_used_up_and_stays_refused(learner, test_of_six):
    sheet = _sheet(_page(learner, test_of_six))
    for _attempt in range(3):
        serving.start(learner.pk, test_of_six)
        for _time in range(2):
            with pytest.raises(AnsweredTooFast):
                _post(learner, test_of_six, sheet)
        learning.let_time_pass()

    learning.start_and_think(learner, test_of_six)
    with pytest.raises(AttemptLimitReached):
        _post(learner, test_of_six, _sheet(_page(learner, test_of_six)))
    with pytest.raises(InvalidAnswers):
        _post(learner, test_of_six, None, score=100)
    assert TestResult.objects.filter(refused="too_fast").count() == 3


def test_the_person_reads_why_in_words(sign_in, test_of_six):
    client = sign_in()
    client.post(f"/courses/programs/{test_of_six.lesson.course_program_id}/enroll")
    report = {"test_id": test_of_six.pk, "test_type": "lesson", "score": 100}
    sheet = _sheet(_page(client.user, test_of_six))
    path = "/courses/tests/results/create"

    unstarted = client.post(path, report | {"answers_data": sheet}, format="json")
    client.get(f"/courses/tests/lesson/{test_of_six.pk}/results")
    too_fast = client.post(path, report | {"answers_data": sheet}, format="json")
    listed = client.get(f"/courses/tests/lesson/{test_of_six.pk}/results").json()

    assert (unstarted.status_code, too_fast.status_code) == (400, 400)
    assert unstarted.json()["error"] == (
        "Начните тест заново: начало этой попытки не записано. Попытка не потрачена."
    )
    assert too_fast.json()["error"] == (
        "Слишком быстрые ответы: на чтение этого теста нужно не менее 12 секунд. "
        "Попытка не засчитана."
    )
    assert listed["total_attempts"] == 1


def test_statistics_of_questions_leave_out_what_was_refused(learner, test_of_six):
    sheet = _sheet(_page(learner, test_of_six))
    serving.start(learner.pk, test_of_six)
    with pytest.raises(AnsweredTooFast):
        _post(learner, test_of_six, sheet)

    assert statistics.test_figures(test_of_six).results == 0


def _order(page: list[dict[str, Any]]) -> list[tuple[int, list[str]]]:
    return [(question["id"], question["options"]) for question in page]


def test_each_person_and_attempt_has_an_order_of_its_own(learner, test_of_six, make_user):
    other = make_user("other")
    mine, again, others = (_order(_page(user, test_of_six)) for user in (learner, learner, other))
    TestResult.objects.create(user=learner, lesson_test=test_of_six, score=0)
    second = _order(_page(learner, test_of_six))

    assert mine == again
    assert len({str(order) for order in (mine, second, others)}) == 3
    assert {pk for pk, _options in mine} == {pk for pk, _options in second}
    places = [question["order_index"] for question in _page(learner, test_of_six)]
    assert places == list(range(QUESTIONS))


def test_another_secret_key_makes_another_order(learner, test_of_six, settings):
    before = _order(_page(learner, test_of_six))

    settings.SECRET_KEY = django_settings.SECRET_KEY[::-1]

    assert _order(_page(learner, test_of_six)) != before


def test_the_right_option_is_right_wherever_it_stands(learner, test_of_six):
    for question in _page(learner, test_of_six):
        assert question["options"][question["correct_index"]] == f"{question['question']}-2"
        assert sorted(question["options"]) == [f"{question['question']}-{i}" for i in range(4)]


def test_results_store_the_indexes_of_the_stored_options(learner, test_of_six):
    page = _page(learner, test_of_six)
    learning.start_and_think(learner, test_of_six)

    result = _post(learner, test_of_six, _sheet(page, wrong=2))

    assert (result.correct_answers, result.score) == (4, 67)
    for place, question in enumerate(page):
        stored = result.answers_data[str(place)]
        chosen = question["options"][(question["correct_index"] + (place < 2)) % 4]
        assert stored["questionId"] == question["id"]
        assert stored["correctAnswer"] == 2
        assert chosen == f"{question['question']}-{stored['selectedAnswer']}"


def test_a_page_that_stays_open_keeps_its_order_over_several_attempts(learner, test_of_six):
    page = _page(learner, test_of_six)
    scores = []
    for wrong in (6, 1, 0):
        learning.start_and_think(learner, test_of_six)
        scores.append(_post(learner, test_of_six, _sheet(page, wrong=wrong)).score)

    assert scores == [0, 83, 100]


def test_of_two_tabs_each_has_its_own_order(learner, test_of_six):
    old = _page(learner, test_of_six)
    learning.start_and_think(learner, test_of_six)
    _post(learner, test_of_six, _sheet(old, wrong=6))
    new = _page(learner, test_of_six)

    learning.start_and_think(learner, test_of_six)
    in_old_tab = _post(learner, test_of_six, _sheet(old))
    learning.start_and_think(learner, test_of_six)
    in_new_tab = _post(learner, test_of_six, _sheet(new))

    assert (in_old_tab.score, in_new_tab.score) == (100, 100)


@pytest.mark.parametrize("was_shuffled", [True, False])
def test_a_page_from_before_the_setting_changed_is_graded_as_it_was(
    learner, test_of_six, was_shuffled
):
    LessonTest.objects.update(shuffle=was_shuffled)
    test = LessonTest.objects.select_related("lesson").get()
    page = _page(learner, test)
    LessonTest.objects.update(shuffle=not was_shuffled)
    learning.start_and_think(learner, test)

    assert _post(learner, test, _sheet(page)).score == 100


def test_in_a_test_of_one_question_the_setting_at_the_time_of_serving_decides(learner, test_of_six):
    Question.objects.filter(order_index__gt=0).delete()
    for was_shuffled in (True, False):
        LessonTest.objects.update(shuffle=was_shuffled)
        test = LessonTest.objects.select_related("lesson").get()
        page = _page(learner, test)
        LessonTest.objects.update(shuffle=not was_shuffled)
        learning.start_and_think(learner, test)
        assert _post(learner, test, _sheet(page)).score == 100


def test_a_question_that_was_added_meanwhile_costs_no_attempt(learner, test_of_six):
    page = _page(learner, test_of_six)
    learning.start_and_think(learner, test_of_six)
    for _number in range(6):
        Question.objects.create(lesson_test=test_of_six, question="Новый", order_index=9)

    with pytest.raises(ReloadPage):
        _post(learner, test_of_six, _sheet(page))

    assert TestResult.objects.count() == 0


def test_a_sheet_with_an_open_question_is_graded(learner, test_of_six):
    sheet = _sheet(_page(learner, test_of_six))
    sheet["0"]["selectedAnswer"] = None
    sheet["1"]["selectedAnswer"] = 99
    learning.start_and_think(learner, test_of_six)

    assert _post(learner, test_of_six, sheet).correct_answers == 4
