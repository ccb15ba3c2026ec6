"""Streams with HTTP semantics: ranges, conditions, HEAD, safe types, constant memory."""

import io
import tracemalloc
from dataclasses import dataclass

import pytest

from media_admin.errors import (
    ObjectMissing,
    RangeNotSatisfiable,
    StoreUnavailable,
    TooManyStreams,
)
from media_admin.services import objects
from media_admin.services.delivery import Body, Wanted, answer
from media_admin.services.stream_limit import stream_limit

KEY = "stations/1/docs/1763000100000_Схема № 1 (+%).pdf"
BODY = b"0123456789"
MIB = 1024 * 1024


@pytest.fixture
def stored(local_store):
    local_store.put(KEY, io.BytesIO(BODY), content_type="application/pdf")
    return local_store


@dataclass
class Answered:
    """Status, headers and body that a reader receives."""

    status: int
    headers: dict[str, str]
    body: Body


def _open(method="GET", key=KEY, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    decision, body = answer(Wanted(key), method=method, headers=named)
    return Answered(decision.status, decision.headers, body)


def _body(answer):
    return b"".join(answer.body)


def _answered(**headers):
    """Return an answer whose body was read to the end, so that no file stays open."""
    answer = _open(**headers)
    _body(answer)
    return answer


def test_a_whole_file_comes_with_its_headers(stored):
    answer = _open()

    assert (answer.status, _body(answer)) == (200, BODY)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Length"] == "10"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == '"781e5e245d69b566979b86e28d23f2c7"'
    assert answer.headers["Last-Modified"].endswith(" GMT")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith('inline; filename="_____')
    assert "Content-Range" not in answer.headers


@pytest.mark.parametrize(
    ("wanted", "body", "content_range"),
    [
        ("bytes=0-", BODY, "bytes 0-9/10"),
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
    ],
)
def test_a_range_comes_as_206(stored, wanted, body, content_range):
    answer = _open(Range=wanted)

    assert (answer.status, _body(answer)) == (206, body)
    assert answer.headers["Content-Range"] == content_range
    assert answer.headers["Content-Length"] == str(len(body))


@pytest.mark.parametrize("wanted", ["pages=1-2", "bytes=4-2", "nonsense"])
def test_a_range_that_is_not_understood_gives_the_whole_file(stored, wanted):
    answer = _open(Range=wanted)

    assert (answer.status, _body(answer)) == (200, BODY)


def test_a_range_beyond_the_end_is_refused_with_the_size(stored):
    with pytest.raises(RangeNotSatisfiable) as caught:
        _open(Range="bytes=10-")

    assert caught.value.size_bytes == 10


def test_a_missing_file_is_reported_before_the_first_byte(local_store):
    with pytest.raises(ObjectMissing):
        _open(key="none.pdf")


def test_head_has_the_headers_of_the_whole_file_and_no_body(stored):
    answer = _open("HEAD", Range="bytes=0-3")

    assert (answer.status, _body(answer)) == (200, b"")
    assert answer.headers["Content-Length"] == "10"


def test_an_empty_file_can_be_sent(local_store):
    local_store.put("empty.txt", io.BytesIO(b""), content_type="text/plain")

    answer = _open(key="empty.txt")

    assert (answer.status, _body(answer), answer.headers["Content-Length"]) == (200, b"", "0")


@pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', '"other", "{}"', '"other" , W/"{}"', "*"])
def test_a_known_etag_is_answered_with_304(stored, form):
    etag = _open("HEAD").headers["ETag"].strip('"')

    answer = _open(If_None_Match=form.format(etag))

    assert (answer.status, _body(answer)) == (304, b"")
    assert answer.headers["ETag"] == f'"{etag}"'
    assert "Content-Length" not in answer.headers


def test_another_etag_gives_the_file_whatever_the_date_says(stored):
    modified = _open("HEAD").headers["Last-Modified"]

    answer = _answered(If_None_Match='"other"', If_Modified_Since=modified)

    assert answer.status == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        (None, 304),
        ("Fri, 01 Jan 2038 00:00:00 GMT", 304),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 200),
        ("yesterday", 200),
    ],
)
def test_a_date_is_compared_when_there_is_no_etag(stored, since, status):
    since = since or _open("HEAD").headers["Last-Modified"]

    assert _answered(If_Modified_Since=since).status == status


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ("ETAG", 206),
        ('W/"781e5e245d69b566979b86e28d23f2c7"', 200),
        ('"other"', 200),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 200),
        ("nonsense", 200),
    ],
)
def test_if_range_continues_only_the_very_same_file(stored, condition, status):
    known = _open("HEAD").headers
    condition = {"ETAG": known["ETag"], "DATE": known["Last-Modified"]}.get(condition, condition)

    assert _answered(Range="bytes=5-", If_Range=condition).status == status


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/xml"])
def test_types_that_could_run_scripts_are_put_in_a_sandbox(local_store, content_type):
    local_store.put("a", io.BytesIO(b"<script>"), content_type=content_type)

    policy = _answered(key="a").headers["Content-Security-Policy"]

    assert policy.startswith("sandbox; default-src 'none'")


