"""Each test of the contract runs on the local store, and on S3 where the services are given."""

import io
import os
from collections.abc import Callable

import pytest
from django.conf import LazySettings

from media_admin.storage import get_object_storage
from media_admin.storage.base import ObjectStorage
from tests.media_admin.storage.wire import Wire


@pytest.fixture(params=["local", pytest.param("s3", marks=pytest.mark.services)])
def store(
    request: pytest.FixtureRequest, settings: LazySettings, tmp_path, transactional_db: None
) -> ObjectStorage:
    """Return an empty local store, or the S3 bucket, where each test uses its own `folder`."""
    if request.param == "local":
        settings.OBJECT_STORAGE = {
            "BACKEND": "media_admin.storage.local.LocalObjectStorage",
            "OPTIONS": {"root": str(tmp_path / "objects")},
        }
    return get_object_storage()


@pytest.fixture
def folder() -> str:
    """Return a folder that no other test uses, with characters that need care in URLs."""
    return f"Проба № {os.urandom(4).hex()} (+%)"


@pytest.fixture
def wire(live_server, store: ObjectStorage) -> Wire:
    """Return a sender of signed requests."""
    return Wire(live_server.url)


@pytest.fixture
def put(store: ObjectStorage) -> Callable[..., None]:
    """Return a function that stores bytes."""

    def store_bytes(key: str, body: bytes = b"0123456789", content_type: str = "video/mp4") -> None:
        store.put(key, io.BytesIO(body), content_type=content_type)

    return store_bytes
