"""Builds multipart/byteranges bodies from several ranges of a file (RFC 9110, 14.6)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Protocol

from media_admin.ranges import ByteRange


class Source(Iterator[bytes], Protocol):
    """Bytes in chunks that can be closed early."""

    def close(self) -> None:
        """Stop reading."""


class Frames:
    """The headers between the parts; the boundary must not occur in a part by chance."""

    def __init__(
        self, parts: Sequence[ByteRange], *, total_bytes: int, content_type: str, boundary: str
    ) -> None:
        self._parts = parts
        self._end = f"\r\n--{boundary}--\r\n".encode()
        self._heads = [
            (
                f"\r\n--{boundary}\r\nContent-Type: {content_type}\r\n"
                f"Content-Range: {part.content_range(total_bytes)}\r\n\r\n"
            ).encode()
            for part in parts
        ]
        self.content_type = f"multipart/byteranges; boundary={boundary}"

    @property
    def size_bytes(self) -> int:
        """The length of the whole body."""
        framing = sum(map(len, self._heads)) + len(self._end)
        return framing + sum(part.size_bytes for part in self._parts)

    def body(self, open_part: Callable[[ByteRange], Source]) -> Iterator[bytes]:
        """Yield the body; each part is opened when it is needed and closed at its end."""
        for head, part in zip(self._heads, self._parts, strict=True):
            yield head
            with closing(open_part(part)) as chunks:
                yield from chunks
        yield self._end
