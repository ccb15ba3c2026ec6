"""Reads the requests of the question editor; refuses data that do not describe a question."""

from typing import Any

from django.utils.translation import gettext as _

from lms.admin.json_requests import json_endpoint, malformed, optional_number, text
from lms.services.questions.editor import Answer, Content
from lms.services.questions.import_rows import MAX_OPTIONS
from portal.common.errors import Invalid, NotFound

_LARGEST_POINTS = 2**31 - 1
question_request = json_endpoint(missing=lambda: NotFound(_("The test was not found.")))


def content(data: Any) -> Content:
    """Return the question of a request.

    Raises:
        Invalid: a part is missing or has the wrong type.
    """
    if not isinstance(data, dict):
        raise malformed()
    answers = data.get("options")
    if not isinstance(answers, list) or len(answers) > 10 * MAX_OPTIONS:
        raise malformed()
    return Content(
        question=text(data.get("question")),
        explanation=text(data.get("explanation", "")),
        points=_points(data.get("points", 1)),
        image=text(data.get("image", "")),
        answers=[_answer(answer) for answer in answers],
    )


def _answer(data: Any) -> Answer:
    if not isinstance(data, dict) or not isinstance(data.get("isRight"), bool):
        raise malformed()
    return Answer(text(data.get("text")), data["isRight"], optional_number(data.get("id")))


def _points(value: Any) -> int:
    if type(value) is not int or abs(value) > _LARGEST_POINTS:
        raise Invalid(fields={"points": [_("Points are a whole number from 1 to 100.")]})
    return value
