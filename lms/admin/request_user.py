"""The signed-in person of a request."""

from typing import cast

from django.http import HttpRequest

from lms.models import User


def request_user(request: HttpRequest) -> User:
    """Return the person; the admin's own check has refused everybody who is not signed in."""
    return cast("User", request.user)
