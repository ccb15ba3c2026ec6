"""The answer to a request whose body did not arrive as a whole."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _

from portal.common.api_errors import body


class UnreadBodyMiddleware:
    """Answers 408 when a view could not read the whole body; Django would answer 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a body that ended early or came too slowly."""
        if not isinstance(error, UnreadablePostError):
            return None
        shape = body(_("The request did not arrive in time. Try again."), code="request_timeout")
        response = JsonResponse(shape, status=HTTPStatus.REQUEST_TIMEOUT)
        response["Connection"] = "close"
        return response
