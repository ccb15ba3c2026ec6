"""Turns a decision on a file into a response: sent by this process, or handed over to nginx."""

import time
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from media_admin.api.responses import error_response
from media_admin.errors import PreconditionFailed, RangeNotSatisfiable
from media_admin.services import delivery
from media_admin.services.delivery import Body, Decision, Wanted
from media_admin.storage import get_object_storage
from media_admin.storage.base import ObjectStorage

# nginx sets it when the store did not have what was decided on: the object changed since.
AGAIN_HEADER = "X-Media-Again"
# nginx fetches and keeps a long read in larger slices: a store answers each with some delay.
_SMALL_READ_BYTES = 1024 * 1024
_SIGN_EVERY_SECONDS = 3600
# A reader may pause a video; each of its slices is fetched under the one signature.
_SIGNATURE_SECONDS = 24 * 3600


def media_response(request: HttpRequest, wanted: Wanted) -> HttpResponseBase:
    """Answer a GET or HEAD of a file; the caller has checked who may.

    Raises:
        ObjectMissing, TooManyStreams, StoreUnavailable.
    """
    headers = request.headers
    try:
        if settings.MEDIA_DELIVERY != "nginx":
            return _sent(request, *delivery.answer(wanted, method=request.method, headers=headers))
        is_again = headers.get(AGAIN_HEADER) == "1"
        decision = delivery.decide(
            wanted, method=request.method, headers=headers, is_fresh=is_again
        )
        if len(decision.parts) == 1:
            return _handed_over(decision, is_again=is_again)
        return _sent(request, decision, delivery.open_body(decision))
    except (RangeNotSatisfiable, PreconditionFailed) as error:
        return error_response(error)


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


def _handed_over(decision: Decision, *, is_again: bool) -> HttpResponseBase:
    """Tell nginx what to fetch (deploy/nginx/templates/media.conf.template reads these headers)."""
    part = decision.parts[0]
    is_long = part.size_bytes > _SMALL_READ_BYTES
    window = int(time.time()) // _SIGN_EVERY_SECONDS
    headers = dict(decision.headers)
    del headers["Content-Length"]
    place = "/_media_again" if is_again else "/_media"
    headers |= {
        "X-Accel-Redirect": f"{place}/{'long' if is_long else 'short'}",
        "X-Media-Path": _store_path(get_object_storage(), window, decision.found.key),
        "X-Media-Tag": headers["ETag"],
    }
    if decision.status == 206:
        headers["X-Media-Range"] = f"bytes={part.start}-{part.stop - 1}"
    return _with_headers(HttpResponse(), headers)


@lru_cache(maxsize=20_000)
def _store_path(storage: ObjectStorage, window: int, key: str) -> str:
    return storage.presign_fetch(key, expires_in_seconds=_SIGNATURE_SECONDS + _SIGN_EVERY_SECONDS)


def _with_headers(response: HttpResponseBase, headers: dict[str, str]) -> HttpResponseBase:
    response.headers.pop("Content-Type", None)
    for name, value in headers.items():
        response.headers[name] = value
    return response
