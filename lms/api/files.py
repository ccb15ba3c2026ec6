"""Signed links, folders, and streams of PDF files and videos with ranges."""

from collections.abc import Callable, Set
from pathlib import PurePosixPath
from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.authentication import FILE_AUTHENTICATION, link_session
from lms.api.examples import files as examples
from lms.api.examples.base import PDF_KEY, VIDEO_KEY
from lms.api.file_keys import clean_key, open_key
from lms.api.permissions import IsEditor
from lms.api.serializers import files as schemas
from lms.errors import UploadPlaceForbidden
from lms.models import User
from lms.selectors import files
from lms.services import file_access
from media_admin import keys
from media_admin.api.media_response import media_response
from media_admin.errors import InvalidKey, ObjectMissing, RangeNotSatisfiable, StoreUnavailable
from media_admin.services import objects, uploaded_files
from media_admin.services.delivery import Wanted
from portal.common.errors import Invalid, NotSignedIn
from portal.common.openapi import errors, request_example, response_example, shared_errors

UPLOAD_PREFIXES = ("stations/", "departments/", "hero/", "courses/", "uploads/")
# Tools that convert videos store these with types that players refuse.
_HLS_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".aac": "audio/aac",
    ".vtt": "text/vtt",
}
_KEY = OpenApiParameter("key", str, required=True)
_KEY_MISSING = _("The key is missing.")


def _caller(request: Request) -> User | None:
    return request.user if request.user.is_authenticated else None


def _reader(request: Request) -> str:
    caller = _caller(request)
    return str(caller.pk) if caller else ""


def _describe(summary: str) -> Callable[[Any], Any]:
    """Describe an operation that sends the bytes of a file."""
    return extend_schema(
        summary=summary,
        tags=["Files"],
        parameters=[
            OpenApiParameter("Range", str, OpenApiParameter.HEADER),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
        ],
        responses={
            (200, "*/*"): OpenApiTypes.BINARY,
            (206, "*/*"): OpenApiTypes.BINARY,
            304: None,
            **errors(NotSignedIn, ObjectMissing, RangeNotSatisfiable, StoreUnavailable),
        },
    )


class FileView(APIView):
    """A route for everyone; the key decides who may read it, by header or by the media cookie."""

    authentication_classes = FILE_AUTHENTICATION
    permission_classes = [AllowAny]


class PresignView(FileView):
    """A signed download link."""

    parameter_examples: ClassVar[dict[str, Any]] = {
        "key": "stations/1/images/1763000100000_общий_вид.jpg",
        "expiresIn": 604800,
        "contentType": "image/jpeg",
    }

    @extend_schema(
        summary="Get a signed link for reading a file",
        tags=["Files"],
        parameters=[
            _KEY,
            OpenApiParameter("expiresIn", int),
            OpenApiParameter("contentType", str),
        ],
        responses={
            200: schemas.UrlResponse,
            **errors(Invalid(_KEY_MISSING), NotSignedIn, ObjectMissing, StoreUnavailable),
        },
        examples=[response_example(examples.LINK)],
    )
    def get(self, request: Request) -> Response:
        """Return the link; it is valid for 5 hours at least and 7 days at most."""
        raw = request.query_params.get("key", "")
        if not raw.strip("/"):
            raise Invalid(_KEY_MISSING)
        key, uses = open_key(_caller(request), raw)
        if not (uses or uploaded_files.is_uploaded(key) or objects.exists(key)):
            raise ObjectMissing()
        seconds = request.query_params.get("expiresIn", "")
        # Pictures of public pages have one link for everybody.
        reader = "" if files.PUBLIC in uses else _reader(request)
        content_type = request.query_params.get("contentType") or None
        url = objects.presign_download(
            key,
            expires_in_seconds=int(seconds[:9]) if seconds.isdecimal() else 0,
            content_type=content_type if content_type in objects.SAFE_TYPES else None,
            reader=reader,
            session="" if files.PUBLIC in uses else link_session(request),
        )
        return Response({"url": url})


class PresignUploadView(APIView):
    """A signed upload link, for editors."""

    permission_classes = [IsEditor]

    @extend_schema(
        summary="Get a signed link for uploading a file",
        tags=["Files"],
        request=schemas.PresignUploadRequest,
        responses={
            200: schemas.UrlResponse,
            **shared_errors(403),
            **errors(StoreUnavailable),
        },
        examples=[request_example(examples.UPLOAD_REQUEST), response_example(examples.LINK)],
    )
    def post(self, request: Request) -> Response:
        """Return a link to PUT one object below the allowed folders."""
        form = schemas.PresignUploadRequest(data=request.data)
        form.is_valid(raise_exception=True)
        key = form.validated_data["key"].lstrip("/")
        if not key.startswith(UPLOAD_PREFIXES):
            raise UploadPlaceForbidden
        signed = objects.presign_upload(
            key,
            content_type=form.validated_data["contentType"],
            expires_in_seconds=form.validated_data["expiresIn"],
        )
        return Response({"url": signed.url})


