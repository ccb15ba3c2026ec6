"""Serializers of sign-in and of the caller's identity."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from lms.api.serializers.base import LineField
from lms.models import SessionKind, User, UserSession


class LoginRequest(serializers.Serializer):
    """Body of POST /auth/login; nothing is trimmed, as the client sends it."""

    username = LineField(trim_whitespace=False, max_length=150)
    password = serializers.CharField(trim_whitespace=False, max_length=1000)


class ChangePasswordRequest(serializers.Serializer):
    """Body of POST /users/me/password; nothing is trimmed."""

    current_password = serializers.CharField(trim_whitespace=False, max_length=1000)
    new_password = serializers.CharField(trim_whitespace=False, max_length=200)


class RefreshTokenRequest(serializers.Serializer):
    """Body of POST /auth/refresh and /auth/logout."""

    refreshToken = serializers.CharField(max_length=4000)


class LogoutRequest(serializers.Serializer):
    """Body of POST /auth/logout; an absent token ends nothing."""

    refreshToken = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, allow_null=True
    )


class IdentitySerializer(serializers.Serializer):
    """A person as the client stores it."""

    id = serializers.CharField()
    username = serializers.CharField()
    role = serializers.CharField()
    full_name = serializers.SerializerMethodField()
    email = serializers.SerializerMethodField()

    def get_full_name(self, user: User) -> str:
        """Return the full name or the username; with null the client would show a made-up name."""
        return user.full_name or user.username

    def get_email(self, user: User) -> str:
        """Return the e-mail address or an empty text."""
        return user.email or ""


class LoginResponse(serializers.Serializer):
    """Answer of POST /auth/login; expiresIn in seconds."""

    token = serializers.CharField()
    refreshToken = serializers.CharField()
    expiresIn = serializers.IntegerField()
    user = IdentitySerializer()
    requires_registration = serializers.BooleanField()


class RefreshResponse(serializers.Serializer):
    """Answer of POST /auth/refresh; expiresIn in seconds."""

    token = serializers.CharField()
    expiresIn = serializers.IntegerField()


class SuccessResponse(serializers.Serializer):
    """Answer of a command without a result."""

    success = serializers.BooleanField()


class SessionSerializer(serializers.Serializer):
    """An open session of the caller; `current` is the one that asks."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=SessionKind.values)
    ip_address = serializers.IPAddressField(allow_null=True)
    device = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_activity = serializers.DateTimeField(allow_null=True)
    current = serializers.BooleanField()


SessionsResponse = inline_serializer("SessionsResponse", {"data": SessionSerializer(many=True)})


class EndedSessionsResponse(SuccessResponse):
    """Answer of POST /users/me/sessions/end-others."""

    ended = serializers.IntegerField()


def session_json(session: UserSession, *, current: str | None) -> dict[str, Any]:
    """Return a session as its owner sees it."""
    return {
        "id": str(session.pk),
        "kind": session.kind,
        "ip_address": session.ip_address,
        "device": session.user_agent or "",
        "created_at": session.created_at,
        "last_activity": session.last_activity,
        "current": str(session.pk) == current,
    }


class MeSerializer(IdentitySerializer):
    """The identity with the subject that the client prefers."""

    sub = serializers.CharField(source="id")


class MeResponse(serializers.Serializer):
    """Answer of GET /auth/me."""

    user = MeSerializer()
