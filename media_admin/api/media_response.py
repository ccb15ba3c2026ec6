"""Turns a decision on a file into a response: sent by this process, or handed over to nginx."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from media_admin.api.responses import error_response
from media_admin.errors import PreconditionFailed, RangeNotSatisfiable
from media_admin.services import accel_redirect, delivery
from media_admin.services.delivery import Body, Decision, Wanted

# nginx sets it when the store did not have what was decided on: the object changed since.
AGAIN_HEADER = "X-Media-Again"


def media_response(request: HttpRequest, wanted: Wanted) -> HttpResponseBase:
    """Answer a GET or HEAD of a file; the caller has checked who may.

    Raises:
        ObjectMissing, TooManyStreams, StoreUnavailable.
    """
    try:
        return without_bytes(request, wanted) or _sent(
            request, *delivery.answer(wanted, method=request.method, headers=request.headers)
        )
    except (RangeNotSatisfiable, PreconditionFailed) as error:
        return error_response(error)


def without_bytes(request: HttpRequest, wanted: Wanted) -> HttpResponseBase | None:
    """Answer where nginx sends the file, or where there is nothing to send (304, HEAD, empty).

    None where this process has to send by itself: without nginx, and several ranges at once.

    Raises:
        as `delivery.decide`.
    """
    if settings.MEDIA_DELIVERY != "nginx":
        return None
    headers = request.headers
    is_again = headers.get(AGAIN_HEADER) == "1"
    decision = delivery.decide(wanted, method=request.method, headers=headers, is_fresh=is_again)
    if decision.frames:
        return None
    if not decision.parts:
        return _with_headers(HttpResponse(status=decision.status), decision.headers)
    told = accel_redirect.headers(decision, asked=headers, is_again=is_again)
    return _with_headers(HttpResponse(), told)


def _sent(request: HttpRequest, decision: Decision, body: Body) -> HttpResponseBase:
    if not decision.parts:
        return _with_headers(HttpResponse(status=decision.status), decision.headers)
    # A reader that takes nothing for so long must not keep the thread.
    connection = request.META.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(settings.STREAM_STALL_SECONDS)
    response = StreamingHttpResponse(body, status=decision.status)
    if body.file is not None:
        # gunicorn sends it from the file to the socket, as many bytes as Content-Length says.
        response.file_to_stream = _File(body)
        response.block_size = settings.STREAM_CHUNK_BYTES
    return _with_headers(response, decision.headers)


class _File:
    """The open file of a body as WSGI servers take it, with a close() that Django may replace."""

    def __init__(self, body: Body) -> None:
        self._body = body
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
