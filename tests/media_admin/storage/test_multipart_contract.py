"""Uploads in parts behave alike in both stores."""

import pytest

from media_admin.errors import ObjectMissing, UploadMissing, UploadNotFinished
from media_admin.storage.base import MIN_PART_BYTES, Part
from tests.media_admin.storage.links import md5, part_link, read, send_part


def test_parts_in_any_order_become_one_object(store, wire, folder):
    key, first, second = f"{folder}/film № 1.mp4", b"a" * MIN_PART_BYTES, b"end"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    late = send_part(store, wire, key, upload_id, 2, second)
    early = send_part(store, wire, key, upload_id, 1, first)
    with pytest.raises(ObjectMissing):
        store.stat(key)

    etag = store.complete_multipart(key, upload_id, [early, late])

    joined = md5(md5(first).digest() + md5(second).digest()).hexdigest()
    found = store.stat(key)
    assert (etag, found.etag) == (f"{joined}-2", f"{joined}-2")
    assert (found.size_bytes, found.content_type) == (MIN_PART_BYTES + 3, "video/mp4")
    assert read(store, key, MIN_PART_BYTES - 2, MIN_PART_BYTES + 3) == b"aaend"


def test_parts_that_have_arrived_are_listed_and_a_repeated_one_replaces(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    assert store.stored_parts(key, upload_id) == []
    send_part(store, wire, key, upload_id, 2, b"old")
    newer = send_part(store, wire, key, upload_id, 2, b"newer")
    first = send_part(store, wire, key, upload_id, 1, b"one")

    assert store.stored_parts(key, upload_id) == [
        Part(1, first.etag, 3),
        Part(2, newer.etag, 5),
    ]


def test_a_wrong_etag_is_refused_and_the_upload_goes_on(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    part = send_part(store, wire, key, upload_id, 1, b"one")

    with pytest.raises(UploadNotFinished):
        store.complete_multipart(key, upload_id, [Part(1, "0" * 32)])

    assert store.complete_multipart(key, upload_id, [part]).endswith("-1")


def test_a_part_below_the_minimum_is_refused_unless_it_is_the_last(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    parts = [send_part(store, wire, key, upload_id, n, b"small") for n in (1, 2)]

    with pytest.raises(UploadNotFinished):
        store.complete_multipart(key, upload_id, parts)
    with pytest.raises(ObjectMissing):
        store.stat(key)


def test_parts_out_of_order_or_unknown_are_refused(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    one = send_part(store, wire, key, upload_id, 1, b"a" * MIN_PART_BYTES)
    two = send_part(store, wire, key, upload_id, 2, b"b")

    for parts in ([two, one], [one, two, Part(3, "0" * 32)]):
        with pytest.raises(UploadNotFinished):
            store.complete_multipart(key, upload_id, parts)


def test_an_aborted_upload_is_gone_with_its_parts_and_links(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    part = send_part(store, wire, key, upload_id, 1, b"one")
    link = part_link(store, key, upload_id, 2, 3)

    store.abort_multipart(key, upload_id)
    store.abort_multipart(key, upload_id)

    with pytest.raises(UploadMissing):
        store.stored_parts(key, upload_id)
    with pytest.raises(UploadMissing):
        store.complete_multipart(key, upload_id, [part])
    assert wire.send(link, b"two").status == 404


# Not on S3: the test server (Swift) finds an upload again by the joined object and takes the part,
# where AWS answers NoSuchUpload.
@pytest.mark.parametrize("store", ["local"], indirect=True)
def test_a_joined_upload_cannot_be_changed_any_more(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")
    link = part_link(store, key, upload_id, 1, 3)
    part = Part(1, wire.send(link, b"one").etag)
    store.complete_multipart(key, upload_id, [part])

    assert wire.send(link, b"two").status == 404
    assert read(store, key, 0, 3) == b"one"


def test_a_part_link_accepts_only_the_announced_size(store, wire, folder):
    key = f"{folder}/a.mp4"
    upload_id = store.start_multipart(key, content_type="video/mp4")

    assert wire.send(part_link(store, key, upload_id, 1, 3), b"four").status == 403
    assert store.stored_parts(key, upload_id) == []
