"""Django's middlewares of cookie sessions, for the pages that have any: the admin's.

The API knows its callers by token; sessions, their users and messages would only cost it time, a
tenth of a light request.
"""

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PREFIXES = ("/admin", "/i18n")


def is_admin(request: HttpRequest) -> bool:
    """Tell whether a request is for a page of people who sign in by cookie."""
    return request.path_info.startswith(PREFIXES)


class AdminOnlyMixin:
    """Stand aside for every other path."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, through the middleware or past it."""
        return super().__call__(request) if is_admin(request) else self.get_response(request)


class SessionMiddleware(AdminOnlyMixin, sessions.SessionMiddleware):
    """Gives the admin's pages their session."""


class AuthenticationMiddleware(AdminOnlyMixin, auth.AuthenticationMiddleware):
    """Gives the admin's pages their user."""


class MessageMiddleware(AdminOnlyMixin, messages.MessageMiddleware):
    """Gives the admin's pages their messages."""
