"""Remembers for seconds what the store said of an object, as one video is asked for in many ranges.

An object that is replaced or deleted meanwhile cannot do harm: its bytes are read under the ETag
that was announced, which fails, and then the store is asked anew.
"""

import threading
import time

from django.conf import settings

from media_admin.storage import get_object_storage
from media_admin.storage.base import ObjectStat

_MOST = 20_000


class _Memory:
    """What is known, by key, and until when; of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[int, str], tuple[float, ObjectStat]] = {}

    def get(self, key: tuple[int, str]) -> ObjectStat | None:
        until, found = self._known.get(key, (0.0, None))
        return found if until > time.monotonic() else None

    def put(self, key: tuple[int, str], found: ObjectStat) -> None:
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[key] = (time.monotonic() + settings.MEDIA_KNOWN_SECONDS, found)

    def drop(self, key: tuple[int, str]) -> None:
        with self._lock:
            self._known.pop(key, None)


_memory = _Memory()


def stat(key: str, *, is_fresh: bool = False) -> ObjectStat:
    """Describe an object, at most MEDIA_KNOWN_SECONDS old, or as it is now.

    Raises:
        ObjectMissing: no such object.
    """
    store = get_object_storage()
    name = (id(store), key)
    found = None if is_fresh else _memory.get(name)
    if found is None:
        _memory.drop(name)
        found = store.stat(key)
        _memory.put(name, found)
    return found


def forget(key: str) -> None:
    """Ask the store next time: the object was written or deleted by this process."""
    _memory.drop((id(get_object_storage()), key))
