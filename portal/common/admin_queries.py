"""Refuses addresses of the admin that no database can answer, before a page is made."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.common.admin_paths import is_admin
from portal.common.api_errors import bad_request

Next = Callable[[HttpRequest], HttpResponse]


class AdminQueryMiddleware:
    """Answer 400 if the path or the query holds a zero character, which no text may contain."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or pass the request on."""
        query = request.META.get("QUERY_STRING", "")
        # A zero character is %00 in each spelling of an address.
        has_zero = "%00" in query or "\0" in request.path_info
        if has_zero and is_admin(request):
            return bad_request(request)
        return self.get_response(request)
