"""Turns a decision on a file into a response; this process sends the bytes, or nginx does."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.module_loading import import_string

from media_admin.api.responses import error_response
from media_admin.errors import PreconditionFailed, RangeNotSatisfiable
from media_admin.services import accel_redirect, delivery
from media_admin.services.delivery import Body, Decision, Wanted

# nginx sets it when the store did not have the object of the decision: it has changed since.
RETRY_HEADER = "X-Media-Again"


def media_response(request: HttpRequest, wanted: Wanted) -> HttpResponseBase:
    """Answer a GET or HEAD of a file; the caller has checked permissions.

    Raises:
        ObjectMissing, TooManyStreams, StoreUnavailable.
    """
    try:
        response = _without_bytes(request, wanted) or _sent(
            request, *delivery.answer(wanted, method=request.method or "", headers=request.headers)
        )
    except (RangeNotSatisfiable, PreconditionFailed) as error:
        return error_response(error)
    if wanted.reader and request.method == "GET":
        # 304 too: the browser then shows the same bytes, perhaps those that somebody else read.
        _delivered()(wanted.reader, wanted.key, response.headers["ETag"].strip('"'))
    return response


@cache
def _delivered() -> Callable[[str, str, str], None]:
    """Return what the settings want to be told of each file sent: person, key and ETag."""
    found: Callable[[str, str, str], None] = import_string(settings.MEDIA_DELIVERED)
    return found


def _without_bytes(request: HttpRequest, wanted: Wanted) -> HttpResponseBase | None:
    """Answer if nginx sends the file, or if there is nothing to send (304, HEAD, empty).

    Return None if this process has to send it: without nginx, and for several ranges at once.

    Raises:
        as `delivery.decide`.
    """
    if settings.MEDIA_DELIVERY != "nginx":
        return None
    headers = request.headers
    is_retry = headers.get(RETRY_HEADER) == "1"
    decision = delivery.decide(
        wanted, method=request.method or "", headers=headers, is_fresh=is_retry
    )
    if decision.frames:
        return None
    if not decision.parts:
        return _with_headers(HttpResponse(status=decision.status), decision.headers)
    named = accel_redirect.headers(decision, asked=headers, is_retry=is_retry)
    return _with_headers(HttpResponse(), named)


def _sent(request: HttpRequest, decision: Decision, body: Body) -> HttpResponseBase:
    if not decision.parts:
        return _with_headers(HttpResponse(status=decision.status), decision.headers)
    # A reader that takes nothing for so long must not hold the thread.
    connection = request.META.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(settings.STREAM_STALL_SECONDS)
    response = (_FileResponse if body.file else StreamingHttpResponse)(body, status=decision.status)
    return _with_headers(response, decision.headers)


class _FileResponse(StreamingHttpResponse):
    """Lets gunicorn copy an open file to the socket, as many bytes as Content-Length says.

    Django's FileResponse sets the same two attributes, but also headers of its own.
    """

    def __init__(self, body: Body, *, status: int) -> None:
        super().__init__(body, status=status)
        self.file_to_stream = _File(body)
        self.block_size = settings.STREAM_CHUNK_BYTES


class _File:
    """The open file of a body for WSGI servers, with a close() that Django may replace."""

    def __init__(self, body: Body) -> None:
        self._body = body
        if body.file:
            self.fileno = body.file.fileno
        self.close = body.close

    def read(self, size: int = -1, /) -> bytes:
        """Return the next chunk, for servers that cannot send a file by themselves."""
        return next(self._body, b"")


def _with_headers(response: HttpResponseBase, headers: dict[str, str]) -> HttpResponseBase:
    response.headers.pop("Content-Type", None)
    for name, value in headers.items():
        response.headers[name] = value
    return response
