"""Fixtures of the media tests: a fresh local store, and real bytes for each kind of file."""

import struct
from collections.abc import Callable

import pytest
from django.conf import LazySettings

PDF = b"%PDF-1.7\n" + b"x" * 3000
MP4 = struct.pack(">I", 24) + b"ftypisom" + b"\x00" * 4000


@pytest.fixture
def local_store(settings: LazySettings, tmp_path) -> Callable:
    """Use a local store of this test alone, with parts of 5 MiB; return the store."""
    from media_admin.storage import get_object_storage

    settings.OBJECT_STORAGE = {
        "BACKEND": "media_admin.storage.local.LocalObjectStorage",
        "OPTIONS": {"root": str(tmp_path / "objects")},
    }
    settings.UPLOAD_PART_BYTES = 5 * 1024 * 1024
    return get_object_storage()
