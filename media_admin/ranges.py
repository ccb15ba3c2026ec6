"""Reads a Range header into the parts of a file to send; pure functions (RFC 9110, 14)."""

import re
from dataclasses import dataclass

from media_admin.errors import RangeNotSatisfiable

# More than any reader of ours asks for; the RFC lets a server ignore an abusive header (14.2).
MOST_RANGES = 50
# The head of a part costs about as much, so that a smaller gap is sent along (15.3.7).
_GAP_BYTES = 80
_UNIT = re.compile(r"bytes=(.*)\Z", re.IGNORECASE | re.ASCII | re.DOTALL)
_SPEC = re.compile(r"(?:(\d+)-(\d*)|-(\d+))\Z", re.ASCII)
# No file is larger, and Python refuses to convert thousands of digits.
_MOST_DIGITS = 18


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
    """Return the ranges to send, at least one, or None when the whole file is to be sent.

    Whole: no header, another unit, a malformed header, and more than 50 ranges, all of which 14.2
    lets a server ignore. Ranges that overlap or nearly touch are sent as one, in the place of the
    first of them, so that no header makes a server send more than the file.

    Raises:
        RangeNotSatisfiable: well-formed, but no byte of the file lies in any of the ranges.
    """
    unit = _UNIT.match(header or "")
    if unit is None:
        return None
    # A list may have empty elements (5.6.1).
    specs = [spec for raw in unit[1].split(",") if (spec := raw.strip(" \t"))]
    asked = [_read(spec, size_bytes) for spec in specs]
    if not asked or None in asked or len(asked) > MOST_RANGES:
        return None
    if size_bytes == 0 and any(spec.startswith("-") and spec.strip("-0") for spec in specs):
        return None  # The whole of nothing was asked for, which no Content-Range can name.
    held = [part for part in asked if part.start < part.stop]
    if not held:
        raise RangeNotSatisfiable(size_bytes=size_bytes)
    return _joined(held)


def _read(spec: str, size_bytes: int) -> ByteRange | None:
    """Return the bytes of one range, none of them where it lies outside; None when malformed."""
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
    return int(bare) if len(bare) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _joined(asked: list[ByteRange]) -> list[ByteRange]:
    """Join what overlaps or nearly touches; the order is that of the first asked in each group."""
    groups: list[list[tuple[int, ByteRange]]] = []
    end = -1 - _GAP_BYTES
    for place, part in sorted(enumerate(asked), key=lambda item: item[1].start):
        if part.start > end + _GAP_BYTES:
            groups.append([])
        groups[-1].append((place, part))
        end = max(end, part.stop)
    groups.sort(key=lambda group: min(place for place, _part in group))
    return [
        ByteRange(group[0][1].start, max(part.stop for _place, part in group)) for group in groups
    ]
