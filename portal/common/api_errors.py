"""Turns every failure of the API into the one error shape that clients read."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from portal.common.errors import AppError
from portal.common.request_id import current_request_id

logger = logging.getLogger(__name__)


def body(message: Any, *, code: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    """Build the error body: `error` is text for people, `code` is for programs."""
    shape: dict[str, Any] = {
        "error": str(message),
        "code": code,
        "request_id": current_request_id(),
    }
    if fields:
        shape["fields"] = fields
    return shape


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Translate an expected error; return None for any other, so that Django logs it."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, AppError):
        set_rollback()
        return _from_app_error(error)
    if isinstance(error, exceptions.APIException):
        set_rollback()
        return _from_framework(error)
    return None


def _from_app_error(error: AppError) -> Response:
    headers = {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    if error.status == status.HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    shape = body(error.message, code=error.code, fields=error.fields)
    return Response(shape, status=error.status, headers=headers)


def _from_framework(error: exceptions.APIException) -> Response:
    headers = {}
    # DRF's view sets the first, its Throttled the second.
    auth_header = getattr(error, "auth_header", None)
    wait_seconds = getattr(error, "wait", None)
    if auth_header:
        headers["WWW-Authenticate"] = auth_header
    if wait_seconds:
        headers["Retry-After"] = str(int(wait_seconds) + 1)
    if isinstance(error, exceptions.ValidationError):
        fields = _flatten(error.detail)
        shape = body(_first_text(fields), code="invalid", fields=fields)
    else:
        shape = body(_message(error), code=str(error.get_codes()))
    return Response(shape, status=error.status_code, headers=headers)


def _message(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return _("Sign in to continue.")
    if isinstance(error, exceptions.PermissionDenied):
        return _("You are not allowed to do this.")
    if isinstance(error, exceptions.NotFound):
        return _("Not found.")
    if isinstance(error, exceptions.Throttled):
        return _("Too many requests. Wait and try again.")
    if isinstance(error, exceptions.ParseError):
        return _("The request body is not valid JSON.")
    return str(error.detail)


def _flatten(detail: Any) -> dict[str, list[str]]:
    if isinstance(detail, dict):
        return {str(key): _texts(value) for key, value in detail.items()}
    return {"non_field_errors": _texts(detail)}


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [str(value)]


def _first_text(fields: dict[str, list[str]]) -> str:
    for name, texts in fields.items():
        if texts:
            return texts[0] if name == "non_field_errors" else f"{name}: {texts[0]}"
    return _("Check the data and try again.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Answer an unknown address (handler404)."""
    return JsonResponse(body(_("Not found."), code="not_found"), status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Answer a refused request outside DRF (handler403)."""
    shape = body(_("You are not allowed to do this."), code="forbidden")
    return JsonResponse(shape, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Answer a malformed request outside DRF (handler400)."""
    shape = body(_("The request is malformed."), code="bad_request")
    return JsonResponse(shape, status=400)


def server_error(request: HttpRequest) -> JsonResponse:
    """Answer an unexpected failure (handler500); the traceback is in the log under this id."""
    shape = body(_("Something went wrong on the server. It has been logged."), code="server_error")
    return JsonResponse(shape, status=500)
