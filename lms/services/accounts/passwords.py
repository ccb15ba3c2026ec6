"""Checks a password against a hash of any supported kind, and replaces older hashes."""

import re

from django.conf import settings
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.db import transaction
from django.db.models import Q

from lms.errors import TooManyLogins, WrongPassword
from lms.models import User
from lms.services.accounts import attempt_limits
from lms.services.accounts.attempt_limits import Limit

_PLAIN_BCRYPT = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}\Z")


def find_user(username: str) -> User | None:
    """Find a user by the exact name, then ignoring case, then by e-mail address.

    A name or an address that several people share finds nobody.
    """
    exact: User | None = User.objects.filter(username=username).first()
    if exact:
        return exact
    for condition in (Q(username__iexact=username), Q(email__iexact=username)):
        found: list[User] = list(User.objects.filter(condition)[:2])
        if len(found) == 1:
            return found[0]
    return None


def verified_user(user: User | None, password: str) -> User | None:
    """Return this user if the account is active and the password is right, else None.

    A hash is computed for an unknown user too, so that the time of the answer does not show which
    names exist. After a success an older hash (bcrypt, PBKDF2, a weaker Argon2) is replaced by one
    of the current kind.
    """
    if user is None:
        make_password(password)
        return None
    if not _matches(user, password) or not user.is_active:
        return None
    return user


def require_password(user: User, password: str) -> None:
    """Check that a signed-in person knows the own password; guesses are limited.

    Raises:
        TooManyLogins: too many wrong passwords.
        WrongPassword: it is not the password.
    """
    limit = Limit(
        f"own-password:{user.pk}", settings.LOGIN_FREE_ATTEMPTS, settings.LOGIN_MAX_DELAY_SECONDS
    )
    wait_seconds = attempt_limits.reserve([limit])
    if wait_seconds:
        raise TooManyLogins(retry_after_seconds=wait_seconds)
    if verified_user(user, password) is None:
        raise WrongPassword
    attempt_limits.forget(limit.key)


def _matches(user: User, password: str) -> bool:
    stored = user.password
    if _PLAIN_BCRYPT.match(stored):
        stored = f"bcrypt${stored}"

    def upgrade(raw: str) -> None:
        current = make_password(raw)
        before = user.session_state
        with transaction.atomic():
            if User.objects.filter(pk=user.pk, password=user.password).update(password=current):
                # Django compares this attribute when it opens the session of the admin.
                user.password = current
                # The password is the same: sessions go on.
                user.sessions.filter(account_state=before).update(account_state=user.session_state)

    if not _is_known(stored):
        make_password(password)
        return False
    return check_password(password, stored, setter=upgrade)


def _is_known(stored: str) -> bool:
    try:
        identify_hasher(stored)
    except ValueError:
        return False
    return True
