"""The caller's own profile, registration, avatar and figures."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.serializers import profiles as schemas
from lms.errors import NoImage
from lms.models import Profile
from lms.selectors.progress import certificates as certificate_selectors
from lms.selectors.progress import enrollments as progress_selectors
from lms.services.accounts import avatars, profiles, sign_in
from media_admin.services import objects
from portal.common.client_address import client_address

# The client reuses an avatar's address for six days; the store's limit is seven.
AVATAR_LINK_SECONDS = 7 * 24 * 3600


def _json(profile: Profile) -> dict:
    avatar = profile.avatar_url or ""
    url = None
    if avatar and not avatar.startswith(("http://", "https://", "/")):
        url = objects.presign_download(avatar, expires_in_seconds=AVATAR_LINK_SECONDS)
    return schemas.profile_json(profile, avatar_url=url)


class MyProfileView(APIView):
    """The caller's profile."""

    @extend_schema(responses=schemas.ProfileResponse)
    def get(self, request: Request) -> Response:
        """Return it."""
        return Response({"data": _json(profiles.profile_of(request.user.pk))})

    @extend_schema(request=schemas.ProfileUpdateRequest, responses=schemas.ProfileUpdateResponse)
    def put(self, request: Request) -> Response:
        """Change what was sent; absent fields keep their value."""
        form = schemas.ProfileUpdateRequest(data=request.data)
        form.is_valid(raise_exception=True)
        profile = profiles.update_profile(request.user.pk, form.validated_data)
        return Response({"success": True, "data": _json(profile)})


class AvatarRequest(serializers.Serializer):
    """Body of POST /users/me/avatar."""

    file = serializers.FileField()


class AvatarResponse(serializers.Serializer):
    """Answer of POST /users/me/avatar."""

    success = serializers.BooleanField()
    key = serializers.CharField()
    url = serializers.CharField()
    message = serializers.CharField()


class AvatarView(APIView):
    """The caller's picture."""

    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": AvatarRequest}, responses=AvatarResponse)
    def post(self, request: Request) -> Response:
        """Store a picture of at most 5 MB and return its address."""
        file = request.FILES.get("file")
        if file is None:
            raise NoImage
        key = avatars.store_avatar(
            request.user.pk, file, size_bytes=file.size, content_type=file.content_type or ""
        )
        url = objects.presign_download(key, expires_in_seconds=AVATAR_LINK_SECONDS)
        message = _("The picture has been saved.")
        return Response({"success": True, "key": key, "url": url, "message": message})


class MyStatsView(APIView):
    """The caller's figures and certificates."""

    @extend_schema(responses=schemas.StatsResponse)
    def get(self, request: Request) -> Response:
        """Return both."""
        figures = progress_selectors.my_figures(request.user.pk)
        names = ("active_courses", "completed_courses", "total_progress")
        stats = {name: value for name, value in figures.items() if name in names}
        certificates = certificate_selectors.certificate_rows(request.user.pk)
        return Response({"stats": stats, "certificates": certificates})


class RegisterProfileView(APIView):
    """The form of a first sign-in."""

    @extend_schema(responses=schemas.RegistrationResponse)
    def get(self, request: Request) -> Response:
        """Return what is known already."""
        profile = profiles.profile_of(request.user.pk)
        data = {
            "full_name": profile.user.full_name or "",
            "email": profile.user.email or "",
            "phone": profile.phone or "",
            "station_id": profile.station_id,
            "position": profile.position or "",
            "department": profile.bio or "",
        }
        return Response({"data": data, "profile_complete": profiles.is_complete(profile)})

    @extend_schema(request=schemas.RegisterRequest, responses=schemas.RegisteredResponse)
    def post(self, request: Request) -> Response:
        """Complete the profile and hand out fresh tokens, as the client expects all or none."""
        form = schemas.RegisterRequest(data=request.data)
        form.is_valid(raise_exception=True)
        profile = profiles.register(request.user.pk, **form.validated_data)
        signed_in = sign_in.log_in(
            profile.user,
            address=client_address(request),
            device=request.headers.get("User-Agent", ""),
        )
        return Response(
            {
                "success": True,
                "message": _("The profile has been saved."),
                "token": signed_in.access_token,
                "refreshToken": signed_in.refresh_token,
                "user": schemas.Identity(profile.user).data,
            }
        )
