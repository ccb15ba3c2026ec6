"""Objects by key: describe, list, sign links, store, delete."""

import io
import mimetypes
import time
from functools import lru_cache
from pathlib import Path

from media_admin import keys, kinds
from media_admin.errors import ObjectMissing, TypeNotAllowed
from media_admin.services import object_cache, signed_links
from media_admin.storage import get_object_storage
from media_admin.storage.base import Listing, ObjectStat, SignedRequest

MIN_LINK_SECONDS = 5 * 3600
MAX_LINK_SECONDS = 7 * 24 * 3600
# A page of the client requests the links of a whole program at once, and again at each visit.
SAME_LINK_SECONDS = 600
LISTING_LIMIT = 1000
# Types that a link may have and that browsers may show: none of them can run a script. The store
# does not send our content security policy, so all other types are saved and not shown. An SVG
# still works in <img>, which ignores the disposition.
SAFE_TYPES = frozenset(
    {
        "application/octet-stream",
        "application/pdf",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "video/mp4",
        "video/ogg",
        "video/quicktime",
        "video/webm",
    }
)


def link_seconds(wanted: int) -> int:
    """Limit the lifetime of a download link: the client keeps it for 5 hours, S3 allows 7 days."""
    return max(MIN_LINK_SECONDS, min(MAX_LINK_SECONDS, wanted))


def presign_download(
    key: str,
    *,
    expires_in_seconds: int,
    content_type: str | None = None,
    download_name: str | None = None,
    reader: str = "",
    session: str = "",
) -> str:
    """Return a link that works without further permissions; the store is not asked.

    With the id of a `session`, it ends with this session.

    With the id of a `reader`, a file that is read by the link counts as sent to this person.

    Without a content type, the extension of the key decides. With a name, or a type that could run
    scripts, the browser saves the file instead of showing it. For ten minutes the link stays the
    same, so that browsers can use their cache; it is valid for ten minutes longer.
    """
    return _signed(
        int(time.time()) // SAME_LINK_SECONDS,
        key,
        min(MAX_LINK_SECONDS, link_seconds(expires_in_seconds) + SAME_LINK_SECONDS),
        content_type,
        download_name,
        reader,
        session,
    )


@lru_cache(maxsize=20_000)
def _signed(
    window: int,
    key: str,
    seconds: int,
    content_type: str | None,
    download_name: str | None,
    reader: str,
    session: str,
) -> str:
    answered = content_type or guessed_type(key)
    is_saved = bool(download_name) or answered not in SAFE_TYPES
    name = download_name or keys.display_name(key)
    return signed_links.make(
        key,
        expires_in_seconds=seconds,
        content_type=answered,
        download_name=name if is_saved else None,
        reader=reader,
        session=session,
    )


def guessed_type(key: str) -> str:
    """Return the content type that belongs to the extension of a key."""
    return mimetypes.guess_type(key)[0] or "application/octet-stream"


def presign_upload(key: str, *, content_type: str, expires_in_seconds: int) -> SignedRequest:
    """Return a signed PUT for a whole object of this content type.

    Raises:
        InvalidKey: the key is not allowed.
        TypeNotAllowed: this type may not be uploaded, or the extension of the key is another one.
    """
    if kinds.type_of(key).content_type != content_type:
        raise TypeNotAllowed()
    return get_object_storage().presign_put(
        keys.validated(key),
        content_type=content_type,
        size_bytes=None,
        expires_in_seconds=max(60, min(24 * 3600, expires_in_seconds)),
    )


def store_bytes(key: str, body: bytes | Path, *, content_type: str) -> ObjectStat:
    """Store an object from memory or from a local file, and return its description.

    Raises:
        InvalidKey: the key is not allowed.
    """
    checked = keys.validated(key)
    with body.open("rb") if isinstance(body, Path) else io.BytesIO(body) as content:
        get_object_storage().put(checked, content, content_type=content_type)
    object_cache.forget(checked)
    return stat(checked)


def stat(key: str) -> ObjectStat:
    """Describe an object.

    Raises:
        ObjectMissing: no such object.
    """
    return get_object_storage().stat(key)


def exists(key: str) -> bool:
    """Ask the store whether an object exists."""
    try:
        stat(key)
    except ObjectMissing:
        return False
    return True


def folder(prefix: str) -> Listing:
    """List one level below a folder, at most 1,000 entries.

    Raises:
        InvalidKey: the folder is not allowed.
    """
    return get_object_storage().list_folder(_folder(prefix), limit=LISTING_LIMIT)


def _folder(prefix: str) -> str:
    bare = prefix.strip("/")
    return keys.validated(bare) if bare else ""


def delete(key: str) -> None:
    """Delete an object; silent when absent."""
    get_object_storage().delete(key)
    object_cache.forget(key)
