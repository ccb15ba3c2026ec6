"""Keeps sessions of the admin in the same table as those of the client, and ends them there."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lms.models import User
from lms.services.accounts import known_devices, sessions, sign_in
from portal.common.admin_paths import SESSION_ID_KEY, is_admin
from portal.common.client_address import client_address


class AdminSessionMiddleware:
    """Notes each sign-in to the admin in user_sessions; signs out whose session was ended there.

    Stands after the middlewares of sessions, authentication and messages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, as nobody if the session has ended."""
        if not is_admin(request):
            return self.get_response(request)
        session_id = request.session.get(SESSION_ID_KEY)
        if session_id is not None and not sessions.is_alive(session_id):
            auth.logout(request)
            messages.info(request, _("Your session has ended. Sign in again."))
        password = getattr(request.user, "password", None)
        response = self.get_response(request)
        if isinstance(request.user, User):
            # A view has signed somebody in, or the session is older than this table.
            if request.session.get(SESSION_ID_KEY) is None:
                _note_sign_in(request, response, request.user)
            elif session_id is not None and password not in {None, request.user.password}:
                sign_in.own_password_changed(request.user, session_id)
        elif session_id is not None:
            sign_in.end_session(session_id)
        return response


def has_open_session(request: HttpRequest) -> bool:
    """Tell whether the caller is signed in to the admin and nobody has ended the session."""
    session_id = request.session.get(SESSION_ID_KEY)
    return session_id is not None and sessions.is_alive(session_id)


def _note_sign_in(request: HttpRequest, response: HttpResponse, user: User) -> None:
    session = sign_in.open_admin_session(
        user, address=client_address(request), device=request.headers.get("User-Agent", "")
    )
    request.session[SESSION_ID_KEY] = str(session.pk)
    before = request.COOKIES.get(settings.DEVICE_COOKIE_NAME)
    response.set_cookie(**known_devices.cookie_with(user, before=before))
