"""Tells at each request whether a session is open, by the cache first; deletes old sessions."""

import logging
from datetime import datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lms.models import User, UserSession
from portal.jobs.context import report_progress

logger = logging.getLogger(__name__)
_CACHE_SECONDS = 60
_ENDED = "ended"
_USER_FIELDS = ("id", "username", "full_name", "email", "role", "is_active")
_ACTIVITY_STEP = timedelta(minutes=5)
_DELETED_AT_ONCE = 1000


class _Answer(TypedDict):
    """What the cache keeps of an open session."""

    user: dict[str, Any]
    expires_at: datetime


def live_user(session_id: str) -> User | None:
    """Return the user of an open session with few columns loaded, or None.

    A cached answer costs one read of the cache. Answers are cached for a minute. Ending a session
    replaces the answer by a mark, so that a slower reader cannot store an older answer again.
    """
    key = _key(session_id)
    known: _Answer | str | None = cache.get(key)
    if isinstance(known, str):
        return None
    if known is None:
        known = _load(session_id)
        if known is None:
            return None
        if not cache.add(key, known, timeout=_CACHE_SECONDS) and cache.get(key) == _ENDED:
            return None
    if known["expires_at"] <= timezone.now():
        return None
    return User.from_db("default", _USER_FIELDS, [known["user"][name] for name in _USER_FIELDS])


def is_alive(session_id: str) -> bool:
    """Tell whether a session is open; a cached answer costs one read of the cache."""
    return live_user(session_id) is not None


def belongs_to(session_id: str, user: User) -> bool:
    """Tell whether a session is or was of this person."""
    return UserSession.objects.filter(pk=session_id, user=user).exists()


def fits_account(session: UserSession) -> bool:
    """Tell whether password and role are still those of the sign-in."""
    return session.account_state in {"", session.user.session_state}


def forget(session_ids: list[UUID], *, ended: bool) -> None:
    """Delete cached answers after the commit, because sessions were changed or ended."""

    def drop() -> None:
        for session_id in session_ids:
            if ended:
                cache.set(_key(session_id), _ENDED, timeout=_CACHE_SECONDS * 2)
            else:
                cache.delete(_key(session_id))

    transaction.on_commit(drop)


def forget_user(user: User) -> None:
    """Let the next request of this user see the changed name, role or state."""
    forget(list(user.sessions.values_list("pk", flat=True)), ended=False)


def delete_ended(*, days: int) -> int:
    """Delete sessions that expired or were ended at least so many days ago; return how many.

    When a person signed in last stays: it is a column of the user.
    """
    before = timezone.now() - timedelta(days=days)
    old = UserSession.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before))
    count = 0
    while pks := list(old.order_by().values_list("pk", flat=True)[:_DELETED_AT_ONCE]):
        count += UserSession.objects.filter(pk__in=pks).delete()[0]
        report_progress(count)
    return count


def _load(session_id: str) -> _Answer | None:
    try:
        UUID(session_id)
    except ValueError:
        return None
    session = UserSession.objects.alive().select_related("user").filter(pk=session_id).first()
    if session is None or not fits_account(session):
        return None
    now = timezone.now()
    if session.last_activity is None or now - session.last_activity > _ACTIVITY_STEP:
        UserSession.objects.filter(pk=session.pk).update(last_activity=now)
    user = {name: getattr(session.user, name) for name in _USER_FIELDS}
    return {"user": user, "expires_at": session.expires_at}


def _key(session_id: UUID | str) -> str:
    return f"session:{session_id}"
