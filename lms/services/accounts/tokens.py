"""Makes and reads the signed tokens: access, refresh, and the media cookie's."""

import hashlib
import time
from datetime import datetime
from functools import lru_cache

from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from lms.models import User, UserSession


class MediaToken(Token):
    """Lets a browser's <video> read files; in an HttpOnly cookie, as long as its session."""

    token_type = "media"  # noqa: S105 - the kind of token, not a secret
    lifetime = RefreshToken.lifetime


def new_refresh_token(user: User, *, expires_at: datetime) -> str:
    """Return a signed refresh token; only its digest is stored."""
    token = RefreshToken()
    token["sub"] = str(user.pk)
    token.set_exp(from_time=expires_at, lifetime=timezone.timedelta(0))
    return str(token)


def new_access_token(session: UserSession, user: User) -> tuple[str, int]:
    """Return an access token and its life in seconds, never longer than the session's."""
    token = AccessToken()
    now = timezone.now()
    life = min(AccessToken.lifetime, session.expires_at - now)
    token.set_exp(from_time=now, lifetime=life)
    token["sub"] = str(user.pk)
    token["sid"] = str(session.pk)
    token["username"] = user.username
    token["role"] = user.role
    return str(token), int(life.total_seconds())


def new_media_token(session: UserSession) -> str:
    """Return the media cookie's value."""
    token = MediaToken()
    token.set_exp(from_time=session.expires_at, lifetime=timezone.timedelta(0))
    token["sid"] = str(session.pk)
    return str(token)


def session_id(raw: str, *, kind: type[Token] = AccessToken) -> str | None:
    """Return the session id of a valid, unexpired token of this kind, else None."""
    try:
        claimed, expires_at = _verified(raw, kind)
    except TokenError:
        return None
    return claimed if expires_at > time.time() else None


@lru_cache(maxsize=8192)
def _verified(raw: str, kind: type[Token]) -> tuple[str | None, float]:
    """Return session id and expiry of a rightly signed token; a client sends the same for hours."""
    token = kind(raw)
    return token.get("sid"), token["exp"]


def is_valid_refresh_token(raw: str) -> bool:
    """Tell whether signature, kind and expiry of a refresh token are right."""
    try:
        RefreshToken(raw)
    except TokenError:
        return False
    return True


def digest(raw: str) -> str:
    """Return the SHA-256 digest by which a refresh token is known in user_sessions."""
    return hashlib.sha256(raw.encode()).hexdigest()
