"""The caller's profile, registration, photo and statistics."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.authentication import link_session, user_of
from lms.api.examples import accounts as examples
from lms.api.serializers import profiles as schemas
from lms.errors import AvatarTooLarge, EmailTaken, EmptyName, NoImage, StationNotFoundHere
from lms.models import Profile
from lms.selectors.progress import certificates as certificate_selectors
from lms.selectors.progress import enrollments as progress_selectors
from lms.services.accounts import avatars, profiles
from media_admin.services import objects
from portal.common.openapi import errors, request_example, response_example

# The client reuses an avatar's address for six days; the store's limit is seven.
AVATAR_LINK_SECONDS = 7 * 24 * 3600


def _avatar_link(request: Request, key: str) -> str:
    return objects.presign_download(
        key, expires_in_seconds=AVATAR_LINK_SECONDS, session=link_session(request)
    )


def _json(request: Request, profile: Profile) -> dict:
    avatar = profile.avatar_url or ""
    url = None
    if avatar and not avatar.startswith(("http://", "https://", "/")):
        url = _avatar_link(request, avatar)
    return schemas.profile_json(profile, avatar_url=url)


class MyProfileView(APIView):
    """The caller's profile."""

    @extend_schema(
        summary="Get your profile",
        tags=["Profile"],
        responses=schemas.ProfileResponse,
        examples=[response_example({"data": examples.PROFILE})],
    )
    def get(self, request: Request) -> Response:
        """Return the profile of the caller."""
        return Response({"data": _json(request, profiles.profile_of(user_of(request).pk))})

    @extend_schema(
        summary="Change your profile",
        tags=["Profile"],
        request=schemas.ProfileUpdateRequest,
        responses={200: schemas.ProfileUpdateResponse, **errors(EmptyName, EmailTaken)},
        examples=[
            request_example(examples.PROFILE_REQUEST),
            response_example({"success": True, "data": examples.CHANGED_PROFILE}),
        ],
    )
    def put(self, request: Request) -> Response:
        """Change what was sent; absent fields keep their value."""
        form = schemas.ProfileUpdateRequest(data=request.data)
        form.is_valid(raise_exception=True)
        profile = profiles.update_profile(user_of(request).pk, form.validated_data)
        return Response({"success": True, "data": _json(request, profile)})


class AvatarView(APIView):
    """The caller's picture."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        summary="Replace your photo",
        tags=["Profile"],
        request={"multipart/form-data": schemas.AvatarRequest},
        responses={200: schemas.AvatarResponse, **errors(NoImage, AvatarTooLarge)},
        examples=[response_example(examples.AVATAR_RESPONSE)],
    )
    def post(self, request: Request) -> Response:
        """Store a picture of at most 5 MB and return its address."""
        file = request.FILES.get("file")
        if file is None:
            raise NoImage
        key = avatars.store_avatar(
            user_of(request).pk, file, size_bytes=file.size, content_type=file.content_type or ""
        )
        url = _avatar_link(request, key)
        message = _("The picture has been saved.")
        return Response({"success": True, "key": key, "url": url, "message": message})


class MyStatsView(APIView):
    """The caller's figures and certificates."""

    @extend_schema(
        summary="Get your statistics and certificates",
        tags=["Profile"],
        responses=schemas.StatsResponse,
        examples=[response_example(examples.STATS)],
    )
    def get(self, request: Request) -> Response:
        """Return the learning statistics and the valid certificates."""
        figures = progress_selectors.my_figures(user_of(request).pk)
        names = ("active_courses", "completed_courses", "total_progress")
        stats = {name: value for name, value in figures.items() if name in names}
        certificates = certificate_selectors.certificate_rows(user_of(request).pk)
        return Response({"stats": stats, "certificates": certificates})


class RegisterProfileView(APIView):
    """The form of a first sign-in."""

    @extend_schema(
        summary="Get the registration form",
        tags=["Profile"],
        responses=schemas.RegistrationResponse,
        examples=[response_example(examples.REGISTRATION)],
    )
    def get(self, request: Request) -> Response:
        """Return the values that the portal already knows."""
        profile = profiles.profile_of(user_of(request).pk)
        data = {
            "full_name": profile.user.full_name or "",
            "email": profile.user.email or "",
            "phone": profile.phone or "",
            "station_id": profile.station_id,
            "position": profile.position or "",
            "department": profile.bio or "",
        }
        return Response({"data": data, "profile_complete": profiles.is_complete(profile)})

    @extend_schema(
        summary="Complete the registration",
        tags=["Profile"],
        request=schemas.RegisterRequest,
        responses={200: schemas.RegisteredResponse, **errors(StationNotFoundHere, EmailTaken)},
        examples=[
            request_example(examples.REGISTER_REQUEST),
            response_example(examples.REGISTERED),
        ],
    )
    def post(self, request: Request) -> Response:
        """Complete the profile. The session stays as it is: its tokens go on working."""
        form = schemas.RegisterRequest(data=request.data)
        form.is_valid(raise_exception=True)
        profiles.register(user_of(request).pk, **form.validated_data)
        return Response({"success": True, "message": _("The profile has been saved.")})
