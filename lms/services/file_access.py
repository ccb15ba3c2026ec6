"""Remembers what keys are used for: Training asks for every file of a program at once."""

import hashlib

from django.core.cache import cache

from lms.selectors import files
from lms.services import content_cache

_KEEP_SECONDS = 3600


def uses_of(key: str) -> set[str]:
    """Return what a key is used for; no query when it was asked since the last change of content.

    Avatars are told by their folder, so profiles need not bump the version of content.
    """
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    name = f"content:uses:{content_cache.version()}:{digest}"
    known = cache.get(name)
    if known is None:
        known = sorted(files.uses_of(key))
        cache.set(name, known, timeout=_KEEP_SECONDS)
    return set(known)
