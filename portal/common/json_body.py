"""Reads JSON bodies within limits of size, depth and number of elements."""

import json
import re
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from portal.common.errors import TooLarge

# The largest bodies are a text of the program builder (200,000 characters) and the ETags of an
# upload of 10,000 parts (450 KB).
MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
# Values and keys each take 50 to 300 bytes of memory, whatever they take in the body.
MAX_ELEMENTS = 25_000

# Takes a text without its end as well: each byte is looked at once.
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")


class Readable(Protocol):
    """A request of Django, or the stream of one."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes."""
        ...


class BodyTooLarge(TooLarge):
    """The body of a request has more than 1 MB."""

    code = "body_too_large"
    message = _("The request is larger than 1 MB.")


def read(stream: Readable, *, announced: str | None) -> bytes:
    """Return a body; one that is too large is not read.

    `announced` is the header Content-Length.

    Raises:
        BodyTooLarge: more than 1 MB.
    """
    if announced and announced.isdecimal() and int(announced) > MAX_BYTES:
        raise BodyTooLarge
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BodyTooLarge
    return data


def parse(data: bytes, **options: Any) -> Any:
    """Return what the JSON says; `options` are those of `json.loads`.

    Raises:
        ValueError: no JSON in UTF-8, half a character, nested too deeply, or too many elements.
    """
    _check_shape(data)
    try:
        found = json.loads(data.decode(), **options)
        if b"\\ud" in data.lower():
            # Half a surrogate pair can be written in JSON but neither stored nor sent.
            json.dumps(found, ensure_ascii=False).encode()
        return found
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _check_shape(data: bytes) -> None:
    """Refuse by brackets and commas outside of texts, before any value is made."""
    outside = _TEXT.sub(b"", data)
    openings = outside.count(b"[") + outside.count(b"{")
    if openings + outside.count(b",") > MAX_ELEMENTS:
        raise ValueError("too many elements")
    depth = 0
    for bracket in _BRACKETS.findall(outside):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")
