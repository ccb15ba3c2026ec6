"""The page of the questions' figures, and the same as JSON for the editor."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lms.models import LessonTest, Option, Question, TestResult, User
from tests import factories

pytestmark = pytest.mark.django_db

Admin = Callable[[str], Client]


@pytest.fixture
def quiz(db: None) -> LessonTest:
    """Return a test with one question that two attempts answered."""
    test = factories.LessonTestFactory()
    question = Question.objects.create(lesson_test=test, question="Пуск <b>?")
    for index, text in enumerate(["да", "нет"]):
        Option.objects.create(
            question=question, option_text=text, is_correct=index == 0, order_index=index
        )
    person = User.objects.create_user("learner", "correct-horse-7")
    for selected in (0, 1):
        entry = {"questionId": question.pk, "selectedAnswer": selected, "correctAnswer": 0}
        TestResult.objects.create(
            user=person,
            lesson_test=test,
            score=0,
            total_questions=1,
            answers_data={"0": entry | {"isCorrect": selected == 0}},
        )
    return test


def _url(test: Any) -> str:
    return f"/admin/lms/{test._meta.model_name}/{test.pk}/question-statistics/"


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("instructor", 200), ("hr", 403), ("user", 302)]
)
@pytest.mark.parametrize("query", ["", "?as=json"])
def test_only_editors_see_the_figures(
    role: str, status: int, query: str, admin_client_for: Admin, quiz: LessonTest
):
    assert admin_client_for(role).get(_url(quiz) + query).status_code == status


def test_the_page_shows_the_figures(
    admin_client_for: Admin, quiz: LessonTest, django_assert_max_num_queries: Any
):
    client = admin_client_for("instructor")
    client.get(_url(quiz))

    with django_assert_max_num_queries(10):
        response = client.get(_url(quiz))

    page = response.content.decode()
    assert "Пуск &lt;b&gt;?" in page
    assert 'max="2" value="1"' in page
    (row,) = response.context["rows"]
    assert (row["figures"].count, row["figures"].share_percent) == (2, 50)


def test_the_editor_gets_the_same_figures(admin_client_for: Admin, quiz: LessonTest):
    figures = admin_client_for("admin").get(f"{_url(quiz)}?as=json").json()

    assert figures == {
        "questions": {
            str(quiz.questions.get().pk): {
                "count": 2,
                "sharePercent": 50,
                "choices": [1, 1],
                "choicesCount": 2,
                "discrimination": None,
                "flags": [],
            }
        }
    }


def test_a_test_without_questions_or_attempts_says_so(admin_client_for: Admin):
    test = factories.FinalTestFactory()
    client = admin_client_for("admin")

    without_questions = client.get(_url(test))
    Question.objects.create(final_test=test, question="Итог?")
    without_attempts = client.get(_url(test))

    assert "bg-orange-100" in without_questions.content.decode()
    assert "bg-blue-100" in without_attempts.content.decode()


def test_the_page_of_a_deleted_test_redirects(admin_client_for: Admin, quiz: LessonTest):
    url = _url(quiz)
    LessonTest.objects.all().delete()

    assert admin_client_for("admin").get(url).status_code == 302
