"""What both stores do alike: objects, listings, multipart uploads and signed addresses."""

import hashlib
import io
import time
from datetime import UTC, datetime, timedelta

import pytest

from media_admin.errors import (
    InvalidKey,
    ObjectChanged,
    ObjectMissing,
    UploadMissing,
    UploadNotFinished,
)
from media_admin.storage.base import MIN_PART_BYTES, Part

CHUNK = 4
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


def _read(store, key, start, stop, **options):
    return b"".join(store.read(key, start, stop, chunk_bytes=CHUNK, **options))


def _get(store, key, seconds=60, **options):
    named = {"download_name": "file.mp4", "content_type": "video/mp4", **options}
    return store.presign_get(key, expires_in_seconds=seconds, **named)


def _put_link(store, key, size=10, seconds=60):
    return store.presign_put(
        key, content_type="video/mp4", size_bytes=size, expires_in_seconds=seconds
    )


def _part_link(store, key, upload_id, number, size, seconds=60):
    return store.presign_part(key, upload_id, number, size_bytes=size, expires_in_seconds=seconds)


def _send_part(store, wire, key, upload_id, number, body):
    signed = _part_link(store, key, upload_id, number, len(body))
    answer = wire.send(signed, body)
    assert answer.status == 200
    return Part(number, answer.etag)


def _md5(body):
    return hashlib.md5(body, usedforsecurity=False)


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
    assert _read(store, f"{folder}/a", 0, 3) == b"new"


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
    assert _read(store, f"{folder}/a", 0, 10, etag=etag) == b"0123456789"
    put(f"{folder}/a", b"9876543210")

    with pytest.raises(ObjectChanged):
        _read(store, f"{folder}/a", 0, 10, etag=etag)


def test_a_missing_object_is_told_before_the_first_byte(store, folder):
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

    answer = wire.send(_get(store, key))

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
        _md5(b"0123456789").hexdigest(),
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


def test_a_signed_get_answers_with_type_and_name(store, put, wire, folder):
    put(f"{folder}/a", content_type="application/octet-stream")

    answer = wire.send(
        _get(
            store,
            f"{folder}/a",
            download_name="Схема № 1.pdf",
            content_type="application/pdf",
            is_attachment=True,
        )
    )

    assert (answer.status, answer.body) == (200, b"0123456789")
    assert answer.headers["Content-Type"] == "application/pdf"
    disposition = answer.headers["Content-Disposition"].lower()
    assert disposition.startswith("attachment;")
    assert (
        "filename*=utf-8''%d1%81%d1%85%d0%b5%d0%bc%d0%b0%20%e2%84%96%201.pdf"
        in disposition.replace("%d0%a1", "%d1%81")
    )


@pytest.mark.parametrize(
    ("wanted", "status", "body", "content_range"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
    ],
)
def test_a_signed_get_serves_ranges(store, put, wire, folder, wanted, status, body, content_range):
    put(f"{folder}/a")

    answer = wire.send(_get(store, f"{folder}/a"), headers={"Range": wanted})

    assert (answer.status, answer.body) == (status, body)
    assert answer.headers["Content-Range"] == content_range


def test_a_signed_get_refuses_a_range_beyond_the_end(store, put, wire, folder):
    put(f"{folder}/a")

    assert wire.send(_get(store, f"{folder}/a"), headers={"Range": "bytes=10-"}).status == 416


def test_a_signed_get_of_a_missing_object_is_not_found(store, wire, folder):
    assert wire.send(_get(store, f"{folder}/none")).status == 404


def test_a_signed_put_stores_the_object_and_tells_its_etag(store, wire, folder):
    answer = wire.send(_put_link(store, f"{folder}/a.mp4"), b"0123456789")

    found = store.stat(f"{folder}/a.mp4")
    assert (answer.status, answer.etag) == (200, _md5(b"0123456789").hexdigest())
    assert (found.size_bytes, found.content_type, found.etag) == (10, "video/mp4", answer.etag)


def test_a_signed_put_without_a_size_takes_any(store, wire, folder):
    assert wire.send(_put_link(store, f"{folder}/a", size=None), b"x" * 77).status == 200
    assert store.stat(f"{folder}/a").size_bytes == 77


@pytest.mark.parametrize("body", [b"012345678", b"0123456789a", b""])
def test_a_signed_put_takes_only_the_announced_size(store, wire, folder, body):
    assert wire.send(_put_link(store, f"{folder}/a"), body).status == 403
    with pytest.raises(ObjectMissing):
        store.stat(f"{folder}/a")


@pytest.mark.parametrize("content_type", ["text/html", "video/webm", ""])
def test_a_signed_put_takes_only_the_announced_type(store, wire, folder, content_type):
    headers = {"Content-Type": content_type} if content_type else {}

    answer = wire.send(_put_link(store, f"{folder}/a"), b"0123456789", headers=headers)

    assert answer.status == 403
    with pytest.raises(ObjectMissing):
        store.stat(f"{folder}/a")


def test_an_expired_address_is_refused(store, put, wire, folder):
    put(f"{folder}/a")
    key, upload_id = f"{folder}/b", store.start_multipart(f"{folder}/b", content_type="video/mp4")
    signed = [
        (_get(store, f"{folder}/a", seconds=1), None),
        (_put_link(store, f"{folder}/a", seconds=1), b"9876543210"),
        (_part_link(store, key, upload_id, 1, 1, seconds=1), b"x"),
    ]
    time.sleep(2.5)

    assert [wire.send(request, body).status for request, body in signed] == [403, 403, 403]
    assert _read(store, f"{folder}/a", 0, 10) == b"0123456789"


