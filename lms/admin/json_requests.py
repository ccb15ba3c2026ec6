"""JSON endpoints of the admin's editors: who may, which method, errors as JSON, parts of bodies."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from lms.errors import ChangedMeanwhile
from media_admin.api.responses import error_response, read_json
from portal.common.api_errors import body
from portal.common.errors import AppError, Forbidden, Invalid, NotSignedIn

_LARGEST = 2**31 - 1
# Far above every rule: what is longer was not typed. The rules say the limit to people.
LONGEST_TEXT = 200_000
Handler = Callable[..., dict[str, Any]]


def json_endpoint(
    *, missing: Callable[[], AppError], method: str = "POST"
) -> Callable[[Handler], Callable[..., HttpResponse]]:
    """Make a view of a method (self, request, object, body, **numbers) of an admin.

    It returns what becomes the JSON of the answer; the body is that of a POST, parsed.

    For signed-in staff with the permission to view, or for POST to change, the object: else 401,
    403, or `missing`. An error of the domain is the one error shape, a conflict with `stored`
    beside it. Nothing is cached.
    """

    def decorate(handler: Handler) -> Callable[..., HttpResponse]:
        @wraps(handler)
        def view(self: Any, request: HttpRequest, object_id: str, **numbers: int) -> HttpResponse:
            response = answer(self, request, object_id, **numbers)
            add_never_cache_headers(response)
            return response

        def answer(self: Any, request: HttpRequest, object_id: str, **numbers: int) -> HttpResponse:
            if request.method != method:
                return HttpResponseNotAllowed([method])
            try:
                found = _object_for(self, request, object_id, writes=method == "POST")
                if found is None:
                    raise missing()
                data = (read_json(request),) if method == "POST" else ()
                return JsonResponse(handler(self, request, found, *data, **numbers))
            except ChangedMeanwhile as error:
                shape = body(error.message, code=error.code) | {"stored": error.stored}
                return JsonResponse(shape, status=error.status)
            except AppError as error:
                return error_response(error)

        return view

    return decorate


def _object_for(model_admin: Any, request: HttpRequest, object_id: str, *, writes: bool) -> Any:
    if not request.user.is_authenticated:
        raise NotSignedIn
    if not model_admin.admin_site.has_permission(request):
        raise Forbidden
    found = model_admin.get_object(request, unquote(object_id))
    may = model_admin.has_change_permission if writes else model_admin.has_view_permission
    if not may(request, found):
        raise Forbidden
    return found


def number(value: Any, *, least: int = 1) -> int:
    """Return the number of a row.

    Raises:
        Invalid: no whole number that a row may have.
    """
    if type(value) is not int or not least <= value <= _LARGEST:
        raise malformed()
    return value


def numbers(value: Any, *, most: int) -> list[int]:
    """Return the numbers of rows.

    Raises:
        Invalid: no list, longer than `most`, or something else in it.
    """
    if not isinstance(value, list) or len(value) > most:
        raise malformed()
    return [number(item) for item in value]


def optional_number(value: Any) -> int | None:
    """Return the number of a row, or None for null."""
    return None if value is None else number(value)


def text(value: Any, *, longest: int = LONGEST_TEXT) -> str:
    """Return a text without outer space, its lines ended in one way.

    Raises:
        Invalid: no text, longer than any, or with halves of characters.
    """
    if not isinstance(value, str) or len(value) > longest:
        raise malformed()
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise malformed() from error
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def malformed() -> Invalid:
    """Return the error of a request that no page of ours sends."""
    return Invalid(_("The request is malformed."))
