"""Delivers an object's bytes with HTTP semantics: ranges, conditions, HEAD (RFC 9110)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote

from django.conf import settings

from media_admin import ranges
from media_admin.storage import get_object_storage
from media_admin.storage.base import ObjectStat

# Types that could run scripts on the portal's origin are shown without any right.
_ACTIVE_TYPES = ("text/html", "application/xhtml", "image/svg", "text/xml", "application/xml")
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class StreamAnswer:
    """Status, headers and body of an answer; the body frees the store when closed."""

    status: int
    headers: dict[str, str]
    body: Iterator[bytes]


def open_stream(
    key: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str],
    content_type: str | None = None,
    download_name: str | None = None,
) -> StreamAnswer:
    """Answer a GET or HEAD of an object; `headers` are the request's, by their HTTP names.

    Raises:
        ObjectMissing: no such object.
        RangeNotSatisfiable: the range lies beyond the end.
    """
    found = get_object_storage().stat(key)
    common = _common_headers(found, content_type or found.content_type, download_name)
    if _is_unchanged(found, headers):
        kept = {name: common[name] for name in ("ETag", "Last-Modified", "Cache-Control")}
        return StreamAnswer(304, kept, iter(()))
    wanted = headers.get("Range") if method == "GET" and _range_applies(found, headers) else None
    part = ranges.parse(wanted, size_bytes=found.size_bytes)
    status, start, stop = 200, 0, found.size_bytes
    if part is not None:
        status, start, stop = 206, part.start, part.stop
        common["Content-Range"] = part.content_range(found.size_bytes)
    common["Content-Length"] = str(stop - start)
    body = iter(()) if method == "HEAD" else _opened(found, start, stop)
    return StreamAnswer(status, common, body)


def _common_headers(
    found: ObjectStat, content_type: str, download_name: str | None
) -> dict[str, str]:
    disposition = "attachment" if download_name else "inline"
    name = quote(download_name or found.key.rsplit("/", 1)[-1], safe="")
    headers = {
        "Content-Type": content_type,
        "Accept-Ranges": "bytes",
        "ETag": f'"{found.etag}"',
        "Last-Modified": format_datetime(found.modified_at.astimezone(UTC), usegmt=True),
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
    }
    if content_type.lower().startswith(_ACTIVE_TYPES):
        headers["Content-Security-Policy"] = _SANDBOX
    return headers


def _is_unchanged(found: ObjectStat, headers: Mapping[str, str]) -> bool:
    """Evaluate If-None-Match, or else If-Modified-Since."""
    candidates = headers.get("If-None-Match")
    if candidates:
        tags = [tag.strip().removeprefix("W/").strip('"') for tag in candidates.split(",")]
        return candidates.strip() == "*" or found.etag in tags
    since = _http_date(headers.get("If-Modified-Since"))
    return since is not None and found.modified_at.replace(microsecond=0) <= since


def _range_applies(found: ObjectStat, headers: Mapping[str, str]) -> bool:
    """Evaluate If-Range: a strong ETag or the exact date, else the whole object is sent."""
    condition = (headers.get("If-Range") or "").strip()
    if not condition:
        return True
    if condition.startswith(('"', "W/")):
        return condition == f'"{found.etag}"'
    date = _http_date(condition)
    return date is not None and found.modified_at.replace(microsecond=0) == date


def _http_date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _opened(found: ObjectStat, start: int, stop: int) -> Iterator[bytes]:
    if start >= stop:
        return iter(())
    return get_object_storage().read(
        found.key, start, stop, chunk_bytes=settings.STREAM_CHUNK_BYTES, etag=found.etag
    )
