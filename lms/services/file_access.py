"""Remembers what keys are used for: Training asks for every file of a program at once."""

import hashlib
import threading

from django.core.cache import cache

from lms.selectors import files
from lms.services import response_cache

_KEEP_SECONDS = 3600
# In the memory of this process, for one version of the content; some 15 MB when full.
_MOST_KEYS = 50_000


class _Memory:
    """Uses by key of one version; a new version empties it."""

    def __init__(self) -> None:
        self._at = ""
        self._uses: dict[str, frozenset[str]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, at: str) -> frozenset[str] | None:
        return self._uses.get(key) if at == self._at else None

    def put(self, key: str, at: str, uses: frozenset[str]) -> None:
        with self._lock:
            if at != self._at or len(self._uses) >= _MOST_KEYS:
                self._at, self._uses = at, {}
            self._uses[key] = uses


_memory = _Memory()


def uses_of(key: str) -> frozenset[str]:
    """Return what a key is used for; no query when it was asked since the last change of content.

    Avatars are told by their folder, so profiles need not bump the version of content.
    """
    at = response_cache.version()
    uses = _memory.get(key, at)
    if uses is None:
        uses = frozenset(_shared(key, at))
        _memory.put(key, at, uses)
    return uses


def _shared(key: str, at: str) -> list[str]:
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    name = f"content:uses:{at}:{digest}"
    known = cache.get(name)
    if known is None:
        known = sorted(files.uses_of(key))
        cache.set(name, known, timeout=_KEEP_SECONDS)
    return known
