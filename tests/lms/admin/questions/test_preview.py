"""A test as the employee sees it, in the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lms.models import LessonTest, Option, Question
from tests import factories

pytestmark = pytest.mark.django_db

Admin = Callable[[str], Client]


@pytest.fixture
def quiz(db: None) -> LessonTest:
    """Return a test with one question of two answers."""
    test = factories.LessonTestFactory()
    question = Question.objects.create(lesson_test=test, question="Первый?")
    for index in range(2):
        Option.objects.create(question=question, option_text=str(index), is_correct=index == 0)
    return test


def _url(test: Any) -> str:
    return f"/admin/lms/{test._meta.model_name}/{test.pk}/preview/"


def test_the_preview_shows_what_employees_see(admin_client_for: Admin, quiz: LessonTest):
    question = quiz.questions.get()
    Question.objects.filter(pk=question.pk).update(
        image="questions/<схема>.png", explanation="Потому <что>", question="Первый & <b>?"
    )
    LessonTest.objects.update(time_limit=20, attempts=3, passing_score=80)

    page = admin_client_for("instructor").get(_url(quiz)).content.decode()

    assert "Первый &amp; &lt;b&gt;?" in page
    assert "Потому &lt;что&gt;" in page
    assert "%3C%D1%81%D1%85%D0%B5%D0%BC%D0%B0%3E.png" in page
    assert page.count('type="radio"') >= 2
    assert all(figure in page for figure in ("20", "80", "3"))
    assert "<details" in page


def test_the_preview_of_an_unfinished_test_says_what_is_missing(admin_client_for: Admin):
    test = factories.FinalTestFactory(is_active=False)
    client = admin_client_for("instructor")

    empty = client.get(_url(test)).content.decode()
    question = Question.objects.create(final_test=test, question="В?")
    Option.objects.create(question=question, option_text="да")
    wrong = client.get(_url(test)).content.decode()

    assert "bg-orange-100" in empty
    assert "errornote" in wrong


def test_the_preview_changes_nothing(admin_client_for: Admin, quiz: LessonTest):
    client = admin_client_for("admin")
    before = [list(model.objects.values()) for model in (LessonTest, Question, Option)]

    client.get(_url(quiz))

    assert [list(model.objects.values()) for model in (LessonTest, Question, Option)] == before
