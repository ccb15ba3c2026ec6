"""Signed URLs of the local store: GET, HEAD and PUT, authorised by the signature alone."""

from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from media_admin.api.media_response import media_response
from media_admin.api.responses import with_errors
from media_admin.services import local_links


@csrf_exempt
@require_http_methods(["GET", "HEAD", "PUT"])
@with_errors
def signed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer a signed request; the body is read in chunks."""
    if request.method == "PUT":
        length = request.headers.get("Content-Length") or ""
        etag = local_links.receive(
            token,
            cast(BinaryIO, request),  # Django's requests have read().
            size_bytes=int(length) if length.isdigit() else None,
            content_type=request.headers.get("Content-Type", ""),
        )
        response = HttpResponse(status=200)
        response["ETag"] = f'"{etag}"'
        return response
    return media_response(request, local_links.wanted(token))
