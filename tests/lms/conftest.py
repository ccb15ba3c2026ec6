"""Fixtures that the tests of several layers share."""

import pytest

from lms.models import LessonTest, Option, Question
from tests import factories


@pytest.fixture
def quiz(db: None) -> LessonTest:
    """Return a test with one question."""
    test = factories.LessonTestFactory()
    question = Question.objects.create(lesson_test=test, question="Первый?", order_index=4)
    for place in range(2):
        Option.objects.create(question=question, option_text=str(place), is_correct=place == 0)
    return test
