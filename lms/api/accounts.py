"""Sign in, get a new access token, sign out, ask who is signed in."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.authentication import bearer_token, session_id_of, user_of
from lms.api.examples import accounts as examples
from lms.api.serializers import accounts as schemas
from lms.api.serializers.base import NoBody
from lms.errors import (
    SessionEnded,
    SessionNotFound,
    TooManyLogins,
    WeakPassword,
    WrongCredentials,
    WrongPassword,
)
from lms.selectors import accounts as selectors
from lms.services.accounts import known_devices, sign_in
from portal.common.client_address import client_address
from portal.common.openapi import errors, request_example, response_example, shared_errors


def _set_media_cookie(response: Response, signed_in: sign_in.SignedIn) -> None:
    response.set_cookie(
        settings.MEDIA_COOKIE_NAME,
        signed_in.media_token,
        expires=signed_in.session.expires_at,
        path="/",
        secure=settings.MEDIA_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class LoginView(APIView):
    """Sign in with a name and a password."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        summary="Sign in with a username and password",
        tags=["Sign-in"],
        auth=[],
        request=schemas.LoginRequest,
        responses={200: schemas.LoginResponse, **errors(WrongCredentials)},
        examples=[
            request_example(examples.LOGIN_REQUEST),
            response_example(examples.LOGIN),
        ],
    )
    def post(self, request: Request) -> Response:
        """Check the password, open a session and set the media cookie."""
        form = schemas.LoginRequest(data=request.data)
        form.is_valid(raise_exception=True)
        address = client_address(request)
        user = sign_in.check_credentials(
            form.validated_data["username"],
            form.validated_data["password"],
            address=address,
            device_cookie=request.COOKIES.get(settings.DEVICE_COOKIE_NAME),
        )
        signed_in = sign_in.log_in(
            user, address=address, device=request.headers.get("User-Agent", "")
        )
        response = Response(
            {
                "token": signed_in.access_token,
                "refreshToken": signed_in.refresh_token,
                "expiresIn": signed_in.expires_in_seconds,
                "user": schemas.IdentitySerializer(user).data,
                "requires_registration": False,
            }
        )
        _set_media_cookie(response, signed_in)
        before = request.COOKIES.get(settings.DEVICE_COOKIE_NAME)
        response.set_cookie(**known_devices.cookie_with(user, before=before))
        return response


class RefreshView(APIView):
    """Exchange the refresh token for a new access token; never limited, never rotated."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []

    @extend_schema(
        summary="Get a new access token",
        tags=["Sign-in"],
        auth=[],
        request=schemas.RefreshTokenRequest,
        responses={200: schemas.RefreshResponse, **errors(SessionEnded)},
        examples=[
            request_example(examples.REFRESH_REQUEST),
            response_example(examples.REFRESH),
        ],
    )
    def post(self, request: Request) -> Response:
        """Return a new access token and renew the media cookie."""
        form = schemas.RefreshTokenRequest(data=request.data)
        if not form.is_valid():
            raise SessionEnded
        signed_in = sign_in.refresh(form.validated_data["refreshToken"])
        response = Response(
            {"token": signed_in.access_token, "expiresIn": signed_in.expires_in_seconds}
        )
        _set_media_cookie(response, signed_in)
        return response


class LogoutView(APIView):
    """End the session of a refresh token; works without a good access token, and repeatedly."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []

    @extend_schema(
        summary="Sign out",
        tags=["Sign-in"],
        auth=[],
        request=schemas.LogoutRequest,
        responses=schemas.SuccessResponse,
        examples=[
            request_example(examples.REFRESH_REQUEST),
            response_example({"success": True}),
        ],
    )
    def post(self, request: Request) -> Response:
        """End the session of the refresh token or of the access token; clear the media cookie."""
        form = schemas.LogoutRequest(data=request.data)
        form.is_valid(raise_exception=True)
        if form.validated_data.get("refreshToken"):
            sign_in.log_out(form.validated_data["refreshToken"])
        if access_token := bearer_token(request):
            sign_in.log_out_by_access_token(access_token)
        response = Response({"success": True})
        response.delete_cookie(settings.MEDIA_COOKIE_NAME, path="/", samesite="Lax")
        return response


class MeView(APIView):
    """Tell who the access token belongs to; never limited: the client asks on every page."""

    throttle_classes = []

    @extend_schema(
        summary="Get the signed-in user",
        tags=["Sign-in"],
        responses=schemas.MeResponse,
        examples=[response_example(examples.ME)],
    )
    def get(self, request: Request) -> Response:
        """Return the caller's identity."""
        return Response({"user": schemas.MeSerializer(request.user).data})


class MySessionsView(APIView):
    """The caller's open sessions."""

    @extend_schema(
        summary="List your open sessions",
        tags=["Sign-in"],
        responses=schemas.SessionsResponse,
        examples=[response_example({"data": [examples.SESSION]})],
    )
    def get(self, request: Request) -> Response:
        """List the sessions of the caller, latest activity first; `current` is this one."""
        current = session_id_of(request)
        rows = selectors.open_sessions(user_of(request).pk)
        return Response({"data": [schemas.session_json(row, current=current) for row in rows]})


class MySessionView(APIView):
    """One of the caller's sessions."""

    parameter_examples: ClassVar[dict[str, Any]] = {"session_id": examples.SESSION["id"]}

    @extend_schema(
        summary="End one of your sessions",
        tags=["Sign-in"],
        responses={200: schemas.SuccessResponse, **errors(SessionNotFound)},
        examples=[response_example({"success": True})],
    )
    def delete(self, request: Request, session_id: UUID) -> Response:
        """Sign that device out at once."""
        sign_in.revoke_own_session(user_of(request), session_id)
        return Response({"success": True})


class EndOtherSessionsView(APIView):
    """All sessions of the caller but this one."""

    @extend_schema(
        summary="End all your other sessions",
        tags=["Sign-in"],
        request=None,
        responses={200: schemas.EndedSessionsResponse, **shared_errors(400, 415)},
        examples=[response_example({"success": True, "ended": 2})],
    )
    def post(self, request: Request) -> Response:
        """Sign all other devices out at once; `ended` is how many there were."""
        NoBody(data=request.data).is_valid(raise_exception=True)
        ended = sign_in.revoke_other_sessions(user_of(request), session_id_of(request))
        return Response({"success": True, "ended": ended})


class ChangePasswordView(APIView):
    """The caller's password."""

    @extend_schema(
        summary="Change your password",
        tags=["Sign-in"],
        request=schemas.ChangePasswordRequest,
        responses={
            200: schemas.SuccessResponse,
            **errors(WrongPassword, WeakPassword, TooManyLogins),
        },
        examples=[
            request_example(examples.CHANGE_PASSWORD_REQUEST),
            response_example({"success": True}),
        ],
    )
    def post(self, request: Request) -> Response:
        """Set a new password; all other sessions end at once."""
        form = schemas.ChangePasswordRequest(data=request.data)
        form.is_valid(raise_exception=True)
        sign_in.change_own_password(
            user_of(request).pk,
            form.validated_data["current_password"],
            form.validated_data["new_password"],
            kept_id=session_id_of(request),
        )
        return Response({"success": True})
