"""Remembers in a signed cookie who has signed in on a device before.

The cookie opens nothing. It only spares its owners the limits that a guesser elsewhere exhausts.
"""

import hashlib
from typing import Any

from django.conf import settings
from django.core import signing

from lms.models import User

COOKIE_SECONDS = 365 * 24 * 3600
_SALT = "lms.known-device"
# The people of a shared computer at a station.
_MAX_PEOPLE = 40


def knows(cookie: str | None, user: User | None) -> bool:
    """Tell whether this person has signed in on the device of the cookie."""
    return user is not None and _mark(user) in _marks(cookie)


def cookie_with(user: User, *, before: str | None) -> dict[str, Any]:
    """Return the arguments of `set_cookie` that add this person to what the cookie held before."""
    marks = [mark for mark in _marks(before) if mark != _mark(user)]
    return {
        "key": settings.DEVICE_COOKIE_NAME,
        "value": signing.dumps([*marks, _mark(user)][-_MAX_PEOPLE:], salt=_SALT),
        "max_age": COOKIE_SECONDS,
        "secure": settings.SECURE_TLS,
        "httponly": True,
        "samesite": "Lax",
    }


def _marks(cookie: str | None) -> list[str]:
    try:
        marks = signing.loads(cookie or "", salt=_SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return []
    return marks if isinstance(marks, list) else []


def _mark(user: User) -> str:
    return hashlib.sha256(f"{_SALT}:{user.pk}".encode()).hexdigest()[:16]
