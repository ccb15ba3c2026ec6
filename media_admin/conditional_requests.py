"""Evaluates the conditions of a GET or HEAD; pure functions (RFC 9110, 13)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum

from django.utils.http import http_date, parse_etags, parse_http_date_safe

NAMES = ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range")


class Verdict(Enum):
    """The result: send the file, answer that it is unchanged (304), or refuse (412)."""

    SEND = "send"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


def verdict(headers: Mapping[str, str], *, etag: str, modified_at: datetime) -> Verdict:
    """Evaluate the four conditions in the order of 13.2.2; `etag` comes without its quotes."""
    modified = int(modified_at.timestamp())
    wanted, known = headers.get("If-Match"), headers.get("If-None-Match")
    if wanted:
        if not _names(wanted, etag, is_strong=True):
            return Verdict.REFUSED
    elif (limit := _date(headers, "If-Unmodified-Since")) is not None and modified > limit:
        return Verdict.REFUSED
    if known:
        return Verdict.UNCHANGED if _names(known, etag, is_strong=False) else Verdict.SEND
    since = _date(headers, "If-Modified-Since")
    return Verdict.UNCHANGED if since is not None and modified <= since else Verdict.SEND


def range_applies(
    headers: Mapping[str, str], *, etag: str, modified_at: datetime, now: datetime | None = None
) -> bool:
    """Evaluate If-Range: a strong tag, or exactly the date where this is a strong validator.

    A date is strong once a second has passed in which the file could have changed (8.8.2.2).
    """
    condition = (headers.get("If-Range") or "").strip()
    if not condition:
        return True
    if condition.startswith(('"', "W/")):
        return condition == f'"{etag}"'
    is_strong = (now or datetime.now(UTC)).timestamp() - modified_at.timestamp() >= 1
    return is_strong and parse_http_date_safe(condition) == int(modified_at.timestamp())


def last_modified(modified_at: datetime) -> str:
    """Return the value of the Last-Modified header."""
    return http_date(int(modified_at.timestamp()))


def _names(listed: str, etag: str, *, is_strong: bool) -> bool:
    """Tell whether a list of tags, or `*`, contains this one; weak tags equal no strong one."""
    tags = parse_etags(listed)
    if not is_strong:
        tags = [tag.removeprefix("W/") for tag in tags]
    return tags == ["*"] or f'"{etag}"' in tags


def _date(headers: Mapping[str, str], name: str) -> int | None:
    """Return a date header in seconds; a malformed one is ignored."""
    return parse_http_date_safe(headers.get(name) or "")
