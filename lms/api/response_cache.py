"""Answers public reads from the cache with a strong ETag, and lets nginx keep them for a second."""

import re
import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.http import parse_etags
from rest_framework.response import Response

from lms.services import response_cache
from lms.services.response_cache import CachedAnswer

if TYPE_CHECKING:
    from rest_framework.views import AsView

_READS = {"GET", "HEAD"}
_REFUSED_GZIP = re.compile(r"(?:gzip|\*)\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


def cached_response(view: "AsView[Any]") -> Callable[..., HttpResponseBase]:
    """Wrap a public view whose answer depends on its path arguments alone.

    It must not depend on the caller either: a cached answer is for everybody.
    """
    # Every function that as_view() makes is called "view"; only its class tells it from others.
    label = view.view_class.__qualname__

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in _READS:
            return view(request, *args, **kwargs)
        began = int(time.time())
        name = f"{label}:{':'.join(str(value) for value in kwargs.values())}"
        is_gzipped = _takes_gzip(request)
        at = response_cache.version()
        answer = response_cache.find(name, at, is_gzipped=is_gzipped)
        if answer is None:
            response = view(request, *args, **kwargs)
            if not isinstance(response, Response) or response.status_code != 200:
                return response
            body = response.render().content
            answer = response_cache.store(name, at, body, is_gzipped=is_gzipped)
        return _response(request, answer, began=began)

    return wrapped


def _response(request: HttpRequest, answer: CachedAnswer, *, began: int) -> HttpResponseBase:
    if _has_known_etag(request, answer.etag):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(answer.body, content_type="application/json")
        if answer.is_gzipped:
            response.headers["Content-Encoding"] = "gzip"
        # nginx keeps the answer until the current second of the clock ends. A number of seconds
        # would be less exact: nginx compares whole seconds, so that 1 keeps it for up to two.
        response.headers["X-Accel-Expires"] = f"@{began}"
    response.headers["ETag"] = answer.etag
    response.headers["Vary"] = "Accept-Encoding"
    # Browsers keep the answer and ask each time whether it is still current.
    response.headers["Cache-Control"] = "no-cache"
    return response


def _has_known_etag(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return known == ["*"] or etag in {tag.removeprefix("W/") for tag in known}


def _takes_gzip(request: HttpRequest) -> bool:
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "").lower()
    return "gzip" in accepted and not _REFUSED_GZIP.search(accepted)
