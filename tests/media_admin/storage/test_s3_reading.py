"""Objects are read from S3 alike by plain requests and, with FASTPATH_S3_READS=0, by boto3."""

import pytest

from media_admin.errors import ObjectChanged, ObjectMissing, RangeNotSatisfiable
from media_admin.storage import get_object_storage
from tests.media_admin.storage.links import CHUNK, read

pytestmark = pytest.mark.services


@pytest.fixture(params=[True, False], ids=["plain", "boto3"])
def store(request, settings):
    options = {**settings.OBJECT_STORAGE["OPTIONS"], "fast_reads": request.param}
    settings.OBJECT_STORAGE = {**settings.OBJECT_STORAGE, "OPTIONS": options}
    return get_object_storage()


def test_the_bytes_of_a_range_come_in_bounded_chunks(store, put, folder):
    put(f"{folder}/a № 1.mp4")
    etag = store.stat(f"{folder}/a № 1.mp4").etag

    chunks = list(store.read(f"{folder}/a № 1.mp4", 2, 9, chunk_bytes=CHUNK, etag=etag))

    assert chunks == [b"2345", b"678"]


def test_a_stream_may_be_closed_early_and_twice(store, put, folder):
    put(f"{folder}/a")
    stream = store.read(f"{folder}/a", 0, 10, chunk_bytes=CHUNK)
    assert next(stream) == b"0123"

    stream.close()
    stream.close()

    assert list(stream) == []


def test_an_object_that_was_replaced_is_not_read(store, put, folder):
    put(f"{folder}/a")
    etag = store.stat(f"{folder}/a").etag
    put(f"{folder}/a", b"9876543210")

    with pytest.raises(ObjectChanged):
        read(store, f"{folder}/a", 0, 10, etag=etag)


def test_a_missing_object_or_range_is_reported_before_the_first_byte(store, put, folder):
    put(f"{folder}/a")

    with pytest.raises(ObjectMissing):
        store.read(f"{folder}/none", 0, 1, chunk_bytes=CHUNK)
    with pytest.raises(RangeNotSatisfiable):
        store.read(f"{folder}/a", 10, 11, chunk_bytes=CHUNK)
