"""Picks the implementation of the object store that the settings name."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from media_admin.storage.base import ObjectStorage


def get_object_storage() -> ObjectStorage:
    """Return the store of the current settings; one instance per process and configuration."""
    config: dict[str, Any] = settings.OBJECT_STORAGE
    return _build(config["BACKEND"], tuple(sorted(config["OPTIONS"].items())))


@lru_cache(maxsize=8)
def _build(backend: str, options: tuple[tuple[str, Any], ...]) -> ObjectStorage:
    return import_string(backend)(**dict(options))
