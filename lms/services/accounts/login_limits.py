"""Slows down guessing: failed sign-ins per account and per address, with a delay that doubles."""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import cache

from lms.errors import SignInsBusy, TooManyLogins

_places = threading.BoundedSemaphore(settings.SIGN_INS_AT_ONCE)
_REMEMBER_SECONDS = 24 * 3600


def check(username: str, *, address: str | None) -> None:
    """Let a sign-in through, or say how long to wait.

    Raises:
        TooManyLogins: the account or the address has to wait.
    """
    waits = [_wait_seconds(ident) for ident, _free in _idents(username, address)]
    if max(waits) > 0:
        raise TooManyLogins(retry_after_seconds=max(waits))


@contextmanager
def place_in_line() -> Iterator[None]:
    """Hold one of the places of sign-ins that wait for their hash in this process.

    Raises:
        SignInsBusy: all are taken; the remaining threads serve those who have signed in.
    """
    if not _places.acquire(blocking=False):
        raise SignInsBusy(retry_after_seconds=2)
    try:
        yield
    finally:
        _places.release()


def record_failure(username: str, *, address: str | None) -> None:
    """Count a failure; above the free attempts each one doubles the wait."""
    for ident, free in _idents(username, address):
        failures = _increase(f"login-failures:{ident}")
        if failures >= free:
            delay = min(2 ** min(failures - free, 30), settings.LOGIN_MAX_DELAY_SECONDS)
            cache.set(f"login-wait:{ident}", time.time() + delay, timeout=delay)


def record_success(username: str) -> None:
    """Forget the account's failures; the address keeps its own count."""
    ident = _account(username)
    cache.delete_many([f"login-failures:{ident}", f"login-wait:{ident}"])


def _idents(username: str, address: str | None) -> list[tuple[str, int]]:
    return [
        (_account(username), settings.LOGIN_FREE_ATTEMPTS),
        (f"address:{address or 'unknown'}", settings.LOGIN_ADDRESS_FREE_ATTEMPTS),
    ]


def _account(username: str) -> str:
    return "account:" + hashlib.sha256(username.strip().lower().encode()).hexdigest()


def _wait_seconds(ident: str) -> int:
    until = cache.get(f"login-wait:{ident}")
    if not until:
        return 0
    return max(0, int(until - time.time()) + 1)


def _increase(key: str) -> int:
    cache.add(key, 0, timeout=_REMEMBER_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # Expired between the two calls, or the cache is down.
        return 1
