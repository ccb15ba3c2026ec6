"""Who calls: by bearer token, by the media cookie, or nobody on public routes."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from lms.models import User
from lms.services.accounts import sessions, tokens


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`; the token dies with its session."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """Return the caller, or None without a token; refuse a bad one with 401."""
        token = bearer_token(request)
        if token is None:
            return None
        session_id = tokens.session_id(token)
        user = sessions.live_user(session_id) if session_id else None
        if user is None:
            raise AuthenticationFailed(code="session_ended")
        return user, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, which makes DRF answer 401 instead of 403."""
        return "Bearer"


class OptionalBearerAuthentication(BearerAuthentication):
    """The same on public routes, where a bad token means nobody, as the client needs."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """Return the caller, or None for any token that is not good."""
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            return None


class MediaCookieAuthentication(BaseAuthentication):
    """The HttpOnly cookie of sign-in and refresh; reads only, for <video> and <img>."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Return the caller of a GET or HEAD that carries a good cookie."""
        raw = request.COOKIES.get(settings.MEDIA_COOKIE_NAME)
        if not raw or request.method not in {"GET", "HEAD"}:
            return None
        session_id = tokens.session_id(raw, kind=tokens.MediaToken)
        user = sessions.live_user(session_id) if session_id else None
        return (user, None) if user else None

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, which makes DRF answer 401 instead of 403."""
        return "Bearer"


# How those who ask for files are known: an address in <video> or <img> sends no header.
FILE_AUTHENTICATION = [OptionalBearerAuthentication, MediaCookieAuthentication]


def user_of(request: Request) -> User:
    """Return the caller of a view that only signed-in people may call."""
    return cast(User, request.user)


def session_id_of(request: Request) -> str | None:
    """Return the id of the session whose access token the request carries."""
    token = bearer_token(request)
    return tokens.session_id(token) if token else None


def link_session(request: Request) -> str:
    """Return the id of the session for which links to files are made; empty for strangers."""
    if not request.user.is_authenticated:
        return ""
    raw = request.COOKIES.get(settings.MEDIA_COOKIE_NAME, "")
    return session_id_of(request) or tokens.session_id(raw, kind=tokens.MediaToken) or ""


def may_follow_link(request: HttpRequest, session_id: str) -> bool:
    """Tell whether a link of this session still opens its file; named by MEDIA_LINK_IS_OPEN.

    Browsers keep the addresses of pictures for days. After a new sign-in the cookie shows that
    the same person asks.
    """
    if sessions.is_alive(session_id):
        return True
    found = MediaCookieAuthentication().authenticate(cast(Request, request))
    return found is not None and sessions.belongs_to(session_id, found[0])


def bearer_token(request: Request) -> str | None:
    """Return the token of the header Authorization, or None."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    return token.strip()


class BearerScheme(OpenApiAuthenticationExtension):
    """Describes the bearer token in the API contract; drf-spectacular finds it by its class."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class OptionalBearerScheme(BearerScheme):
    """Describes the token on routes that answer strangers too."""

    target_class = OptionalBearerAuthentication
    name = "optionalBearer"


class MediaCookieScheme(OpenApiAuthenticationExtension):
    """Describes the media cookie in the API contract."""

    target_class = MediaCookieAuthentication
    name = "mediaCookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the security scheme."""
        return {"type": "apiKey", "in": "cookie", "name": settings.MEDIA_COOKIE_NAME}
