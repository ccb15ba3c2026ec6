"""Objects and listings behave alike in both stores."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from media_admin.errors import InvalidKey, ObjectChanged, ObjectMissing
from tests.media_admin.storage.links import CHUNK, get_link, md5, read

ODD_NAMES = [
    "пробел и № 1.mp4",
    "a+b=c&d.mp4",
    "100%.mp4",
    "100%25 %2F.mp4",
    "a?b#c.mp4",
    "(скобки) [и] {ещё}.mp4",
    "кавычки \"'`.mp4",
    "مخطط.mp4",
    "🔧.mp4",
    "a;b,c:d@e!f$g*h~i.mp4",
    "..точки..",
    "ж" * 400,
]


def test_an_object_is_described_as_it_was_stored(store, put, folder):
    put(f"{folder}/a.mp4")

    found = store.stat(f"{folder}/a.mp4")

    assert (found.key, found.size_bytes, found.content_type) == (f"{folder}/a.mp4", 10, "video/mp4")
    assert found.etag == "781e5e245d69b566979b86e28d23f2c7"
    assert abs(datetime.now(UTC) - found.modified_at) < timedelta(minutes=5)


def test_an_object_is_replaced_as_a_whole(store, put, folder):
    put(f"{folder}/a", b"old and long")
    put(f"{folder}/a", b"new", content_type="text/plain")

    found = store.stat(f"{folder}/a")

    assert (found.size_bytes, found.content_type) == (3, "text/plain")
    assert read(store, f"{folder}/a", 0, 3) == b"new"


@pytest.mark.parametrize(("start", "stop"), [(0, 10), (0, 1), (9, 10), (3, 8), (0, 4), (4, 8)])
def test_exactly_the_bytes_asked_for_come_in_bounded_chunks(store, put, folder, start, stop):
    put(f"{folder}/a")

    chunks = list(store.read(f"{folder}/a", start, stop, chunk_bytes=CHUNK))

    assert b"".join(chunks) == b"0123456789"[start:stop]
    assert all(0 < len(chunk) <= CHUNK for chunk in chunks)


def test_a_stream_may_be_closed_early_and_twice(store, put, folder):
    put(f"{folder}/a")
    stream = store.read(f"{folder}/a", 0, 10, chunk_bytes=CHUNK)
    assert next(stream) == b"0123"

    stream.close()
    stream.close()

    assert list(stream) == []


def test_reading_never_mixes_two_versions(store, put, folder):
    put(f"{folder}/a")
    etag = store.stat(f"{folder}/a").etag
    assert read(store, f"{folder}/a", 0, 10, etag=etag) == b"0123456789"
    put(f"{folder}/a", b"9876543210")

    with pytest.raises(ObjectChanged):
        read(store, f"{folder}/a", 0, 10, etag=etag)


def test_a_missing_object_is_reported_before_the_first_byte(store, folder):
    with pytest.raises(ObjectMissing):
        store.stat(f"{folder}/none")
    with pytest.raises(ObjectMissing):
        store.read(f"{folder}/none", 0, 1, chunk_bytes=CHUNK)


def test_deleting_is_silent_when_there_is_nothing(store, put, folder):
    put(f"{folder}/a")

    store.delete(f"{folder}/a")
    store.delete(f"{folder}/a")

    with pytest.raises(ObjectMissing):
        store.stat(f"{folder}/a")


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_keys_are_stored_listed_and_fetched(store, put, wire, folder, name):
    key = f"{folder}/{name}"
    put(key, name.encode())

    answer = wire.send(get_link(store, key))

    assert (answer.status, answer.body) == (200, name.encode())
    assert [found.key for found in store.list_folder(folder, limit=10).objects] == [key]


def test_a_key_above_1024_bytes_is_refused(store, put):
    with pytest.raises(InvalidKey):
        put("ж" * 513)


def test_a_folder_lists_one_level_sorted(store, put, folder):
    for name in ["б.txt", "а.txt", "вложено/1", "вложено/глубже/2", "ещё/3", "вложено.txt"]:
        put(f"{folder}/{name}")
    put(f"{folder}x/stranger")

    listing = store.list_folder(folder, limit=100)

    assert listing.folders == [f"{folder}/вложено", f"{folder}/ещё"]
    assert [found.key.rpartition("/")[2] for found in listing.objects] == [
        "а.txt",
        "б.txt",
        "вложено.txt",
    ]
    assert (listing.objects[0].size_bytes, listing.objects[0].etag) == (
        10,
        md5(b"0123456789").hexdigest(),
    )


def test_wildcards_of_a_database_mean_themselves_in_a_folder(store, put, folder):
    put(f"{folder}/a_b/1")
    put(f"{folder}/axb/2")

    assert [found.key for found in store.list_folder(f"{folder}/a_b", limit=9).objects] == [
        f"{folder}/a_b/1"
    ]


def test_an_unknown_folder_is_empty_and_a_listing_is_bounded(store, put, folder):
    for number in range(5):
        put(f"{folder}/{number}")

    unknown = store.list_folder(f"{folder}/none", limit=10)
    bounded = store.list_folder(folder, limit=3)

    assert (unknown.folders, unknown.objects) == ([], [])
    assert len(bounded.objects) == 3


def test_one_megabyte_passes_unchanged(store, put, folder):
    body = bytes(range(256)) * 4096
    store.put(f"{folder}/a", io.BytesIO(body), content_type="application/octet-stream")

    assert b"".join(store.read(f"{folder}/a", 0, len(body), chunk_bytes=65536)) == body


def test_a_store_that_works_passes_its_check(store):
    store.check()
