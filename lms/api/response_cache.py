"""Serves public reads from cached responses with a strong ETag; the view runs only on a miss."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from lms.services import response_cache
from lms.services.response_cache import CachedResponse

View = Callable[..., HttpResponseBase]
_READS = {"GET", "HEAD"}
# The paths that were answered with 200, and the names of their bodies. Only rows that exist get in.
_names: dict[str, str] = {}
_MOST_NAMES = 10_000
_REFUSED_GZIP = re.compile(r"(?:gzip|\*)\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


class ResponseCacheMiddleware:
    """Answers from this process's memory before sessions, languages and routes are looked at.

    It stands behind the middlewares that set headers for everybody. What it does not know goes the
    ordinary way, and `cached_response` tells it.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = _names.get(request.path_info)
        if name is not None and request.method in _READS:
            request.get_host()  # Raises for a host that is not ours, as the ordinary way does.
            ready = response_cache.in_memory(name, response_cache.version())
            if ready is not None:
                return _answer(request, ready)
        return self.get_response(request)


def cached_response(view: View) -> View:
    """Wrap a public view whose answer depends on its path arguments alone."""
    # Every function that as_view() makes is called "view"; only its class tells it from others.
    label = view.view_class.__qualname__

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in _READS:
            return view(request, *args, **kwargs)
        name = f"{label}:{':'.join(str(value) for value in kwargs.values())}"
        at = response_cache.version()
        ready = response_cache.in_memory(name, at) or response_cache.stored(name, at)
        if ready is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            ready = response_cache.store(name, at, response.render().content)
        if len(_names) < _MOST_NAMES:
            _names[request.path_info] = name
        return _answer(request, ready)

    return wrapped


def _answer(request: HttpRequest, ready: CachedResponse) -> HttpResponse:
    zipped = ready.zipped if _takes_gzip(request) else None
    etag = ready.etag if zipped is None else ready.zipped_etag
    if _is_known(request, etag):
        response = HttpResponse(status=304, content_type="application/json")
    else:
        body = ready.body if zipped is None else zipped
        response = HttpResponse(body, content_type="application/json")
        response.headers["Content-Length"] = str(len(body))
        if zipped is not None:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = etag
    response.headers["Vary"] = "Accept-Encoding"
    # Browsers keep the answer and ask each time whether it still holds.
    response.headers["Cache-Control"] = "no-cache"
    return response


def _takes_gzip(request: HttpRequest) -> bool:
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "").lower()
    return "gzip" in accepted and not _REFUSED_GZIP.search(accepted)


def _is_known(request: HttpRequest, etag: str) -> bool:
    candidates = request.META.get("HTTP_IF_NONE_MATCH")
    if not candidates:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in candidates.split(",")}
    return "*" in tags or etag in tags
