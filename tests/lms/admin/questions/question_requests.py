"""Requests to the editor of a test's questions, for its tests."""

import json
from typing import Any

from django.test import Client

from lms.models import LessonTest, Option, Question
from tests import factories


def make_quiz() -> LessonTest:
    """Return a test with three questions of two answers, the first right."""
    test = factories.LessonTestFactory(questions_count=3)
    for number in range(3):
        question = Question.objects.create(
            lesson_test=test, question=f"Вопрос {number}?", order_index=number, points=number + 1
        )
        for index, text in enumerate(["да", "нет"]):
            Option.objects.create(
                question=question, option_text=text, is_correct=index == 0, order_index=index
            )
    return test


def url_of(test: Any, action: str = "") -> str:
    """Return the address of the page, or of one of its requests."""
    end = f"{action}/" if action else ""
    return f"/admin/lms/{test._meta.model_name}/{test.pk}/questions/{end}"


def post(client: Client, test: Any, action: str, data: Any) -> Any:
    """Send JSON, or a text as it is."""
    body = data if isinstance(data, str) else json.dumps(data)
    return client.post(url_of(test, action), body, content_type="application/json")


def content(**changes: Any) -> dict[str, Any]:
    """Return a question that breaks no rule, but for the changes."""
    options = [{"id": None, "text": "масло", "isRight": True}]
    options.append({"id": None, "text": "цвет", "isRight": False})
    made = {"question": "Что проверяют?", "explanation": "", "points": 2, "image": ""}
    return made | {"options": options} | changes


def states_of(client: Client, test: Any) -> list[dict[str, Any]]:
    """Return what the page shows."""
    return client.get(url_of(test)).context["editor"]["questions"]


def texts_of(test: Any) -> list[str]:
    """Return the stored questions in order."""
    rows = test.questions.order_by("order_index", "pk")
    return list(rows.values_list("question", flat=True))


def options_of(question: Question) -> list[tuple[str, bool]]:
    """Return the stored answers in order."""
    rows = question.options.order_by("order_index", "pk")
    return list(rows.values_list("option_text", "is_correct"))
