"""Serializers of the caller's profile and registration, and the values of their answers."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from lms.api.serializers.base import EmailLineField, IdField, LineField, LinesField
from lms.models import Profile


def profile_json(profile: Profile, *, avatar_url: str | None) -> dict[str, Any]:
    """Return a profile; with an object key as avatar, `avatar_url` is its signed address."""
    user = profile.user
    avatar = profile.avatar_url or None
    is_key = avatar is not None and not avatar.startswith(("http://", "https://", "/"))
    return {
        "id": str(user.pk),
        "username": user.username,
        "role": user.role,
        "full_name": user.full_name or profile.full_name,
        "email": user.email or profile.email,
        "avatar_url": avatar_url if is_key else avatar,
        "avatar_key": avatar if is_key and avatar_url else None,
        "company": profile.station.name if profile.station else profile.company,
        "position": profile.position,
        "phone": profile.phone,
        "bio": profile.bio,
        "language": profile.language or "ru",
        "email_notifications": bool(profile.email_notifications),
        "push_notifications": bool(profile.push_notifications),
        "weekly_report": bool(profile.weekly_report),
    }


class ProfileUpdateRequest(serializers.Serializer):
    """Body of PUT /users/me: any subset."""

    full_name = LineField(max_length=100, required=False, allow_blank=True)
    email = EmailLineField(max_length=100, required=False, allow_blank=True, allow_null=True)
    company = LineField(max_length=255, required=False, allow_blank=True, allow_null=True)
    position = LineField(max_length=255, required=False, allow_blank=True, allow_null=True)
    phone = LineField(max_length=50, required=False, allow_blank=True, allow_null=True)
    bio = LinesField(max_length=5000, required=False, allow_blank=True, allow_null=True)
    # A tag such as ru or uz-Latn.
    language = serializers.RegexField(
        r"^[a-z]{2}([-_][A-Za-z]{2,4})?$", max_length=10, required=False
    )
    email_notifications = serializers.BooleanField(required=False)
    push_notifications = serializers.BooleanField(required=False)
    weekly_report = serializers.BooleanField(required=False)


class RegisterRequest(serializers.Serializer):
    """Body of POST /auth/register-profile; station_id may be absent, null or a number.

    The client's form has no e-mail address; other callers may send one.
    """

    full_name = LineField(min_length=2, max_length=100)
    email = EmailLineField(max_length=100, required=False)
    phone = LineField(min_length=5, max_length=50)
    station_id = IdField(required=False, allow_null=True, default=None)
    position = LineField(min_length=2, max_length=255)
    department = LineField(min_length=2, max_length=255)


class ProfileSerializer(serializers.Serializer):
    """The caller's profile."""

    id = serializers.CharField()
    username = serializers.CharField()
    role = serializers.CharField()
    full_name = serializers.CharField(allow_null=True)
    email = serializers.CharField(allow_null=True)
    avatar_url = serializers.CharField(allow_null=True)
    avatar_key = serializers.CharField(allow_null=True)
    company = serializers.CharField(allow_null=True)
    position = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    bio = serializers.CharField(allow_null=True)
    language = serializers.CharField()
    email_notifications = serializers.BooleanField()
    push_notifications = serializers.BooleanField()
    weekly_report = serializers.BooleanField()


class AvatarRequest(serializers.Serializer):
    """Body of POST /users/me/avatar."""

    file = serializers.FileField()


class AvatarResponse(serializers.Serializer):
    """Answer of POST /users/me/avatar."""

    success = serializers.BooleanField()
    key = serializers.CharField()
    url = serializers.CharField()
    message = serializers.CharField()


class RegistrationSerializer(serializers.Serializer):
    """What the registration form starts with."""

    full_name = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    station_id = serializers.IntegerField(allow_null=True)
    position = serializers.CharField(allow_blank=True)
    department = serializers.CharField(allow_blank=True)


class RegisteredResponse(serializers.Serializer):
    """Answer of POST /auth/register-profile."""

    success = serializers.BooleanField()
    message = serializers.CharField()


class CertificateListItemSerializer(serializers.Serializer):
    """A certificate in a list."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    issued_at = serializers.DateTimeField()


class StatsSerializer(serializers.Serializer):
    """Figures of a person; total_progress is the mean in percent."""

    active_courses = serializers.IntegerField()
    completed_courses = serializers.IntegerField()
    total_progress = serializers.IntegerField()


class StatsResponse(serializers.Serializer):
    """Answer of GET /users/me/stats."""

    stats = StatsSerializer()
    certificates = CertificateListItemSerializer(many=True)


ProfileResponse = inline_serializer("ProfileResponse", {"data": ProfileSerializer()})
ProfileUpdateResponse = inline_serializer(
    "ProfileUpdateResponse", {"data": ProfileSerializer(), "success": serializers.BooleanField()}
)
RegistrationResponse = inline_serializer(
    "RegistrationResponse",
    {"data": RegistrationSerializer(), "profile_complete": serializers.BooleanField()},
)
