"""Uploads from the browser directly to the store; changes the state of MediaFile."""

import hashlib
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from media_admin import keys, kinds, office_files, picture_size
from media_admin.errors import (
    ObjectMissing,
    UploadFailed,
    UploadMissing,
    UploadNotFinished,
    UploadRefused,
    UploadTooLarge,
)
from media_admin.models import MediaFile
from media_admin.services import stored_file
from media_admin.storage import get_object_storage
from media_admin.storage.base import MAX_PARTS, ObjectStat, Part
from media_admin.storage.base import SignedRequest as SignedRequest
from portal.jobs.context import report_progress

logger = logging.getLogger(__name__)

LINK_SECONDS = 2 * 3600
# A whole object could be sent again after the check, so this link expires soon.
SINGLE_LINK_SECONDS = 15 * 60
SIGN_AT_ONCE = 100
_MIB = 1024 * 1024


class Uploader(Protocol):
    """The user who uploads."""

    @property
    def pk(self) -> UUID:
        """The primary key."""
        ...

    @property
    def is_superuser(self) -> bool:
        """Whether the user is an administrator."""
        ...


@dataclass(frozen=True, kw_only=True)
class UploadPlan:
    """How the browser sends a file: one PUT, or parts of `part_bytes`; sizes in bytes."""

    file: MediaFile
    part_bytes: int
    part_count: int
    single: SignedRequest | None


def start(
    user: Uploader,
    *,
    name: str,
    size_bytes: int,
    accepted_kinds: tuple[str, ...],
    prefix: str,
) -> UploadPlan:
    """Register an upload and plan it; the content type that the browser sends is ignored.

    Raises:
        TypeNotAllowed: files with this extension are not accepted here.
        UploadTooLarge: above the limit of its kind.
        UploadRefused: an empty file.
    """
    found = kinds.type_of(name, kinds=accepted_kinds)
    limit = settings.UPLOAD_LIMITS_BYTES[found.kind]
    if size_bytes > limit:
        raise UploadTooLarge(
            _("The file is larger than the limit of %(limit)s MB.") % {"limit": limit // _MIB}
        )
    if size_bytes <= 0:
        raise UploadRefused(_("The file is empty."))
    file = MediaFile(
        key=keys.build(prefix, name, milliseconds=int(time.time() * 1000)),
        original_name=name.replace("\\", "/").rsplit("/", 1)[-1][:500],
        kind=found.kind,
        content_type=found.content_type,
        size_bytes=size_bytes,
        uploaded_by_id=user.pk,
    )
    part_bytes, part_count = _parts_of(size_bytes)
    single = None
    store = get_object_storage()
    if part_count == 1:
        single = store.presign_put(
            file.key,
            content_type=file.content_type,
            size_bytes=file.size_bytes,
            expires_in_seconds=SINGLE_LINK_SECONDS,
        )
    else:
        file.upload_id = store.start_multipart(file.key, content_type=file.content_type)
    file.save()
    logger.info("upload started file=%s size_bytes=%s parts=%s", file.pk, size_bytes, part_count)
    return UploadPlan(file=file, part_bytes=part_bytes, part_count=part_count, single=single)


def plan(file: MediaFile) -> UploadPlan:
    """Return the plan of an unfinished upload, to resume it."""
    _require_pending(file)
    part_bytes, part_count = _parts_of(file.size_bytes)
    single = None
    if part_count == 1:
        single = get_object_storage().presign_put(
            file.key,
            content_type=file.content_type,
            size_bytes=file.size_bytes,
            expires_in_seconds=SINGLE_LINK_SECONDS,
        )
    return UploadPlan(file=file, part_bytes=part_bytes, part_count=part_count, single=single)


def stored_parts(file: MediaFile) -> list[Part]:
    """List the parts that have arrived."""
    _require_pending(file)
    if not file.upload_id:
        return []
    return get_object_storage().stored_parts(file.key, file.upload_id)


def sign_parts(file: MediaFile, numbers: list[int]) -> dict[int, SignedRequest]:
    """Sign parts of a multipart upload by number; at most 100 at once.

    Raises:
        UploadFailed: the upload was finished or cancelled.
        UploadNotFinished: the upload has no part of this number.
    """
    _require_pending(file)
    part_bytes, part_count = _parts_of(file.size_bytes)
    if not numbers or len(numbers) > SIGN_AT_ONCE or not file.upload_id:
        raise UploadNotFinished()
    if min(numbers) < 1 or max(numbers) > part_count:
        raise UploadNotFinished()
    store = get_object_storage()
    return {
        number: store.presign_part(
            file.key,
            file.upload_id,
            number,
            size_bytes=min(part_bytes, file.size_bytes - (number - 1) * part_bytes),
            expires_in_seconds=LINK_SECONDS,
        )
        for number in numbers
    }


def finish(file: MediaFile, *, etags: Mapping[int, str]) -> MediaFile:
    """Join the parts, check what has arrived, and then mark the file as ready.

    Safe to repeat: a file that is ready is returned as it is. `etags` are those that the browser
    received for each part; an upload in one piece has number 1. A file that fails is deleted.

    Raises:
        UploadNotFinished: parts are missing; the upload can be continued.
        UploadRefused: size, ETag or content differ from what was announced.
        UploadFailed: the upload was cancelled or failed before.
    """
    if file.state == MediaFile.State.READY:
        return file
    _require_pending(file)
    expected_etag = _join(file, etags) if file.upload_id else etags.get(1)
    try:
        found = get_object_storage().stat(file.key)
    except ObjectMissing as error:
        raise UploadNotFinished() from error
    problem = _problem(file, found, expected_etag)
    if problem:
        get_object_storage().delete(file.key)
        _settle(file.pk, state=MediaFile.State.FAILED)
        logger.warning("upload refused file=%s problem=%s", file.pk, problem[0])
        raise UploadRefused(problem[1])
    settled = _settle(file.pk, state=MediaFile.State.READY, etag=found.etag)
    if settled.state != MediaFile.State.READY:
        raise UploadFailed()
    return settled


def abort(file: MediaFile) -> None:
    """Cancel an upload and delete its row; a finished file stays."""
    if _settle(file.pk, state=MediaFile.State.FAILED).state == MediaFile.State.READY:
        return
    store = get_object_storage()
    if file.upload_id:
        store.abort_multipart(file.key, file.upload_id)
    store.delete(file.key)
    file.delete()


def purge_abandoned() -> int:
    """Cancel uploads that did not finish within the limit; return how many."""
    before = timezone.now() - timedelta(hours=settings.UPLOAD_ABANDONED_HOURS)
    old = MediaFile.objects.exclude(state=MediaFile.State.READY).filter(created_at__lt=before)
    count = 0
    for file in old.iterator(chunk_size=200):
        abort(file)
        count += 1
        report_progress(count)
    return count


def find(file_id: UUID, *, user: Uploader) -> MediaFile:
    """Return an upload of this user; administrators may use those of everybody.

    Raises:
        ObjectMissing: no such upload, or it belongs to somebody else.
    """
    file = MediaFile.objects.filter(pk=file_id).first()
    if file is None or not (user.is_superuser or file.uploaded_by_id == user.pk):
        raise ObjectMissing()
    return file


def _parts_of(size_bytes: int) -> tuple[int, int]:
    """Return size and number of parts; parts grow so that no upload has more than 10,000."""
    smallest = math.ceil(size_bytes / MAX_PARTS / _MIB) * _MIB
    part_bytes = max(settings.UPLOAD_PART_BYTES, smallest)
    return part_bytes, math.ceil(size_bytes / part_bytes)


def _require_pending(file: MediaFile) -> None:
    if file.state != MediaFile.State.PENDING:
        raise UploadFailed()


def _join(file: MediaFile, etags: Mapping[int, str]) -> str | None:
    """Complete a multipart upload; return the ETag that follows from the digests of its parts."""
    store = get_object_storage()
    try:
        parts = store.stored_parts(file.key, file.upload_id)
    except UploadMissing:
        # An earlier call has joined the parts, but its answer was lost; the object is checked next.
        return None
    _part_bytes, part_count = _parts_of(file.size_bytes)
    if [part.number for part in parts] != list(range(1, part_count + 1)):
        raise UploadNotFinished()
    if any(etags.get(part.number, part.etag) != part.etag for part in parts):
        raise UploadNotFinished()
    store.complete_multipart(file.key, file.upload_id, parts)
    try:
        digests = b"".join(bytes.fromhex(part.etag) for part in parts)
    except ValueError:
        return None  # The ETags of this store are not MD5 digests.
    return f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(parts)}"


