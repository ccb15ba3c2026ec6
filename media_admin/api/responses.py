"""Turns answers and errors of services into HTTP responses outside DRF."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from media_admin.errors import RangeNotSatisfiable
from portal.common import api_errors, json_body
from portal.common.errors import AppError, Forbidden, Invalid, NotSignedIn

View = Callable[..., HttpResponseBase]


def error_response(error: AppError) -> JsonResponse:
    """Return the error as JSON in the common shape, with its status."""
    shape = api_errors.body(error.message, code=error.code, fields=error.fields)
    response = JsonResponse(shape, status=error.status)
    if isinstance(error, RangeNotSatisfiable):
        response["Content-Range"] = f"bytes */{error.size_bytes}"
        response["Accept-Ranges"] = "bytes"
    if error.retry_after_seconds is not None:
        response["Retry-After"] = str(error.retry_after_seconds)
    return response


def with_errors(view: View) -> View:
    """Answer an AppError of the view with error_response."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except AppError as error:
            return error_response(error)

    return wrapped


def for_editors(view: View) -> View:
    """Require a signed-in administrator or instructor."""

    @wraps(view)
    @with_errors
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            raise NotSignedIn
        if not request.user.is_editor:
            raise Forbidden
        return view(request, *args, **kwargs)

    return wrapped


def read_json(request: HttpRequest) -> dict[str, object]:
    """Return the JSON object of a request's body.

    Raises:
        Invalid: the body is not JSON, not an object, nested too deeply or has too many elements.
        BodyTooLarge: more than 1 MB; such a body is not read.
    """
    body = json_body.read(request, announced=request.META.get("CONTENT_LENGTH"))
    try:
        data = json_body.parse(body)
    except ValueError as error:
        raise Invalid(_("The request body is not valid JSON.")) from error
    if not isinstance(data, dict):
        raise Invalid(_("The request body is not valid JSON."))
    return data
