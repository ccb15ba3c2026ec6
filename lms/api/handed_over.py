"""Hands files over to nginx before sessions, languages and routes are looked at.

A video is asked for in many ranges, each of which costs the portal this much and no more. Whatever
nginx cannot send by itself, errors above all, goes the ordinary way, which looks anew.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from lms.api.authentication import MediaCookieAuthentication, OptionalBearerAuthentication
from lms.api.file_keys import open_key
from lms.models import User
from media_admin.api.media_response import handed_over
from media_admin.services.delivery import Wanted
from portal.common.errors import AppError

_PATH = re.compile(r"(?:/api)?/files/(?:stream|video)/(.+)\Z", re.DOTALL)
_WAYS = (OptionalBearerAuthentication(), MediaCookieAuthentication())


class HandedOverMiddleware:
    """Answers a GET of a file that nginx is to send; it stands beside ReadyBytesMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match = None
        if settings.MEDIA_DELIVERY == "nginx" and request.method == "GET":
            match = _PATH.match(request.path_info)
        response = _answer(request, match[1]) if match else None
        return self.get_response(request) if response is None else response


def _answer(request: HttpRequest, raw_key: str) -> HttpResponseBase | None:
    request.get_host()  # Raises for a host that is not ours, as the ordinary way does.
    try:
        key, _uses = open_key(_caller(request), raw_key)
        return handed_over(request, Wanted(key))
    except AppError:
        return None


def _caller(request: HttpRequest) -> User | None:
    for way in _WAYS:
        known = way.authenticate(request)
        if known:
            return known[0]
    return None