def _problem(
    file: MediaFile, found: ObjectStat, expected_etag: str | None
) -> tuple[str, str] | None:
    """Return a code and a text if the object differs from what was announced."""
    if found.size_bytes != file.size_bytes:
        return "size", _("The size of the uploaded file differs. Upload it again.")
    if expected_etag and found.etag != expected_etag:
        return "etag", _("The file was damaged in transit. Upload it again.")
    file_type = kinds.type_of(file.key)
    is_picture = file_type.kind == "image"
    head = _head(file, found, picture_size.HEADER_BYTES if is_picture else kinds.HEAD_BYTES)
    if not file_type.looks_right(head):
        return "content", _("The content of the file does not match its extension.")
    if kinds.EICAR in head:
        return "eicar", _("The file contains a test signature of antivirus programs.")
    if office_files.is_archive(file.key):
        return _office_problem(file, found)
    if is_picture and picture_size.is_too_large(head):
        return "pixels", _(
            "The picture has more than 16 megapixels. Make it smaller and try again."
        )
    return None


def _office_problem(file: MediaFile, found: ObjectStat) -> tuple[str, str] | None:
    stream = stored_file.opened(file.key, size_bytes=found.size_bytes, etag=found.etag)
    parts = office_files.parts(stream)
    if not office_files.looks_right(file.key, parts):
        return "content", _("The content of the file does not match its extension.")
    if office_files.has_macros(parts):
        return "macros", _("Macros are not accepted. Save the file without macros and upload it.")
    return None


def _head(file: MediaFile, found: ObjectStat, most_bytes: int) -> bytes:
    stop = min(found.size_bytes, most_bytes)
    return b"".join(get_object_storage().read(file.key, 0, stop, chunk_bytes=stop, etag=found.etag))


def _settle(file_id: UUID, *, state: str, etag: str = "") -> MediaFile:
    with transaction.atomic():
        file = MediaFile.objects.select_for_update().filter(pk=file_id).first()
        if file is None:
            raise UploadFailed()
        if file.state == MediaFile.State.PENDING:
            file.state = state
            file.etag = etag
            file.finished_at = timezone.now()
            file.save(update_fields=["state", "etag", "finished_at"])
    return file