def test_two_hundred_megabytes_need_the_memory_of_a_few_chunks(local_store, settings, tmp_path):
    settings.STREAM_CHUNK_BYTES = MIB
    sparse = tmp_path / "film.mp4"
    with sparse.open("wb") as file:
        file.truncate(200 * MIB)
    with sparse.open("rb") as file:
        local_store.put("film.mp4", file, content_type="video/mp4")
    tracemalloc.start()
    try:
        total = sum(len(chunk) for chunk in _open(key="film.mp4").body)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert total == 200 * MIB
    assert peak < 8 * MIB


def test_closing_a_stream_early_frees_the_file(stored):
    body = _open().body
    next(body)

    body.close()

    assert list(body) == []


def _film(local_store, size=MIB):
    local_store.put("film.mp4", io.BytesIO(b"x" * size), content_type="video/mp4")


def test_no_more_streams_run_at_once_than_allowed(local_store, settings):
    settings.STREAMS_AT_ONCE = 2
    _film(local_store)
    first, second = _open(key="film.mp4"), _open(key="film.mp4")

    with pytest.raises(TooManyStreams):
        _open(key="film.mp4")
    first.body.close()
    first.body.close()  # Safe to repeat: it frees one slot, not two.
    third = _open(key="film.mp4")
    with pytest.raises(TooManyStreams):
        _open(key="film.mp4")

    second.body.close()
    third.body.close()
    assert stream_limit.running == 0


def test_an_answer_that_fits_into_a_socket_buffer_needs_no_slot(local_store, settings):
    settings.STREAMS_AT_ONCE = 1
    _film(local_store)
    long = _open(key="film.mp4")

    short = _open(key="film.mp4", Range="bytes=0-65535")
    head = _open("HEAD", key="film.mp4")

    assert (len(_body(short)), _body(head)) == (65536, b"")
    long.body.close()


def test_a_stream_that_cannot_be_opened_holds_no_slot(local_store, monkeypatch):
    _film(local_store)

    def broken(*_arguments, **_named):
        raise StoreUnavailable()

    monkeypatch.setattr(type(local_store), "read", broken)
    with pytest.raises(StoreUnavailable):
        _open(key="film.mp4")

    assert stream_limit.running == 0


def test_a_file_that_was_replaced_elsewhere_comes_whole_in_its_new_state(local_store):
    _film(local_store)
    before = _answered(key="film.mp4").headers["ETag"]
    local_store.put("film.mp4", io.BytesIO(b"new"), content_type="video/mp4")

    found = _open(key="film.mp4")

    assert (_body(found), found.headers["Content-Length"]) == (b"new", "3")
    assert found.headers["ETag"] != before


def test_a_file_that_was_deleted_elsewhere_is_missing(local_store):
    _film(local_store)
    _answered(key="film.mp4")
    local_store.delete("film.mp4")

    with pytest.raises(ObjectMissing):
        _open(key="film.mp4")


def test_the_store_is_asked_once_for_many_ranges(local_store, monkeypatch):
    _film(local_store)
    asked = []
    stat = type(local_store).stat
    monkeypatch.setattr(
        type(local_store), "stat", lambda self, key: asked.append(key) or stat(self, key)
    )

    for start in range(50):
        _answered(key="film.mp4", Range=f"bytes={start}-{start}")
    objects.delete("film.mp4")

    assert asked == ["film.mp4"]
    with pytest.raises(ObjectMissing):
        _open(key="film.mp4")
