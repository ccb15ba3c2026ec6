"""Shapes of the question editor's requests: what is no question at all is refused here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from lms.errors import QuestionChanged, QuestionOrderChanged
from lms.services.question_editor import Answer, Content
from lms.services.question_rows import MAX_OPTIONS
from media_admin.api.responses import error_response, read_json
from portal.common.api_errors import body
from portal.common.errors import AppError, Forbidden, Invalid, NotFound, NotSignedIn

_LARGEST = 2**31 - 1
_MOST_QUESTIONS = 10_000
# Far above every rule: what is longer was not typed. The rules say the limit to people.
_LONGEST = 200_000


def json_act(act: Callable[..., dict[str, Any]]) -> Callable[..., HttpResponse]:
    """Make a POST endpoint of a method (self, request, test, data, **numbers) that returns JSON.

    Signed-in staff with the permission to change the test, else 401, 403 or 404; an error of the
    domain is the one error shape, a conflict with `stored` beside it.
    """

    @wraps(act)
    def view(self: Any, request: HttpRequest, object_id: str, **numbers: int) -> HttpResponse:
        response = answer(self, request, object_id, **numbers)
        add_never_cache_headers(response)
        return response

    def answer(self: Any, request: HttpRequest, object_id: str, **numbers: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            test = _test_for(self, request, object_id)
            return JsonResponse(act(self, request, test, read_json(request), **numbers))
        except (QuestionChanged, QuestionOrderChanged) as error:
            return _conflict(error)
        except AppError as error:
            return error_response(error)

    return view


def content(data: Any) -> Content:
    """Return the question of a request.

    Raises:
        Invalid: a part is missing or of another kind.
    """
    if not isinstance(data, dict):
        raise _malformed()
    answers = data.get("options")
    if not isinstance(answers, list) or len(answers) > 10 * MAX_OPTIONS:
        raise _malformed()
    return Content(
        question=text(data.get("question")),
        explanation=text(data.get("explanation", "")),
        points=_points(data.get("points", 1)),
        image=text(data.get("image", "")),
        answers=[_answer(answer) for answer in answers],
    )


def text(value: Any, *, longest: int = _LONGEST) -> str:
    """Return a text without outer space, its lines ended in one way.

    Raises:
        Invalid: no text, longer than any, or with halves of characters.
    """
    if not isinstance(value, str) or len(value) > longest:
        raise _malformed()
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _malformed() from error
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def number(value: Any) -> int:
    """Return the number of a row.

    Raises:
        Invalid: no whole number that a row may have.
    """
    if type(value) is not int or not 0 < value <= _LARGEST:
        raise _malformed()
    return value


def numbers(value: Any) -> list[int]:
    """Return the numbers of rows.

    Raises:
        Invalid: no list, or something else in it.
    """
    if not isinstance(value, list) or len(value) > _MOST_QUESTIONS:
        raise _malformed()
    return [number(item) for item in value]


def optional_number(value: Any) -> int | None:
    """Return the number of a row, or None for null."""
    return None if value is None else number(value)


def _answer(data: Any) -> Answer:
    if not isinstance(data, dict) or not isinstance(data.get("isRight"), bool):
        raise _malformed()
    return Answer(text(data.get("text")), data["isRight"], optional_number(data.get("id")))


def _points(value: Any) -> int:
    if type(value) is not int or abs(value) > _LARGEST:
        raise Invalid(fields={"points": [_("Points are a whole number from 1 to 100.")]})
    return value


def _test_for(model_admin: Any, request: HttpRequest, object_id: str) -> Any:
    if not request.user.is_authenticated:
        raise NotSignedIn
    if not model_admin.admin_site.has_permission(request):
        raise Forbidden
    test = model_admin.get_object(request, object_id)
    if not model_admin.has_change_permission(request, test):
        raise Forbidden
    if test is None:
        raise NotFound(_("The test was not found."))
    return test


def _conflict(error: QuestionChanged | QuestionOrderChanged) -> JsonResponse:
    shape = body(error.message, code=error.code) | {"stored": error.stored}
    return JsonResponse(shape, status=error.status)


def _malformed() -> Invalid:
    return Invalid(_("The request is malformed."))
