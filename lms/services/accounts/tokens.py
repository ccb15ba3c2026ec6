"""Makes and reads the signed tokens: for access, for refreshing, and for the media cookie."""

import hashlib
import time
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import Token

from lms.models import User, UserSession
from lms.services.accounts.token_keys import TokenKeys, token_keys


class _KeyedToken(Token):
    def get_token_backend(self) -> TokenKeys:
        """Return the keys of the portal; simplejwt's own backend knows one key alone."""
        return token_keys()


class AccessToken(_KeyedToken):
    """Opens the API; it ends with its session, and after ACCESS_TOKEN_MINUTES."""

    token_type = "access"  # noqa: S105 - the kind of token, not a secret
    lifetime = settings.ACCESS_TOKEN_LIFETIME


class RefreshToken(_KeyedToken):
    """Gets new access tokens for as long as its session lasts."""

    token_type = "refresh"  # noqa: S105 - as above
    lifetime = settings.REFRESH_TOKEN_LIFETIME


class MediaToken(_KeyedToken):
    """Lets a <video> element read files; it is in an HttpOnly cookie and lasts as its session."""

    token_type = "media"  # noqa: S105 - as above
    lifetime = RefreshToken.lifetime


_KINDS: dict[str, type[Token]] = {"access": AccessToken, "media": MediaToken}


def new_refresh_token(user: User, *, expires_at: datetime) -> str:
    """Return a signed refresh token; only its digest is stored."""
    token = RefreshToken()
    token["sub"] = str(user.pk)
    token.set_exp(from_time=expires_at, lifetime=timedelta(0))
    return str(token)


def new_access_token(session: UserSession, user: User) -> tuple[str, int]:
    """Return an access token and its lifetime in seconds, at most that of the session."""
    token = AccessToken()
    now = timezone.now()
    lifetime = min(AccessToken.lifetime, session.expires_at - now)
    token.set_exp(from_time=now, lifetime=lifetime)
    token["sub"] = str(user.pk)
    token["sid"] = str(session.pk)
    token["username"] = user.username
    token["role"] = user.role
    return str(token), int(lifetime.total_seconds())


def new_media_token(session: UserSession) -> str:
    """Return the value of the media cookie."""
    token = MediaToken()
    token.set_exp(from_time=session.expires_at, lifetime=timedelta(0))
    token["sid"] = str(session.pk)
    return str(token)


def session_id(raw: str, *, kind: type[Token] = AccessToken) -> str | None:
    """Return the session id of a valid token of this kind that has not expired, or None."""
    try:
        session, expires_at = _verified(raw, kind.token_type or "")
    except TokenError:
        return None
    return session if expires_at > time.time() else None


@lru_cache(maxsize=8192)
def _verified(raw: str, token_type: str) -> tuple[str | None, float]:
    """Return session id and expiry of a correctly signed token; clients repeat it for hours."""
    # The stubs name the class of a token here, but the library takes the encoded text.
    token = _KINDS[token_type](raw)  # type: ignore[arg-type]
    return token.get("sid"), token["exp"]


def is_valid_refresh_token(raw: str) -> bool:
    """Tell whether signature, kind and expiry of a refresh token are valid."""
    try:
        RefreshToken(raw)  # type: ignore[arg-type]  # as in _verified
    except TokenError:
        return False
    return True


def digest(raw: str) -> str:
    """Return the SHA-256 digest of a refresh token, as user_sessions stores it."""
    return hashlib.sha256(raw.encode()).hexdigest()
