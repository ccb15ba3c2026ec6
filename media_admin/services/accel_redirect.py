"""Says to nginx what to fetch from the store, by headers of an otherwise empty answer."""

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

# A long read is fetched and kept in larger slices: a store answers each with some delay.
_SHORT_READ_BYTES = 1024 * 1024
_PLAIN = re.compile(r"bytes=(\d{1,18})-(\d{0,18})\Z", re.ASCII)
_FIRST_SECONDS = 3600
_SIGN_EVERY_SECONDS = 3600
# A reader may pause a video; each of its slices is fetched under the one signature.
_SIGNATURE_SECONDS = 24 * 3600


def headers(decision: Decision, *, asked: Mapping[str, str], is_again: bool) -> dict[str, str]:
    """Return the headers of an empty answer that makes nginx send the decision's one part.

    `asked` are the request's headers: nginx's slices go by its Range, where nginx understands it as
    the portal does. The second time, after the store had not what was decided on, its errors are
    final.
    """
    (part,) = decision.parts
    read = "short" if part.size_bytes <= _SHORT_READ_BYTES else "long"
    place = "/_media_again"
    if not is_again:
        place = "/_media/slices" if _is_plain(asked) else "/_media/range"
    place = f"{place}/{read}"
    if place == "/_media/slices/long" and not asked.get("Range") and _is_first(decision.found):
        place = "/_media/pass"
    window = int(time.time()) // _SIGN_EVERY_SECONDS
    named = {
        **decision.headers,
        "X-Accel-Redirect": place,
        "X-Media-Path": _store_path(get_object_storage(), window, decision.found.key),
        "X-Media-Tag": decision.headers["ETag"],
    }
    # Of the file, while this answer is empty.
    del named["Content-Length"]
    if decision.status == 206:
        named["X-Media-Range"] = f"bytes={part.start}-{part.stop - 1}"
    return named


def _is_first(found: ObjectStat) -> bool:
    """Tell whether nobody has read this whole file in an hour; when the cache is down, say no."""
    return bool(cache.add(read_mark(found), 1, timeout=_FIRST_SECONDS))


def read_mark(found: ObjectStat) -> str:
    """Return the name under which the cache knows that a file was read as a whole."""
    text = f"{found.key}\0{found.etag}"
    return f"media:read:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


def _is_plain(asked: Mapping[str, str]) -> bool:
    """Tell whether nginx alone would answer as was decided: no conditions, and one plain range.

    A malformed or impossible one, which is ignored or refused, does not match or was refused.
    """
    if any(asked.get(name) for name in conditional_requests.NAMES):
        return False
    wanted = asked.get("Range")
    if not wanted:
        return True
    match = _PLAIN.match(wanted)
    return match is not None and (not match[2] or int(match[1]) <= int(match[2]))


@lru_cache(maxsize=20_000)
def _store_path(storage: ObjectStorage, window: int, key: str) -> str:
    return storage.presign_fetch(key, expires_in_seconds=_SIGNATURE_SECONDS + _SIGN_EVERY_SECONDS)