class FolderContentsView(APIView):
    """One level of a folder."""

    parameter_examples: ClassVar[dict[str, Any]] = {"prefix": "Памятки смены"}

    @extend_schema(
        summary="List a folder",
        tags=["Files"],
        parameters=[OpenApiParameter("prefix", str)],
        responses={200: schemas.FolderContentsResponse, **errors(InvalidKey, StoreUnavailable)},
        examples=[response_example(examples.FOLDER)],
    )
    def get(self, request: Request) -> Response:
        """List the files that the caller may read; an unknown folder is empty."""
        listing = objects.folder(request.query_params.get("prefix", ""))
        caller = _caller(request)
        readable = [
            found
            for found in listing.objects
            if not keys.is_private(found.key)
            and file_access.may_open_file(caller, file_access.uses_of(found.key))
        ]
        folders = listing.folders if request.user.is_staff else []
        folders = [path for path in folders if not keys.is_private(path)]
        return Response(
            {
                "folders": [schemas.folder_json(path) for path in folders],
                "files": [
                    schemas.object_json(
                        found,
                        objects.presign_download(
                            found.key,
                            expires_in_seconds=6 * 3600,
                            reader=_reader(request),
                            session=link_session(request),
                        ),
                    )
                    for found in readable
                ],
            }
        )


class ExistsView(APIView):
    """Whether an object exists."""

    parameter_examples: ClassVar[dict[str, Any]] = {"key": PDF_KEY}

    @extend_schema(
        summary="Check whether a file exists",
        tags=["Files"],
        parameters=[_KEY],
        responses={
            200: schemas.ExistsResponse,
            404: schemas.AbsentResponse,
            **errors(StoreUnavailable),
        },
        examples=[response_example(examples.EXISTING_FILE)],
    )
    def get(self, request: Request) -> Response:
        """Describe the file; 404 with `{"exists": false}` when there is none for the caller."""
        try:
            key = clean_key(request.query_params.get("key", ""))
            if not file_access.may_open_file(_caller(request), file_access.uses_of(key)):
                raise ObjectMissing()
            found = objects.stat(key)
        except ObjectMissing:
            return Response({"exists": False}, status=404)
        return Response(
            {
                "exists": True,
                "key": key,
                "contentType": found.content_type,
                "size": found.size_bytes,
                "lastModified": found.modified_at,
                "etag": f'"{found.etag}"',
            }
        )


def _stream(
    request: Request, key: str, *, uses: Set[str] | None = None, kind: str | None = None
) -> HttpResponseBase:
    opened, _uses = open_key(_caller(request), key, uses=uses)
    wanted = Wanted(opened, content_type=kind, reader=_reader(request))
    return media_response(request._request, wanted)  # noqa: SLF001 - Django's request, no other way


class StreamView(FileView):
    """The bytes of a file, with ranges."""

    parameter_examples: ClassVar[dict[str, Any]] = {"key": PDF_KEY}

    @_describe("Get a file or a range of it")
    def get(self, request: Request, key: str) -> HttpResponseBase:
        """Send the file or the part that `Range` asks for."""
        return self._send(request, key)

    @extend_schema(exclude=True)
    def head(self, request: Request, key: str) -> HttpResponseBase:
        """Send the headers alone."""
        return self._send(request, key)

    def _send(self, request: Request, key: str) -> HttpResponseBase:
        return _stream(request, key)


@extend_schema_view(get=_describe("Play a video"))
class VideoView(StreamView):
    """The bytes of a video; a <video> element sends no header, so the media cookie decides."""

    parameter_examples: ClassVar[dict[str, Any]] = {"key": VIDEO_KEY}


@extend_schema_view(get=_describe("Get a playlist or a segment of a converted video"))
class HlsView(StreamView):
    """Playlists and segments of a converted video; players send no header for them either."""

    parameter_examples: ClassVar[dict[str, Any]] = {
        "key": "videos/hls/topic_file/502/1/master.m3u8"
    }

    def _send(self, request: Request, key: str) -> HttpResponseBase:
        cleaned = clean_key(key)
        kind = _HLS_TYPES.get(PurePosixPath(cleaned).suffix.lower())
        if kind is None:
            raise ObjectMissing()
        uses = file_access.uses_of_converted(cleaned)
        return _stream(request, cleaned, uses=uses, kind=kind)
