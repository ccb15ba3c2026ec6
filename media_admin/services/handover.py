"""Says to nginx what to fetch from the store, by headers of an otherwise empty answer."""

import time
from functools import lru_cache

from media_admin.services.delivery import Decision
from media_admin.storage import get_object_storage
from media_admin.storage.base import ObjectStorage

# A long read is fetched and kept in larger slices: a store answers each with some delay.
_SHORT_READ_BYTES = 1024 * 1024
_SIGN_EVERY_SECONDS = 3600
# A reader may pause a video; each of its slices is fetched under the one signature.
_SIGNATURE_SECONDS = 24 * 3600


def headers(decision: Decision, *, is_again: bool) -> dict[str, str]:
    """Return the headers of an empty answer that makes nginx send the decision's one part.

    The second time, after the store had not what was decided on, its errors are final.
    """
    (part,) = decision.parts
    read = "short" if part.size_bytes <= _SHORT_READ_BYTES else "long"
    window = int(time.time()) // _SIGN_EVERY_SECONDS
    named = {
        **decision.headers,
        "X-Accel-Redirect": f"{'/_media_again' if is_again else '/_media'}/{read}",
        "X-Media-Path": _store_path(get_object_storage(), window, decision.found.key),
        "X-Media-Tag": decision.headers["ETag"],
    }
    # Of the file, while this answer is empty.
    del named["Content-Length"]
    if decision.status == 206:
        named["X-Media-Range"] = f"bytes={part.start}-{part.stop - 1}"
    return named


@lru_cache(maxsize=20_000)
def _store_path(storage: ObjectStorage, window: int, key: str) -> str:
    return storage.presign_fetch(key, expires_in_seconds=_SIGNATURE_SECONDS + _SIGN_EVERY_SECONDS)
