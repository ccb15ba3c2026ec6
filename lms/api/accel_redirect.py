"""Answers for files behind nginx before sessions, languages and routes are looked at.

A video is asked for in many ranges, and a picture at each visit whether it still holds: each costs
the portal this much and no more. Several ranges at once, and errors, go the ordinary way.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from lms.api.authentication import FILE_AUTHENTICATION
from lms.api.file_keys import open_key
from lms.models import User
from media_admin.api.media_response import without_bytes
from media_admin.services.delivery import Wanted
from portal.common.errors import AppError

_PATH = re.compile(r"(?:/api)?/files/(?:stream|video)/(.+)\Z", re.DOTALL)
_READS = {"GET", "HEAD"}
_WAYS = [way() for way in FILE_AUTHENTICATION]


class AccelRedirectMiddleware:
    """Hands files over, and says what needs no bytes; it stands beside ResponseCacheMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match = None
        if settings.MEDIA_DELIVERY == "nginx" and request.method in _READS:
            match = _PATH.match(request.path_info)
        response = _answer(request, match[1]) if match else None
        return self.get_response(request) if response is None else response


def _answer(request: HttpRequest, raw_key: str) -> HttpResponseBase | None:
    request.get_host()  # Raises for a host that is not ours, as the ordinary way does.
    try:
        key, _uses = open_key(_caller(request), raw_key)
        return without_bytes(request, Wanted(key))
    except AppError:
        return None


def _caller(request: HttpRequest) -> User | None:
    for way in _WAYS:
        known = way.authenticate(request)
        if known:
            return known[0]
    return None
