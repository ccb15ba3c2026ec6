"""Headers on every answer: use of the device, who may embed, what nobody keeps."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_JSON = "application/json"
_PAGES = (_JSON, "text/html")


class SecurityHeadersMiddleware:
    """Adds headers that Django does not have; a view's own value stays.

    JSON is kept by nobody unless its view says so, as public cached reads do: it holds tokens,
    people and their results.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers."""
        response = self.get_response(request)
        kind = response.get("Content-Type", "").partition(";")[0].lower()
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", _resource_policy(kind))
        if kind == _JSON:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _resource_policy(kind: str) -> str:
    """Let pages of the origins that the operator named show files, never pages or JSON."""
    if settings.CORS_ALLOWED_ORIGINS and kind not in _PAGES:
        return "cross-origin"
    return "same-origin"
