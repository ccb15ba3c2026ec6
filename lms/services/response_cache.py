"""Cached answers of public content, under a version that every change of content replaces.

A reader takes the version first and then reads the database, so that an answer made of old rows can
only be stored under an old version, where nobody looks for it. The version is read from the shared
cache for each request.

The cache may fail while a change is committed, and then the old version stays. Three rules bound
how long an old answer is served: the process that could not replace the version tries again before
it reads the version; answers expire after a minute; the version itself expires after ten.
"""

import gzip
import hashlib
import logging
import threading
import uuid
from typing import NamedTuple

from django.core.cache import cache
from django.db import transaction
from django.db.models import Model

from lms.models.roles import CONTENT_MODELS

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 60
VERSION_SECONDS = 600
_VERSION = "content:version"
# Smaller bodies hardly shrink.
_GZIP_FROM_BYTES = 1024
# No cached answer shows these: comments, the state of conversions and uploads, history and bin.
_NOT_IN_ANSWERS = frozenset(
    {"comment", "videotranscodejob", "mediafile", "binentry", "contentchange"}
)
# Set while the cache has not accepted a new version.
_is_bump_pending = threading.Event()


class CachedAnswer(NamedTuple):
    """The bytes of an answer and their strong ETag with its quotes."""

    body: bytes
    etag: str
    is_gzipped: bool


def version() -> str:
    """Return the version of all content. An expired one is replaced, which empties the cache."""
    if _is_bump_pending.is_set():
        _replace_version()
    if _is_bump_pending.is_set():
        # Nobody else knows this version, so that everything is read from the database.
        return uuid.uuid4().hex
    known: str | None = cache.get(_VERSION)
    if known is None:
        known = uuid.uuid4().hex
        if not cache.add(_VERSION, known, timeout=VERSION_SECONDS):
            known = cache.get(_VERSION) or known
    return known


def is_in_answers(model: type[Model]) -> bool:
    """Tell whether a change of this model has to replace the version."""
    name = model._meta.model_name
    return name in CONTENT_MODELS and name not in _NOT_IN_ANSWERS


def bump() -> None:
    """Replace the version once the surrounding transaction is committed."""
    transaction.on_commit(_committed)


def find(name: str, at: str, *, is_gzipped: bool) -> CachedAnswer | None:
    """Return the answer that was stored under a name and version, in one of its two forms."""
    stored: tuple[bytes, str, bool] | None = cache.get(_key(name, at, is_gzipped=is_gzipped))
    return None if stored is None else CachedAnswer(*stored)


def store(name: str, at: str, body: bytes, *, is_gzipped: bool) -> CachedAnswer:
    """Keep a body for all processes under a name and version; gzip it if that makes it smaller."""
    answer = _answer(body, is_gzipped=is_gzipped and len(body) >= _GZIP_FROM_BYTES)
    cache.set(_key(name, at, is_gzipped=is_gzipped), tuple(answer), timeout=ANSWER_SECONDS)
    return answer


def _answer(body: bytes, *, is_gzipped: bool) -> CachedAnswer:
    digest = hashlib.sha256(body).hexdigest()[:32]
    if not is_gzipped:
        return CachedAnswer(body, f'"{digest}"', is_gzipped=False)
    # Without a time, the same body always gives the same bytes, as a strong ETag promises.
    packed = gzip.compress(body, compresslevel=6, mtime=0)
    return CachedAnswer(packed, f'"{digest}-gzip"', is_gzipped=True)


def _key(name: str, at: str, *, is_gzipped: bool) -> str:
    return f"content:answer:{at}:{'gzip' if is_gzipped else 'plain'}:{name}"


def _committed() -> None:
    # While the cache hangs, each command costs seconds: the next reader tries, not every change.
    if not _is_bump_pending.is_set():
        _replace_version()


def _replace_version() -> None:
    # Cleared first, so that a change that is committed meanwhile replaces the version by itself.
    _is_bump_pending.clear()
    new = uuid.uuid4().hex
    cache.set(_VERSION, new, timeout=VERSION_SECONDS)
    # The cache ignores its errors (IGNORE_EXCEPTIONS), so that only reading shows what it holds.
    if cache.get(_VERSION) != new:
        _is_bump_pending.set()
        logger.warning("the cache does not hold the new version of the content; trying again")
