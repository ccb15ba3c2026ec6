"""Decides who may open a file, by what the file is used for; remembers these uses.

The client asks for every file of a program at once, so uses are kept in the memory of the process
and in the cache, for one version of the content.
"""

import hashlib
import threading
from collections.abc import Set

from django.core.cache import cache

from lms.models import User
from lms.selectors import files
from lms.services import response_cache

_KEEP_SECONDS = 3600
# About 15 MB when full.
_MAX_KEYS = 50_000


class _Memory:
    """The uses of keys in one version of the content; a new version empties it."""

    def __init__(self) -> None:
        self._version = ""
        self._uses: dict[str, frozenset[str]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, version: str) -> frozenset[str] | None:
        return self._uses.get(key) if version == self._version else None

    def put(self, key: str, version: str, uses: frozenset[str]) -> None:
        with self._lock:
            if version != self._version or len(self._uses) >= _MAX_KEYS:
                self._version, self._uses = version, {}
            self._uses[key] = uses


_memory = _Memory()


def may_open_file(user: User | None, uses: Set[str]) -> bool:
    """Tell whether a user may open a file with these uses; None is somebody not signed in.

    Everyone opens the pictures and videos of public pages. People who are signed in also open
    learning files, regulations and avatars. Staff opens every file.
    """
    if files.PUBLIC in uses:
        return True
    return user is not None and (user.is_staff or files.LEARNERS in uses)


def uses_of(key: str) -> frozenset[str]:
    """Return what a key is used for; no query if it was asked since the last change of content.

    A profile can change without a new version of the content: avatars are recognised by their
    folder.
    """
    version = response_cache.version()
    uses = _memory.get(key, version)
    if uses is None:
        uses = frozenset(_cached_uses(key, version))
        # Keys that nobody uses are invented at will: they may not push out the others.
        if uses:
            _memory.put(key, version, uses)
    return uses


def uses_of_converted(key: str) -> set[str]:
    """Return what a playlist or segment of a converted video is used for."""
    return files.uses_of_converted(key)


def _cached_uses(key: str, version: str) -> list[str]:
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    name = f"content:uses:{version}:{digest}"
    uses: list[str] | None = cache.get(name)
    if uses is None:
        uses = sorted(files.uses_of(key))
        if uses:
            cache.set(name, uses, timeout=_KEEP_SECONDS)
    return uses
