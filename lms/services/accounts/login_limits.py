"""Slows down the guessing of passwords, and limits how many are checked at the same time.

Three limits hold at once. The one of an account from one address is strict: it stops who guesses at
one account. That of an account from everywhere and that of an address are wide and cost little
time: they slow down who spreads the guesses, and do not concern known devices, so that a guesser
can lock out neither the owner nor a whole station behind one address.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from lms.errors import SignInsBusy, TooManyLogins
from lms.models import User
from lms.services.accounts import attempt_limits
from lms.services.accounts.attempt_limits import Limit

_password_checks = threading.BoundedSemaphore(settings.SIGN_INS_AT_ONCE)


def reserve(
    username: str, user: User | None, *, address: str | None, is_known_device: bool
) -> list[Limit]:
    """Count a sign-in before the password is checked; return the limits that count it.

    Raises:
        TooManyLogins: the account or the address has to wait.
    """
    limits = _limits(username, user, address=address, is_known_device=is_known_device)
    wait_seconds = attempt_limits.reserve(limits)
    if wait_seconds:
        raise TooManyLogins(retry_after_seconds=wait_seconds)
    return limits


def succeeded(limits: list[Limit]) -> None:
    """Forget the failures of the account from this address, and this attempt everywhere else."""
    attempt_limits.forget(limits[0].key)
    attempt_limits.give_back([limit.key for limit in limits[1:]])


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


def _limits(
    username: str, user: User | None, *, address: str | None, is_known_device: bool
) -> list[Limit]:
    # All spellings of a name and the e-mail address are one account.
    account = str(user.pk) if user else _digest(username.strip().lower())
    place = address or "unknown"
    strict = Limit(
        f"login:{account}:{_digest(place)[:16]}",
        settings.LOGIN_FREE_ATTEMPTS,
        settings.LOGIN_MAX_DELAY_SECONDS,
    )
    if is_known_device:
        return [strict]
    return [
        strict,
        Limit(
            f"login:{account}",
            settings.LOGIN_ACCOUNT_FREE_ATTEMPTS,
            settings.LOGIN_SLOW_DELAY_SECONDS,
        ),
        Limit(
            f"login-from:{place}",
            settings.LOGIN_ADDRESS_FREE_ATTEMPTS,
            settings.LOGIN_SLOW_DELAY_SECONDS,
        ),
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]
