"""Keeps for a few seconds what the store said of an object: players ask for many ranges of a video.

An object that is replaced or deleted meanwhile does no harm: its bytes are read under the ETag that
was announced. This fails, and the store is asked again.
"""

import threading
import time

from cachetools import TLRUCache
from django.conf import settings

from media_admin.storage import get_object_storage
from media_admin.storage.base import ObjectStat

_MAX_OBJECTS = 20_000
_Key = tuple[int, str]


def _expires_at(_key: _Key, _stat: ObjectStat, now: float) -> float:
    seconds: int = settings.MEDIA_KNOWN_SECONDS
    return now + seconds


_lock = threading.Lock()
_stats: TLRUCache[_Key, ObjectStat] = TLRUCache(_MAX_OBJECTS, ttu=_expires_at, timer=time.monotonic)


def stat(key: str, *, is_fresh: bool = False) -> ObjectStat:
    """Describe an object, at most MEDIA_KNOWN_SECONDS old, or as it is now.

    Raises:
        ObjectMissing: no such object.
    """
    store = get_object_storage()
    name = (id(store), key)
    with _lock:
        if is_fresh:
            _stats.pop(name, None)
        found = _stats.get(name)
    if found is None:
        found = store.stat(key)
        with _lock:
            _stats[name] = found
    return found


def forget(key: str) -> None:
    """Ask the store next time: this process has written or deleted the object."""
    with _lock:
        _stats.pop((id(get_object_storage()), key), None)
