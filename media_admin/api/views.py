"""Upload endpoints of the admin, below /admin/media/ (session and CSRF header, JSON).

POST uploads {target, name, size}        -> 201 {id, key, partBytes, partCount, single, kind, ...}
GET  uploads/{id}                        -> the same and `parts`: [{number, etag}] that have arrived
POST uploads/{id}/parts {numbers: [1]}   -> {parts: {"1": {url, method, headers}}}, at most 100
POST uploads/{id}/finish {etags: {"1": "..."}} -> {id, key, name, size, contentType, kind}
POST uploads/{id}/abort                  -> {success: true}
GET  preview?key=...                     -> redirect to a signed link

`single` is {url, method, headers} for a file of one part, else null; etags may be left out if the
browser cannot read them. Sizes are bytes.
"""

from collections.abc import Callable
from functools import cache
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from media_admin import keys
from media_admin.api.media_response import media_response
from media_admin.api.responses import for_editors, read_json, with_errors
from media_admin.errors import ObjectMissing, SignatureRefused
from media_admin.models import MediaFile
from media_admin.services import objects, signed_links, upload_targets, uploads
from portal.common.admin_paths import SESSION_ID_KEY
from portal.common.errors import Forbidden, Invalid, NotSignedIn

_LARGEST = 2**50


def _number(value: object, *, largest: int = _LARGEST) -> int:
    if type(value) is not int or not 0 <= value <= largest:
        raise Invalid
    return value


def _text(value: object, *, longest: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > longest or "\0" in value:
        raise Invalid
    return value


def _signed(request: uploads.SignedRequest | None) -> dict[str, object] | None:
    if request is None:
        return None
    return {"url": request.url, "method": request.method, "headers": request.headers}


def _plan_json(plan: uploads.UploadPlan) -> dict[str, object]:
    return {
        **_file_json(plan.file),
        "partBytes": plan.part_bytes,
        "partCount": plan.part_count,
        "single": _signed(plan.single),
    }


def _file_json(file: MediaFile) -> dict[str, object]:
    return {
        "id": str(file.pk),
        "key": file.key,
        "name": file.original_name,
        "size": file.size_bytes,
        "contentType": file.content_type,
        "kind": file.kind,
        "state": file.state,
    }


def _uploader(request: HttpRequest) -> uploads.Uploader:
    if not request.user.is_authenticated:
        raise NotSignedIn
    return request.user


@require_POST
@for_editors
def start(request: HttpRequest) -> HttpResponseBase:
    """Register an upload and return how to send it."""
    data = read_json(request)
    target = upload_targets.read_target(_text(data.get("target"), longest=5000))
    plan = uploads.start(
        _uploader(request),
        name=_text(data.get("name"), longest=500),
        size_bytes=_number(data.get("size")),
        accepted_kinds=target.kinds,
        prefix=target.prefix,
    )
    return JsonResponse(_plan_json(plan), status=201)


@require_safe
@for_editors
def detail(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """Return which parts have arrived, to resume an upload."""
    file = uploads.find(file_id, user=_uploader(request))
    if file.state == MediaFile.State.READY:
        return JsonResponse(_file_json(file) | {"parts": []})
    parts = [{"number": part.number, "etag": part.etag} for part in uploads.stored_parts(file)]
    return JsonResponse(_plan_json(uploads.plan(file)) | {"parts": parts})


@require_POST
@for_editors
def parts(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """Sign parts by number."""
    numbers = read_json(request).get("numbers")
    if not isinstance(numbers, list):
        raise Invalid
    wanted = [_number(number, largest=10_000) for number in numbers]
    signed = uploads.sign_parts(uploads.find(file_id, user=_uploader(request)), wanted)
    return JsonResponse({"parts": {str(number): _signed(part) for number, part in signed.items()}})


@require_POST
@for_editors
def finish(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """Join the parts, check the file, and mark it as ready."""
    given = read_json(request).get("etags") or {}
    if not isinstance(given, dict) or len(given) > 10_000:
        raise Invalid
    try:
        etags = {int(number): str(etag).strip('"') for number, etag in given.items() if etag}
    except ValueError as error:
        raise Invalid from error
    file = uploads.finish(uploads.find(file_id, user=_uploader(request)), etags=etags)
    return JsonResponse(_file_json(file))


@require_POST
@for_editors
def abort(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """Cancel an upload and delete its parts."""
    uploads.abort(uploads.find(file_id, user=_uploader(request)))
    return JsonResponse({"success": True})


@require_safe
@with_errors
def signed(request: HttpRequest, key: str) -> HttpResponseBase:
    """Send a file by a signed link of the portal, or the part that `Range` asks for."""
    wanted = signed_links.read(key, request.GET)
    if wanted.session and not _link_is_open()(request, wanted.session):
        raise SignatureRefused
    return media_response(request, wanted)


@cache
def _link_is_open() -> Callable[[HttpRequest, str], bool]:
    found: Callable[[HttpRequest, str], bool] = import_string(settings.MEDIA_LINK_IS_OPEN)
    return found


@require_http_methods(["GET"])
@with_errors
def preview(request: HttpRequest) -> HttpResponseBase:
    """Redirect staff to a signed link of any object that is not private."""
    if not request.user.is_authenticated:
        raise NotSignedIn
    if not request.user.is_staff:
        raise Forbidden
    key = keys.validated(request.GET.get("key", ""))
    if keys.is_private(key):
        raise ObjectMissing()
    session = request.session.get(SESSION_ID_KEY, "")
    response = HttpResponseRedirect(
        objects.presign_download(key, expires_in_seconds=6 * 3600, session=session)
    )
    response["Cache-Control"] = "private, max-age=3600"
    return response
