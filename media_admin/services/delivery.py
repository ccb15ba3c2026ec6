"""Decides how a GET or HEAD of an object is answered (RFC 9110), and opens its bytes.

All routes use the same decision, and both ways of sending: by this process, or by nginx, which
fetches the one range of the decision and sees nothing else of the request.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.utils.http import content_disposition_header

from media_admin import conditional_requests, keys, ranges
from media_admin.byteranges import Frames
from media_admin.conditional_requests import Verdict
from media_admin.errors import ObjectChanged, ObjectMissing, PreconditionFailed
from media_admin.services import object_cache
from media_admin.services.stream_limit import UNLIMITED_BYTES, StreamSlot, stream_limit
from media_admin.storage import get_object_storage
from media_admin.storage.base import ChunkStream, ObjectStat

# Types that could run scripts on the portal's origin are shown in a sandbox.
_ACTIVE_TYPES = ("text/html", "application/xhtml", "image/svg", "text/xml", "application/xml")
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
_KEPT_WHEN_UNCHANGED = ("ETag", "Last-Modified", "Cache-Control")


@dataclass(frozen=True)
class Wanted:
    """The object that a request asks for, and what its route adds to the answer of the store.

    `reader` is the id of the person who asks, empty where nobody is known.
    `session` is the id of the session for which a link was made, empty where it is for everybody.
    """

    key: str
    content_type: str | None = None
    download_name: str | None = None
    max_age_seconds: int = 0
    reader: str = ""
    session: str = ""


@dataclass(frozen=True)
class Decision:
    """Status and headers of an answer, and the ranges of the object that it contains, if any.

    `frames` separates the parts of a multipart answer; without it there is at most one part.
    """

    found: ObjectStat
    status: int
    headers: dict[str, str]
    parts: tuple[ranges.ByteRange, ...] = ()
    frames: Frames | None = None


class Body(Iterator[bytes]):
    """The bytes of an answer; close() frees the connection to the store and the slot at any time.

    `file` is the open file at its first byte to send, where the server can send it by itself.
    """

    def __init__(self, chunks: Iterator[bytes], slot: StreamSlot | None) -> None:
        self._chunks = chunks
        self._slot = slot
        self.file: BinaryIO | None = getattr(chunks, "file", None)

    def __next__(self) -> bytes:
        try:
            return next(self._chunks)
        except BaseException:  # The end, or a broken connection to the store.
            self.close()
            raise

    def close(self) -> None:
        """Stop; safe to repeat."""
        try:
            close = getattr(self._chunks, "close", None)
            if close:
                close()
        finally:
            if self._slot:
                self._slot.release()


def decide(
    wanted: Wanted, *, method: str, headers: Mapping[str, str], is_fresh: bool = False
) -> Decision:
    """Answer a GET or HEAD; `headers` are the request's, by their HTTP names.

    The store is asked at most once in MEDIA_KNOWN_SECONDS, or now when `is_fresh`.

    Raises:
        ObjectMissing: no such object.
        PreconditionFailed: If-Match or If-Unmodified-Since is not met.
        RangeNotSatisfiable: no range lies within the file.
    """
    found = object_cache.stat(wanted.key, is_fresh=is_fresh)
    etag, modified_at = found.etag, found.modified_at
    common = _common_headers(wanted, found)
    verdict = conditional_requests.verdict(headers, etag=etag, modified_at=modified_at)
    if verdict is Verdict.REFUSED:
        raise PreconditionFailed()
    if verdict is Verdict.UNCHANGED:
        return Decision(found, 304, {name: common[name] for name in _KEPT_WHEN_UNCHANGED})
    asked = None
    # A HEAD has no ranges (14.2): it describes the whole file.
    if method == "GET" and conditional_requests.range_applies(
        headers, etag=etag, modified_at=modified_at
    ):
        asked = ranges.parse(headers.get("Range"), size_bytes=found.size_bytes)
    if asked is None:
        common["Content-Length"] = str(found.size_bytes)
        is_sent = method == "GET" and found.size_bytes > 0
        parts = (ranges.ByteRange(0, found.size_bytes),) if is_sent else ()
        return Decision(found, 200, common, parts)
    return _partial(found, common, tuple(asked))


def _partial(
    found: ObjectStat, common: dict[str, str], parts: tuple[ranges.ByteRange, ...]
) -> Decision:
    if len(parts) == 1:
        common["Content-Range"] = parts[0].content_range(found.size_bytes)
        common["Content-Length"] = str(parts[0].size_bytes)
        return Decision(found, 206, common, parts)
    frames = Frames(
        parts,
        total_bytes=found.size_bytes,
        content_type=common["Content-Type"],
        boundary=secrets.token_hex(16),
    )
    common["Content-Type"] = frames.content_type
    common["Content-Length"] = str(frames.size_bytes)
    return Decision(found, 206, common, parts, frames)


def open_body(decision: Decision) -> Body:
    """Open the bytes of an answer for sending by this process.

    Raises:
        TooManyStreams: this process sends as many files as it may.
        ObjectChanged, ObjectMissing: the object changed after the decision.
    """
    if not decision.parts:
        return Body(iter(()), None)
    size_bytes = int(decision.headers["Content-Length"])
    slot = stream_limit.acquire() if size_bytes > UNLIMITED_BYTES else None
    try:
        if decision.frames:
            chunks = decision.frames.body(lambda part: _opened(decision.found, part))
        else:
            chunks = _opened(decision.found, decision.parts[0])
    except BaseException:
        if slot:
            slot.release()
        raise
    return Body(chunks, slot)


def answer(wanted: Wanted, *, method: str, headers: Mapping[str, str]) -> tuple[Decision, Body]:
    """Decide and open; repeat both if the object was replaced or deleted in between.

    Raises:
        as `decide` and `open_body`.
    """
    decision = decide(wanted, method=method, headers=headers)
    try:
        return decision, open_body(decision)
    except (ObjectChanged, ObjectMissing):
        decision = decide(wanted, method=method, headers=headers, is_fresh=True)
        return decision, open_body(decision)


def _opened(found: ObjectStat, part: ranges.ByteRange) -> ChunkStream:
    return get_object_storage().read(
        found.key, part.start, part.stop, chunk_bytes=settings.STREAM_CHUNK_BYTES, etag=found.etag
    )


def _common_headers(wanted: Wanted, found: ObjectStat) -> dict[str, str]:
    content_type = wanted.content_type or found.content_type or "application/octet-stream"
    age = f"max-age={wanted.max_age_seconds}" if wanted.max_age_seconds else "no-cache"
    headers = {
        "Content-Type": content_type,
        "Accept-Ranges": "bytes",
        "ETag": f'"{found.etag}"',
        "Last-Modified": conditional_requests.last_modified(found.modified_at),
        "Cache-Control": f"private, {age}",
        "Content-Disposition": _disposition(wanted),
        "X-Content-Type-Options": "nosniff",
    }
    if content_type.lower().startswith(_ACTIVE_TYPES):
        headers["Content-Security-Policy"] = _SANDBOX
    return headers


def _disposition(wanted: Wanted) -> str:
    """Name the file in ASCII and, where this loses letters, in full (RFC 6266, appendix D)."""
    name = wanted.download_name or keys.display_name(wanted.key)
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_"
        for letter in name
    )
    header = content_disposition_header(bool(wanted.download_name), plain) or "inline"
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"
