"""Returns the object store that OBJECT_STORAGE of the settings names."""

from collections.abc import Hashable
from functools import lru_cache
from typing import TypedDict, cast

from django.conf import settings
from django.utils.module_loading import import_string

from media_admin.storage.base import ObjectStorage


class _Config(TypedDict):
    BACKEND: str
    OPTIONS: dict[str, Hashable]


def get_object_storage() -> ObjectStorage:
    """Return the store of the current settings; one instance per process and configuration."""
    config = cast(_Config, settings.OBJECT_STORAGE)
    return _build(config["BACKEND"], tuple(sorted(config["OPTIONS"].items())))


@lru_cache(maxsize=8)
def _build(backend: str, options: tuple[tuple[str, Hashable], ...]) -> ObjectStorage:
    store: ObjectStorage = import_string(backend)(**dict(options))
    return store
