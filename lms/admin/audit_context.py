"""Tells the history who works in the admin, and which changes belong to one request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lms.services.history import changes
from portal.common.admin_paths import is_admin

_WRITES = {"POST", "PUT", "PATCH", "DELETE"}


class AuditContextMiddleware:
    """Stands behind the middleware that finds the user of the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within an act of the person who asks."""
        if request.method not in _WRITES or not is_admin(request):
            return self.get_response(request)
        with changes.audit_context(request.user):
            return self.get_response(request)
