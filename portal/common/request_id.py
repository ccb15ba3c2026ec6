"""Gives each request one id: in every log line, in the response header and in error bodies."""

import logging
import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("portal.request")
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
HEADER = "X-Request-ID"
_BEFORE_SECRETS = ("/files/local/", "/account/password/")


def current_request_id() -> str:
    """Return the id of the request being handled, or an empty text outside of one."""
    return structlog.contextvars.get_contextvars().get("request_id", "")


def _loggable(path: str) -> str:
    """Hide the token of a signed address: while it lasts it is as good as a password."""
    for secret in _BEFORE_SECRETS:
        head, marker, _token = path.partition(secret)
        if marker:
            return f"{head}{marker}..."
    return path


class RequestIdMiddleware:
    """Take the proxy's request id when it is well-formed, else make one; log the outcome."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the id in context variables, where logs and errors find it."""
        given = request.headers.get(HEADER, "")
        request_id = given if _ACCEPTABLE.match(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        response[HEADER] = request_id
        # Probes come every few seconds and would bury the rest.
        is_probe = (
            request.path.startswith(("/health", "/api/health")) and response.status_code < 400
        )
        logger.log(
            logging.DEBUG if is_probe else logging.INFO,
            "%s %s %s",
            request.method,
            _loggable(request.path),
            response.status_code,
            extra={"duration_ms": round((time.perf_counter() - started) * 1000, 1)},
        )
        return response
