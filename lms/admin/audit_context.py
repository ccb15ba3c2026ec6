"""Gives the history the person of a request to the admin, and one id for all its changes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lms.models import User
from lms.services.history import changes
from portal.common.admin_paths import is_admin

_WRITES = {"POST", "PUT", "PATCH", "DELETE"}


class AuditContextMiddleware:
    """Needs the user of the session: it follows Django's authentication middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Record what a writing request changes as one operation of its person."""
        if request.method not in _WRITES or not is_admin(request):
            return self.get_response(request)
        with changes.audit_context(person_of(request)):
            return self.get_response(request)


def person_of(request: HttpRequest) -> User | None:
    """Return the person who is signed in, if any."""
    return request.user if isinstance(request.user, User) else None
