"""Cached responses of public content, under a version that every change of content replaces.

A reader takes the version first and then reads the database, so bytes of an old state can only be
stored under an old version, where nobody looks any more. The version is read anew for each
request; the bytes lie in the shared cache for all processes, and the latest used in the memory of
each process, so that a warm answer costs one small read of the shared cache.
"""

import gzip
import hashlib
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from lms.models.roles import CONTENT_MODELS

_VERSION = "content:version"
_KEEP_SECONDS = 3600
# Of each process; the bodies of a hundred large programs.
LOCAL_BYTES = 32 * 1024 * 1024
_WORTH_ZIPPING = 1024


class CachedResponse:
    """A body of some version, and its strong ETags, quotes included: one for each encoding."""

    def __init__(self, at: str, body: bytes) -> None:
        self.at = at
        self.body = body
        digest = hashlib.sha256(body).hexdigest()[:32]
        self.etag = f'"{digest}"'
        self.zipped_etag = f'"{digest}-gzip"'

    @cached_property
    def zipped(self) -> bytes | None:
        """The body by gzip, made when first asked for; None where it would not get smaller."""
        if len(self.body) < _WORTH_ZIPPING:
            return None
        # Without a time, the same body always gives the same bytes, as a strong ETag promises.
        return gzip.compress(self.body, compresslevel=6, mtime=0)


class _Local:
    """The bodies that this process used last, bounded in bytes."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[str, CachedResponse] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, name: str, at: str) -> CachedResponse | None:
        ready = self._bodies.get(name)
        if ready is None or ready.at != at:
            return None
        with self._lock:
            if name in self._bodies:
                self._bodies.move_to_end(name)
        return ready

    def put(self, name: str, ready: CachedResponse) -> None:
        with self._lock:
            before = self._bodies.pop(name, None)
            self._bytes += len(ready.body) - (len(before.body) if before else 0)
            self._bodies[name] = ready
            while self._bytes > LOCAL_BYTES and self._bodies:
                _name, oldest = self._bodies.popitem(last=False)
                self._bytes -= len(oldest.body)


_local = _Local()


def version() -> str:
    """Return the version of all content; a lost one is replaced, which empties the cache."""
    known = cache.get(_VERSION)
    if known is None:
        known = uuid.uuid4().hex
        if not cache.add(_VERSION, known, timeout=None):
            known = cache.get(_VERSION) or known
    return known


def bump() -> None:
    """Replace the version once the surrounding transaction is committed."""
    transaction.on_commit(_replace_version)


def in_memory(name: str, at: str) -> CachedResponse | None:
    """Return what this process holds under a name and version; asks nobody."""
    return _local.get(name, at)


def stored(name: str, at: str) -> CachedResponse | None:
    """Return what any process stored under a name and version."""
    body = cache.get(f"content:body:{at}:{name}")
    return None if body is None else _keep(name, CachedResponse(at, body))


def store(name: str, at: str, body: bytes) -> CachedResponse:
    """Keep a body under a name and version for an hour, for all processes."""
    cache.set(f"content:body:{at}:{name}", body, timeout=_KEEP_SECONDS)
    return _keep(name, CachedResponse(at, body))


def watch(models: Iterable[type[Model]]) -> None:
    """Bump whenever a row of content is saved or deleted, through whichever door.

    `QuerySet.update` sends no signal: who uses it on content bumps by itself.
    """
    for model in models:
        if model._meta.model_name in CONTENT_MODELS:
            for signal in (post_save, post_delete):
                signal.connect(_changed, sender=model, dispatch_uid="lms.content_cache")


def _keep(name: str, ready: CachedResponse) -> CachedResponse:
    _local.put(name, ready)
    return ready


def _changed(**kwargs: Any) -> None:
    bump()


def _replace_version() -> None:
    cache.set(_VERSION, uuid.uuid4().hex, timeout=None)
