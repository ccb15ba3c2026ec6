"""Signed URLs: what both stores allow and refuse, over real HTTP."""

import time

import pytest

from media_admin.errors import ObjectMissing
from tests.media_admin.storage.links import get_link, md5, part_link, put_link, read


def test_a_signed_get_answers_with_type_and_name(store, put, wire, folder):
    put(f"{folder}/a", content_type="application/octet-stream")

    answer = wire.send(
        get_link(
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

    answer = wire.send(get_link(store, f"{folder}/a"), headers={"Range": wanted})

    assert (answer.status, answer.body) == (status, body)
    assert answer.headers["Content-Range"] == content_range


def test_a_signed_get_refuses_a_range_beyond_the_end(store, put, wire, folder):
    put(f"{folder}/a")

    assert wire.send(get_link(store, f"{folder}/a"), headers={"Range": "bytes=10-"}).status == 416


def test_a_signed_get_of_a_missing_object_is_not_found(store, wire, folder):
    assert wire.send(get_link(store, f"{folder}/none")).status == 404


def test_a_signed_put_stores_the_object_and_returns_its_etag(store, wire, folder):
    answer = wire.send(put_link(store, f"{folder}/a.mp4"), b"0123456789")

    found = store.stat(f"{folder}/a.mp4")
    assert (answer.status, answer.etag) == (200, md5(b"0123456789").hexdigest())
    assert (found.size_bytes, found.content_type, found.etag) == (10, "video/mp4", answer.etag)


def test_a_signed_put_without_a_size_accepts_any(store, wire, folder):
    assert wire.send(put_link(store, f"{folder}/a", size=None), b"x" * 77).status == 200
    assert store.stat(f"{folder}/a").size_bytes == 77


@pytest.mark.parametrize("body", [b"012345678", b"0123456789a", b""])
def test_a_signed_put_accepts_only_the_announced_size(store, wire, folder, body):
    assert wire.send(put_link(store, f"{folder}/a"), body).status == 403
    with pytest.raises(ObjectMissing):
        store.stat(f"{folder}/a")


@pytest.mark.parametrize("content_type", ["text/html", "video/webm", ""])
def test_a_signed_put_accepts_only_the_announced_type(store, wire, folder, content_type):
    headers = {"Content-Type": content_type} if content_type else {}

    answer = wire.send(put_link(store, f"{folder}/a"), b"0123456789", headers=headers)

    assert answer.status == 403
    with pytest.raises(ObjectMissing):
        store.stat(f"{folder}/a")


def test_an_expired_url_is_refused(store, put, wire, folder):
    put(f"{folder}/a")
    key, upload_id = f"{folder}/b", store.start_multipart(f"{folder}/b", content_type="video/mp4")
    signed = [
        (get_link(store, f"{folder}/a", seconds=1), None),
        (put_link(store, f"{folder}/a", seconds=1), b"9876543210"),
        (part_link(store, key, upload_id, 1, 1, seconds=1), b"x"),
    ]
    time.sleep(2.5)

    assert [wire.send(request, body).status for request, body in signed] == [403, 403, 403]
    assert read(store, f"{folder}/a", 0, 10) == b"0123456789"


def test_a_changed_url_is_refused(store, put, wire, folder):
    put(f"{folder}/a")
    signed = get_link(store, f"{folder}/a")
    last = "0" if signed.url[-1] != "0" else "1"

    assert wire.send(signed, url=signed.url[:-1] + last).status == 403


def test_a_url_works_only_with_its_method(store, put, wire, folder):
    put(f"{folder}/a")
    get, write = get_link(store, f"{folder}/a"), put_link(store, f"{folder}/a")

    assert wire.send(get, b"9876543210", method="PUT", headers=write.headers).status == 403
    assert wire.send(write, method="GET").status == 403
    assert read(store, f"{folder}/a", 0, 10) == b"0123456789"


@pytest.mark.parametrize("whole", [True, False])
def test_a_body_that_breaks_off_is_not_kept(store, put, wire, folder, whole):
    key = f"{folder}/a"
    put(key)
    upload_id = store.start_multipart(key, content_type="video/mp4")
    link = (
        put_link(store, key, size=90_000) if whole else part_link(store, key, upload_id, 1, 90_000)
    )

    wire.break_off(link, b"x" * 5000, announced_bytes=90_000)
    time.sleep(1)

    assert read(store, key, 0, 10) == b"0123456789"
    assert store.stored_parts(key, upload_id) == []
