"""Serves the signed addresses of the local store; absent when the store is S3."""

from collections.abc import Mapping
from typing import BinaryIO

from media_admin.errors import LengthRequired, ObjectMissing, SignatureRefused
from media_admin.services.streaming import StreamAnswer, open_stream
from media_admin.storage import get_object_storage
from media_admin.storage.local import LocalObjectStorage


def receive(token: str, body: BinaryIO, *, size_bytes: int | None, content_type: str) -> str:
    """Store what a signed PUT sends; return its ETag.

    Raises:
        SignatureRefused: forged, expired, or not the type and size that were signed.
        LengthRequired: the request does not tell its size.
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
    return store.accept(fields, body, size_bytes=size_bytes)


def send(token: str, *, method: str, headers: Mapping[str, str]) -> StreamAnswer:
    """Open what a signed GET allows; HEAD as well.

    Raises:
        SignatureRefused: forged or expired.
        ObjectMissing: no such object, or the store is not local.
        RangeNotSatisfiable: the range lies beyond the end.
    """
    fields = _local().signed_fields(token, method="GET")
    return open_stream(
        fields["k"],
        method=method,
        headers=headers,
        content_type=fields["t"],
        download_name=fields["n"] if fields["a"] else None,
    )


def _local() -> LocalObjectStorage:
    store = get_object_storage()
    if not isinstance(store, LocalObjectStorage):
        raise ObjectMissing()
    return store
