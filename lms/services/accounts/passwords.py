"""Checks a password against whatever hash an installation brought, then upgrades the hash."""

import re

from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.db.models import Q

from lms.models import User

_PLAIN_BCRYPT = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}\Z")


def find_user(username: str) -> User | None:
    """Find a user by exact name, then regardless of case, then by e-mail; unique hits only."""
    exact = User.objects.filter(username=username).first()
    if exact:
        return exact
    for condition in (Q(username__iexact=username), Q(email__iexact=username)):
        hits = list(User.objects.filter(condition)[:2])
        if len(hits) == 1:
            return hits[0]
    return None


def verified_user(username: str, password: str) -> User | None:
    """Return the active user with this password, else None.

    An unknown name costs one hash like a known one, so that time tells nothing. An older hash
    (bcrypt, PBKDF2, a weaker Argon2) is replaced by the current one on success.
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
        renewed = make_password(raw)
        if User.objects.filter(pk=user.pk, password=user.password).update(password=renewed):
            # The admin's session that follows is bound to the hash in the table.
            user.password = renewed

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
