"""Functions of the contract tests: signed requests for one minute, parts, and reading."""

import hashlib
from typing import Any

from media_admin.storage.base import ObjectStorage, Part, SignedRequest
from tests.media_admin.storage.wire import Wire

CHUNK = 4


def read(store: ObjectStorage, key: str, start: int, stop: int, **options: Any) -> bytes:
    """Read [start, stop) as one piece."""
    return b"".join(store.read(key, start, stop, chunk_bytes=CHUNK, **options))


def get_link(store: ObjectStorage, key: str, *, seconds: int = 60, **options: Any) -> SignedRequest:
    """Sign a GET."""
    named = {"download_name": "file.mp4", "content_type": "video/mp4", **options}
    return store.presign_get(key, expires_in_seconds=seconds, **named)


def put_link(
    store: ObjectStorage, key: str, *, size: int | None = 10, seconds: int = 60
) -> SignedRequest:
    """Sign a PUT of a video."""
    return store.presign_put(
        key, content_type="video/mp4", size_bytes=size, expires_in_seconds=seconds
    )


def part_link(
    store: ObjectStorage, key: str, upload_id: str, number: int, size: int, *, seconds: int = 60
) -> SignedRequest:
    """Sign the PUT of a part."""
    return store.presign_part(key, upload_id, number, size_bytes=size, expires_in_seconds=seconds)


def send_part(
    store: ObjectStorage, wire: Wire, key: str, upload_id: str, number: int, body: bytes
) -> Part:
    """Send a part as a browser does."""
    answer = wire.send(part_link(store, key, upload_id, number, len(body)), body)
    assert answer.status == 200
    return Part(number, answer.etag)


def md5(body: bytes) -> Any:
    """Return the digest that ETags are made of."""
    return hashlib.md5(body, usedforsecurity=False)
