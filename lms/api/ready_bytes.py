"""Serves public reads from ready bytes with a strong ETag; the view runs only on a miss."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from lms.services import content_cache

View = Callable[..., HttpResponseBase]


def from_ready_bytes(view: View) -> View:
    """Wrap a public view whose answer depends on its path arguments alone."""
    # Every function that as_view() makes is called "view"; only its class tells it from others.
    label = view.view_class.__qualname__

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        name = f"{label}:{':'.join(str(value) for value in kwargs.values())}"
        at = content_cache.version()
        etag = content_cache.etag_of(name, at)
        if etag is not None and _is_known(request, etag):
            return _answer(b"", etag, status=304)
        body = content_cache.stored(name, at) if etag is not None else None
        if body is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            ready = content_cache.store(name, at, response.render().content)
            etag, body = ready.etag, ready.body
            if _is_known(request, etag):
                return _answer(b"", etag, status=304)
        return _answer(body, etag, status=200)

    return wrapped


def _is_known(request: HttpRequest, etag: str) -> bool:
    candidates = request.headers.get("If-None-Match")
    if not candidates:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in candidates.split(",")}
    return "*" in tags or etag in tags


def _answer(body: bytes, etag: str, *, status: int) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type="application/json")
    response["ETag"] = etag
    # Browsers keep the answer and ask each time whether it still holds.
    response["Cache-Control"] = "no-cache"
    return response
