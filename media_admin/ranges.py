"""Parses a Range header into the parts of a file to send; pure functions (RFC 9110, 14)."""

import re
from dataclasses import dataclass

from media_admin.errors import RangeNotSatisfiable

# More than any client of ours asks for; the RFC lets a server ignore an abusive header (14.2).
MAX_RANGES = 50
# The header of a part is about as long, so a smaller gap is sent as well (15.3.7).
_GAP_BYTES = 80
_UNIT = re.compile(r"bytes=(.*)\Z", re.IGNORECASE | re.ASCII | re.DOTALL)
_SPEC = re.compile(r"(?:(\d+)-(\d*)|-(\d+))\Z", re.ASCII)
# No file is larger, and Python refuses to convert thousands of digits.
_MAX_DIGITS = 18


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


def parse(header: str | None, *, size_bytes: int) -> list[ByteRange] | None:
    """Return the ranges to send, at least one, or None if the whole file is to be sent.

    The whole file: no header, another unit, a malformed header, and more than 50 ranges; 14.2 lets
    a server ignore all of these. Ranges that overlap or nearly touch are joined at the position of
    the first of them, so that no header makes the server send more than the file.

    Raises:
        RangeNotSatisfiable: well-formed, but all ranges lie outside the file.
    """
    unit = _UNIT.match(header or "")
    if unit is None:
        return None
    # A list may contain empty elements (5.6.1).
    specs = [spec for raw in unit[1].split(",") if (spec := raw.strip(" \t"))]
    asked = [part for spec in specs if (part := _read(spec, size_bytes))]
    if not asked or len(asked) < len(specs) or len(asked) > MAX_RANGES:
        return None
    if size_bytes == 0 and any(spec.startswith("-") and spec.strip("-0") for spec in specs):
        return None  # The last bytes of an empty file: no Content-Range can express them.
    inside = [part for part in asked if part.start < part.stop]
    if not inside:
        raise RangeNotSatisfiable(size_bytes=size_bytes)
    return _joined(inside)


def _read(spec: str, size_bytes: int) -> ByteRange | None:
    """Return one range, an empty one if it lies outside the file; None if it is malformed."""
    match = _SPEC.match(spec)
    if match is None:
        return None
    first, last, suffix = match.groups()
    if suffix:
        return ByteRange(max(0, size_bytes - _number(suffix)), size_bytes)
    if last and _number(last) < _number(first):
        return None
    stop = min(_number(last) + 1, size_bytes) if last else size_bytes
    return ByteRange(_number(first), stop)


def _number(digits: str) -> int:
    bare = digits.lstrip("0") or "0"
    return int(bare) if len(bare) <= _MAX_DIGITS else 10**_MAX_DIGITS


def _joined(asked: list[ByteRange]) -> list[ByteRange]:
    """Join ranges that overlap or nearly touch; a group takes the position of its first range."""
    groups: list[list[tuple[int, ByteRange]]] = []
    end = -1 - _GAP_BYTES
    for position, part in sorted(enumerate(asked), key=lambda item: item[1].start):
        if part.start > end + _GAP_BYTES:
            groups.append([])
        groups[-1].append((position, part))
        end = max(end, part.stop)
    groups.sort(key=lambda group: min(position for position, _part in group))
    return [
        ByteRange(group[0][1].start, max(part.stop for _position, part in group))
        for group in groups
    ]
