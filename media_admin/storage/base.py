"""The interface of an object store: methods on keys, and the values that they return."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol

from media_admin.errors import StoreUnavailable

# The limits of S3: only the last part may be smaller, and an upload has at most so many parts.
MIN_PART_BYTES = 5 * 1024 * 1024
MAX_PARTS = 10_000
MAX_EXPIRY_SECONDS = 7 * 24 * 3600
MAX_KEY_BYTES = 1024


@dataclass(frozen=True)
class SignedRequest:
    """A request that a browser may send; it has to send these `headers`."""

    url: str
    method: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A part of a multipart upload; numbers start at 1. Browsers do not tell the size."""

    number: int
    etag: str
    size_bytes: int | None = None


@dataclass(frozen=True)
class ObjectStat:
    """What the store knows about an object; the ETag has no quotes."""

    key: str
    size_bytes: int
    content_type: str
    etag: str
    modified_at: datetime


@dataclass(frozen=True)
class ListedObject:
    """An object in a listing; S3 lists no content types."""

    key: str
    size_bytes: int
    etag: str
    modified_at: datetime


@dataclass(frozen=True)
class Listing:
    """One level below a prefix: folders without the final slash, and objects, both sorted."""

    folders: list[str]
    objects: list[ListedObject]


class Readable(Protocol):
    """A source of bytes that can be closed early."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""

    def close(self) -> None:
        """Free the connection or file."""


class ChunkStream(Iterator[bytes]):
    """Yields exactly `size_bytes` in chunks; close() frees the connection or file at any time."""

    def __init__(
        self,
        source: Readable,
        *,
        size_bytes: int,
        chunk_bytes: int,
        file: BinaryIO | None = None,
    ) -> None:
        self._source = source
        # The open file at the first byte to send, if the object is a local file.
        self.file = file
        self._left = size_bytes
        self._chunk_bytes = chunk_bytes

    def __next__(self) -> bytes:
        if self._left <= 0:
            self.close()
            raise StopIteration
        chunk = self._source.read(min(self._chunk_bytes, self._left))
        if not chunk:
            self.close()
            raise StoreUnavailable()
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Stop reading; safe to repeat."""
        self._left = 0
        self._source.close()


class ObjectStorage(Protocol):
    """Both implementations behave alike: tests/media_admin/storage/test_storage_contract.py."""

    def __hash__(self) -> int:
        """Return the identity: a store is a part of cache keys."""
        return object.__hash__(self)

    def presign_put(
        self, key: str, *, content_type: str, size_bytes: int | None, expires_in_seconds: int
    ) -> SignedRequest:
        """Sign one PUT of this type and, if given, of exactly this size."""

    def presign_get(
        self,
        key: str,
        *,
        download_name: str,
        content_type: str,
        expires_in_seconds: int,
        is_attachment: bool = False,
    ) -> SignedRequest:
        """Sign a GET that answers with this type and file name."""

    def presign_fetch(self, key: str, *, expires_in_seconds: int) -> str:
        """Return path and query of a GET that a proxy may send to the store; only S3 has it."""

    def start_multipart(self, key: str, *, content_type: str) -> str:
        """Begin an upload in parts and return its id."""

    def presign_part(
        self, key: str, upload_id: str, number: int, *, size_bytes: int, expires_in_seconds: int
    ) -> SignedRequest:
        """Sign the PUT of one part of exactly this size."""

    def stored_parts(self, key: str, upload_id: str) -> list[Part]:
        """List the parts that have arrived; raises UploadMissing."""

    def complete_multipart(self, key: str, upload_id: str, parts: Sequence[Part]) -> str:
        """Join the parts and return the ETag; raises UploadNotFinished, UploadMissing."""

    def abort_multipart(self, key: str, upload_id: str) -> None:
        """Drop the parts; silent when the upload is gone."""

    def put(self, key: str, content: BinaryIO, *, content_type: str) -> None:
        """Write an object from the server's side."""

    def stat(self, key: str) -> ObjectStat:
        """Return size, type and ETag; raises ObjectMissing."""

    def read(
        self, key: str, start: int, stop: int, *, chunk_bytes: int, etag: str = ""
    ) -> ChunkStream:
        """Open [start, stop) in bytes; raises ObjectMissing, or ObjectChanged for another ETag."""

    def delete(self, key: str) -> None:
        """Delete an object; silent when absent."""

    def list_folder(self, prefix: str, *, limit: int) -> Listing:
        """List one level below `prefix` (no outer slashes; empty for the root)."""

    def check(self) -> None:
        """Raise StoreUnavailable within about two seconds unless the store can be used."""
