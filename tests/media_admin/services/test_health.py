"""The health check of the store: silent when it works, a quick error when it does not."""

import shutil
import socket
import time

import pytest

from media_admin.errors import StoreUnavailable
from media_admin.services.health import check_store

S3 = {
    "bucket": "b",
    "region": "us-east-1",
    "access_key": "k",
    "secret_key": "s",
    "public_endpoint": "",
}


def test_a_store_that_works_passes(local_store):
    check_store()


def test_a_local_store_without_its_folder_fails(local_store, tmp_path):
    shutil.rmtree(tmp_path / "objects")

    with pytest.raises(StoreUnavailable):
        check_store()


@pytest.mark.parametrize("listens", [False, True])
def test_an_s3_that_does_not_answer_fails_within_a_few_seconds(settings, listens):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen()
        port = server.getsockname()[1]
        settings.OBJECT_STORAGE = {
            "BACKEND": "media_admin.storage.s3.S3ObjectStorage",
            "OPTIONS": {**S3, "endpoint": f"http://127.0.0.1:{port}"},
        }
        started = time.monotonic()

        with pytest.raises(StoreUnavailable):
            check_store()

    assert time.monotonic() - started < 5
