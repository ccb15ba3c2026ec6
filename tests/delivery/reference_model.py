"""A small reference model of RFC 9110 for one file; it shares no code with what it checks."""

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Expected:
    """The status, and the parts of the file in the body: offsets (first, last), both included."""

    status: int
    parts: list[tuple[int, int]] | None = None


def _seconds(text: str | None) -> int | None:
    try:
        return int(parsedate_to_datetime(text).timestamp()) if text else None
    except (TypeError, ValueError):
        return None


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(",")]


def _conditions(headers: dict[str, str], tag: str, modified: int) -> int | None:
    """Evaluate 13.2.2 step by step; None means that the file is sent."""
    if "If-Match" in headers:
        if headers["If-Match"] != "*" and tag not in _tags(headers["If-Match"]):
            return 412
    else:
        limit = _seconds(headers.get("If-Unmodified-Since"))
        if limit is not None and modified > limit:
            return 412
    if "If-None-Match" in headers:
        listed = [each.removeprefix("W/") for each in _tags(headers["If-None-Match"])]
        return 304 if headers["If-None-Match"] == "*" or tag in listed else None
    since = _seconds(headers.get("If-Modified-Since"))
    return 304 if since is not None and modified <= since else None


def _spans(text: str, size: int) -> list[tuple[int, int]] | None:
    """Parse a Range header; None means ignore it, an empty list that all ranges are outside."""
    unit, sign, listed = text.partition("=")
    if not sign or unit.lower() != "bytes":
        return None
    spans = []
    specs = [each.strip(" \t") for each in listed.split(",") if each.strip(" \t")]
    if not specs:
        return None
    for spec in specs:
        if not re.fullmatch(r"[0-9]+-[0-9]*|-[0-9]+", spec):
            return None
        first, _dash, last = spec.partition("-")
        if first == "":
            low, high = max(0, size - int(last)), size - 1
        else:
            low, high = int(first), int(last) if last else size - 1
            if last and int(last) < low:
                return None
        if low < size and low <= high and not (first == "" and int(last) == 0):
            spans.append((low, min(high, size - 1)))
    return spans


def expected(
    method: str, headers: dict[str, str], *, size: int, tag: str, modified: int
) -> Expected:
    """Return the correct answer for a file of `size` bytes; `tag` includes its quotes."""
    early = _conditions(headers, tag, modified)
    if early:
        return Expected(early)
    whole = Expected(200, [(0, size - 1)])
    if method == "HEAD" or "Range" not in headers:
        return whole
    condition = headers.get("If-Range")
    if condition is not None and condition != tag and _seconds(condition) != modified:
        return whole
    spans = _spans(headers["Range"], size)
    if spans is None:
        return whole
    return Expected(206, spans) if spans else Expected(416)
