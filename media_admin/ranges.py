"""Parses a Range header into [start, stop) byte offsets; pure functions (RFC 9110, 14.2)."""

import re
from dataclasses import dataclass

from media_admin.errors import RangeNotSatisfiable

# No file needs more digits, and Python refuses to convert thousands of them.
_SPEC = re.compile(
    r"bytes[ \t]*=[ \t]*(\d{0,40})[ \t]*-[ \t]*(\d{0,40})[ \t]*\Z", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True)
class ByteRange:
    """The bytes from `start` up to but not including `stop`."""

    start: int
    stop: int

    @property
    def size_bytes(self) -> int:
        """How many bytes the range holds."""
        return self.stop - self.start

    def content_range(self, total_bytes: int) -> str:
        """Return the value of the Content-Range header."""
        return f"bytes {self.start}-{self.stop - 1}/{total_bytes}"


def parse(header: str | None, *, size_bytes: int) -> ByteRange | None:
    """Return the one range asked for, or None when the whole file is to be sent.

    Whole: no header, another unit, a malformed header (all to be ignored by 14.2), and several
    ranges at once, which a server may always answer with 200; no browser plays or shows files by
    multipart/byteranges.

    Raises:
        RangeNotSatisfiable: well-formed, but no byte of the file lies in it.
    """
    match = _SPEC.match((header or "").strip())
    if match is None:
        return None
    first, last = match.groups()
    if first:
        return _from_start(int(first), last, size_bytes)
    if last:
        return _suffix(int(last), size_bytes)
    return None


def _from_start(first: int, last: str, size_bytes: int) -> ByteRange | None:
    if last and int(last) < first:
        return None
    if first >= size_bytes:
        raise RangeNotSatisfiable(size_bytes=size_bytes)
    stop = min(int(last) + 1, size_bytes) if last else size_bytes
    return ByteRange(first, stop)


def _suffix(length: int, size_bytes: int) -> ByteRange | None:
    if length == 0:
        raise RangeNotSatisfiable(size_bytes=size_bytes)
    if size_bytes == 0:
        return None
    return ByteRange(max(0, size_bytes - length), size_bytes)
