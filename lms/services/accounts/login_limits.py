"""Slows down the guessing of passwords, and limits how many are checked at the same time.

Failed sign-ins are counted for each account and for each address; each failure doubles the delay.
"""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import cache

from lms.errors import SignInsBusy, TooManyLogins

_password_checks = threading.BoundedSemaphore(settings.SIGN_INS_AT_ONCE)
_REMEMBER_SECONDS = 24 * 3600


def check(username: str, *, address: str | None) -> None:
    """Check whether a sign-in may be tried now.

    Raises:
        TooManyLogins: the account or the address has to wait.
    """
    waits = [_wait_seconds(counter) for counter, _free in _counters(username, address)]
    if max(waits) > 0:
        raise TooManyLogins(retry_after_seconds=max(waits))


@contextmanager
def limited_password_check() -> Iterator[None]:
    """Let at most SIGN_INS_AT_ONCE threads of this process check a password at the same time.

    Raises:
        SignInsBusy: that many are checking; the other threads stay free for signed-in people.
    """
    if not _password_checks.acquire(blocking=False):
        raise SignInsBusy(retry_after_seconds=2)
    try:
        yield
    finally:
        _password_checks.release()


def record_failure(username: str, *, address: str | None) -> None:
    """Count a failure; after the free attempts each failure doubles the delay."""
    for counter, free in _counters(username, address):
        failures = _increase(f"login-failures:{counter}")
        if failures >= free:
            delay = min(2 ** min(failures - free, 30), settings.LOGIN_MAX_DELAY_SECONDS)
            cache.set(f"login-wait:{counter}", time.time() + delay, timeout=delay)


def record_success(username: str) -> None:
    """Forget the failures of the account; those of the address still count."""
    counter = _account(username)
    cache.delete_many([f"login-failures:{counter}", f"login-wait:{counter}"])


def _counters(username: str, address: str | None) -> list[tuple[str, int]]:
    """Return the counters of a sign-in, each with its number of free attempts."""
    return [
        (_account(username), settings.LOGIN_FREE_ATTEMPTS),
        (f"address:{address or 'unknown'}", settings.LOGIN_ADDRESS_FREE_ATTEMPTS),
    ]


def _account(username: str) -> str:
    return "account:" + hashlib.sha256(username.strip().lower().encode()).hexdigest()


def _wait_seconds(counter: str) -> int:
    until: float | None = cache.get(f"login-wait:{counter}")
    if until is None:
        return 0
    return max(0, int(until - time.time()) + 1)


def _increase(key: str) -> int:
    cache.add(key, 0, timeout=_REMEMBER_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # It expired between the two calls, or the cache is down.
        return 1
