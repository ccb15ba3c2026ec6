"""Serves the signed URLs of the local store; there are none when the store is S3."""

from typing import BinaryIO

from media_admin.errors import LengthRequired, ObjectMissing, SignatureRefused
from media_admin.services import object_cache
from media_admin.services.delivery import Wanted
from media_admin.storage import get_object_storage
from media_admin.storage.local import LocalObjectStorage


def receive(token: str, body: BinaryIO, *, size_bytes: int | None, content_type: str) -> str:
    """Store what a signed PUT sends; return its ETag.

    Raises:
        SignatureRefused: forged, expired, or not the type and size that were signed.
        LengthRequired: the request has no Content-Length.
        UploadNotFinished: fewer bytes came than the request announced.
        ObjectMissing: the store is not local.
    """
    store = _local()
    fields = store.signed_fields(token, method="PUT")
    if size_bytes is None:
        raise LengthRequired()
    if fields.get("s") not in {None, size_bytes}:
        raise SignatureRefused()
    if "t" in fields and fields["t"] != content_type:
        raise SignatureRefused()
    etag = store.accept(fields, body, size_bytes=size_bytes)
    object_cache.forget(fields["k"])
    return etag


def wanted(token: str) -> Wanted:
    """Return what a signed GET of the store allows.

    Raises:
        SignatureRefused: forged or expired.
        ObjectMissing: the store is not local.
    """
    fields = _local().signed_fields(token, method="GET")
    return Wanted(
        fields["k"],
        content_type=fields["t"],
        download_name=fields["n"] if fields["a"] else None,
    )


def _local() -> LocalObjectStorage:
    store = get_object_storage()
    if not isinstance(store, LocalObjectStorage):
        raise ObjectMissing()
    return store