def test_a_changed_address_is_refused(store, put, wire, folder):
    put(f"{folder}/a")
    signed = _get(store, f"{folder}/a")
    last = "0" if signed.url[-1] != "0" else "1"

    assert wire.send(signed, url=signed.url[:-1] + last).status == 403


def test_an_address_works_only_with_its_method(store, put, wire, folder):
    put(f"{folder}/a")
    get, write = _get(store, f"{folder}/a"), _put_link(store, f"{folder}/a")

    assert wire.send(get, b"9876543210", method="PUT", headers=write.headers).status == 403
    assert wire.send(write, method="GET").status == 403
    assert _read(store, f"{folder}/a", 0, 10) == b"0123456789"


@pytest.mark.parametrize("whole", [True, False])
def test_a_body_that_breaks_off_is_not_kept(store, put, wire, folder, whole):
    key = f"{folder}/a"
    put(key)
    upload_id = store.start_multipart(key, content_type="video/mp4")
    link = _put_link(store, key, 90_000) if whole else _part_link(store, key, upload_id, 1, 90_000)

    wire.break_off(link, b"x" * 5000, announced_bytes=90_000)
    time.sleep(1)

    assert _read(store, key, 0, 10) == b"0123456789"
    assert store.stored_parts(key, upload_id) == []


def test_parts_in_any_order_become_one_object(store, wire, folder):
    key, first, second = f"{folder}/film № 1.mp4", b"a" * MIN_PART_BYTES, b"end"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    late = _send_part(store, wire, key, upload_id, 2, second)
    early = _send_part(store, wire, key, upload_id, 1, first)
    with pytest.raises(ObjectMissing):
        store.stat(key)

    etag = store.complete_multipart(key, upload_id, [early, late])

    joined = _md5(_md5(first).digest() + _md5(second).digest()).hexdigest()
    found = store.stat(key)
    assert (etag, found.etag) == (f"{joined}-2", f"{joined}-2")
    assert (found.size_bytes, found.content_type) == (MIN_PART_BYTES + 3, "video/mp4")
    assert _read(store, key, MIN_PART_BYTES - 2, MIN_PART_BYTES + 3) == b"aaend"


def test_parts_that_have_arrived_are_listed_and_a_repeated_one_replaces(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    assert store.stored_parts(key, upload_id) == []
    _send_part(store, wire, key, upload_id, 2, b"old")
    newer = _send_part(store, wire, key, upload_id, 2, b"newer")
    first = _send_part(store, wire, key, upload_id, 1, b"one")

    assert store.stored_parts(key, upload_id) == [
        Part(1, first.etag, 3),
        Part(2, newer.etag, 5),
    ]


def test_a_wrong_etag_is_refused_and_the_upload_goes_on(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    part = _send_part(store, wire, key, upload_id, 1, b"one")

    with pytest.raises(UploadNotFinished):
        store.complete_multipart(key, upload_id, [Part(1, "0" * 32)])

    assert store.complete_multipart(key, upload_id, [part]).endswith("-1")


def test_a_part_below_the_minimum_is_refused_unless_it_is_the_last(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    parts = [_send_part(store, wire, key, upload_id, n, b"small") for n in (1, 2)]

    with pytest.raises(UploadNotFinished):
        store.complete_multipart(key, upload_id, parts)
    with pytest.raises(ObjectMissing):
        store.stat(key)


def test_parts_out_of_order_or_unknown_are_refused(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    one = _send_part(store, wire, key, upload_id, 1, b"a" * MIN_PART_BYTES)
    two = _send_part(store, wire, key, upload_id, 2, b"b")

    for parts in ([two, one], [one, two, Part(3, "0" * 32)]):
        with pytest.raises(UploadNotFinished):
            store.complete_multipart(key, upload_id, parts)


def test_an_aborted_upload_is_gone_with_its_parts_and_links(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    part = _send_part(store, wire, key, upload_id, 1, b"one")
    link = _part_link(store, key, upload_id, 2, 3)

    store.abort_multipart(key, upload_id)
    store.abort_multipart(key, upload_id)

    with pytest.raises(UploadMissing):
        store.stored_parts(key, upload_id)
    with pytest.raises(UploadMissing):
        store.complete_multipart(key, upload_id, [part])
    assert wire.send(link, b"two").status == 404


def test_a_joined_upload_cannot_be_changed_any_more(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    link = _part_link(store, key, upload_id, 1, 3)
    part = Part(1, wire.send(link, b"one").etag)
    store.complete_multipart(key, upload_id, [part])

    assert wire.send(link, b"two").status == 404
    assert _read(store, key, 0, 3) == b"one"


def test_a_part_link_takes_only_the_announced_size(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")

    assert wire.send(_part_link(store, key, upload_id, 1, 3), b"four").status == 403
    assert store.stored_parts(key, upload_id) == []


def test_one_megabyte_passes_unchanged(store, put, folder):
    body = bytes(range(256)) * 4096
    store.put(f"{folder}/a", io.BytesIO(body), content_type="application/octet-stream")

    assert b"".join(store.read(f"{folder}/a", 0, len(body), chunk_bytes=65536)) == body


def test_a_store_that_works_passes_its_check(store):
    store.check()
