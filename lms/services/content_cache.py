"""Ready bytes of public content, under a version that every change of content replaces.

A reader takes the version first and then reads the database, so bytes of an old state can only be
stored under an old version, where nobody looks any more.
"""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from lms.models.roles import CONTENT_MODELS

_VERSION = "content:version"
_KEEP_SECONDS = 3600


@dataclass(frozen=True)
class ReadyBytes:
    """A body and its strong ETag, quotes included."""

    etag: str
    body: bytes


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


def etag_of(name: str, at: str) -> str | None:
    """Return the ETag of what is stored under a name, without fetching the body."""
    return cache.get(f"content:etag:{at}:{name}")


def stored(name: str, at: str) -> bytes | None:
    """Return the body that is stored under a name."""
    return cache.get(f"content:body:{at}:{name}")


def store(name: str, at: str, body: bytes) -> ReadyBytes:
    """Keep a body under a name and version for an hour; return it with its ETag."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    cache.set(f"content:body:{at}:{name}", body, timeout=_KEEP_SECONDS)
    cache.set(f"content:etag:{at}:{name}", etag, timeout=_KEEP_SECONDS)
    return ReadyBytes(etag, body)


def watch(models: Iterable[type[Model]]) -> None:
    """Bump whenever a row of content is saved or deleted, through whichever door.

    `QuerySet.update` sends no signal: who uses it on content bumps by itself.
    """
    for model in models:
        if model._meta.model_name in CONTENT_MODELS:
            for signal in (post_save, post_delete):
                signal.connect(_changed, sender=model, dispatch_uid="lms.content_cache")


def _changed(**kwargs: Any) -> None:
    bump()


def _replace_version() -> None:
    cache.set(_VERSION, uuid.uuid4().hex, timeout=None)
