"""Tells nginx which bytes to fetch from the store, by the headers of an empty answer."""

import hashlib
import re
import time
from collections.abc import Mapping
from functools import lru_cache

from django.core.cache import cache

from media_admin import conditional_requests
from media_admin.services.delivery import Decision
from media_admin.storage import get_object_storage
from media_admin.storage.base import ObjectStat, ObjectStorage

# Long reads use larger slices, because the store answers each request with some delay.
_SHORT_READ_BYTES = 1024 * 1024
_PLAIN_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})\Z", re.ASCII)
_FIRST_READ_SECONDS = 3600
_SIGN_EVERY_SECONDS = 3600
# A reader may pause a video; all its slices are fetched with the same signature.
_SIGNATURE_SECONDS = 24 * 3600


def headers(decision: Decision, *, asked: Mapping[str, str], is_retry: bool) -> dict[str, str]:
    """Return the headers of an empty answer that makes nginx send the one part of the decision.

    `asked` are the headers of the request: nginx's slices follow its Range, where nginx reads it as
    the portal does. `is_retry` says that the store did not have the object of an earlier decision;
    nginx then passes on whatever the store answers.
    """
    (part,) = decision.parts
    length = "short" if part.size_bytes <= _SHORT_READ_BYTES else "long"
    location = "/_media_again"
    if not is_retry:
        location = "/_media/slices" if _is_plain(asked) else "/_media/range"
    location = f"{location}/{length}"
    is_whole = location == "/_media/slices/long" and not asked.get("Range")
    if is_whole and _is_first_read(decision.found):
        location = "/_media/pass"
    window = int(time.time()) // _SIGN_EVERY_SECONDS
    named = {
        **decision.headers,
        "X-Accel-Redirect": location,
        "X-Media-Path": _store_path(get_object_storage(), window, decision.found.key),
        "X-Media-Tag": decision.headers["ETag"],
    }
    # It is the length of the file, but this answer is empty.
    del named["Content-Length"]
    if decision.status == 206:
        named["X-Media-Range"] = f"bytes={part.start}-{part.stop - 1}"
    return named


def _is_first_read(found: ObjectStat) -> bool:
    """Tell whether nobody has read this whole file for an hour; say no when the cache is down."""
    return bool(cache.add(first_read_cache_key(found), 1, timeout=_FIRST_READ_SECONDS))


def first_read_cache_key(found: ObjectStat) -> str:
    """Return the cache key that is set when somebody reads a whole file."""
    text = f"{found.key}\0{found.etag}"
    return f"media:read:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


def _is_plain(asked: Mapping[str, str]) -> bool:
    """Tell whether nginx alone would answer as decided: no conditions, and at most one plain range.

    A malformed range does not match, and one outside the file was refused before.
    """
    if any(asked.get(name) for name in conditional_requests.NAMES):
        return False
    wanted = asked.get("Range")
    if not wanted:
        return True
    match = _PLAIN_RANGE.match(wanted)
    return match is not None and (not match[2] or int(match[1]) <= int(match[2]))


@lru_cache(maxsize=20_000)
def _store_path(storage: ObjectStorage, window: int, key: str) -> str:
    return storage.presign_fetch(key, expires_in_seconds=_SIGNATURE_SECONDS + _SIGN_EVERY_SECONDS)
