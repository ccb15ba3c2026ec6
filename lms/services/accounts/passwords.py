"""Checks a password against a hash of any supported kind, and replaces older hashes."""

import re

from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.db.models import Q

from lms.models import User

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


def verified_user(username: str, password: str) -> User | None:
    """Return the active user with this name and password, or None.

    A hash is computed for an unknown name too, so that the time of the answer does not show which
    names exist. After a success an older hash (bcrypt, PBKDF2, a weaker Argon2) is replaced by one
    of the current kind.
    """
    user = find_user(username.replace("\x00", ""))
    if user is None:
        make_password(password)
        return None
    if not _matches(user, password) or not user.is_active:
        return None
    return user


def _matches(user: User, password: str) -> bool:
    stored = user.password
    if _PLAIN_BCRYPT.match(stored):
        stored = f"bcrypt${stored}"

    def upgrade(raw: str) -> None:
        current = make_password(raw)
        if User.objects.filter(pk=user.pk, password=user.password).update(password=current):
            # Django compares this attribute when it opens the session of the admin.
            user.password = current

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
