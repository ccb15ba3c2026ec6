"""All interfaces answer every valid request for a file alike (RFC 9110)."""

import json
from email.utils import formatdate, parsedate_to_datetime

import pytest

from tests.delivery import multipart
from tests.delivery.interfaces import FILM, FILM_NAME, MIB, SMALL, Interface

SIZE = len(FILM)
LONG_AGO, SOON = "Sun, 06 Nov 1994 08:49:37 GMT", formatdate(4_000_000_000, usegmt=True)


@pytest.fixture
def tag(interface: Interface) -> str:
    return interface.ask(FILM_NAME, method="HEAD").headers["ETag"]


@pytest.fixture
def date(interface: Interface) -> str:
    return interface.ask(FILM_NAME, method="HEAD").headers["Last-Modified"]


def test_a_whole_file_has_all_headers(interface):
    answer = interface.ask(FILM_NAME)

    assert (answer.status, answer.body == FILM) == (200, True)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert len(headers) == len(answer.headers.items()), "no header comes twice"
    assert headers["content-type"] == "video/mp4"
    assert headers["content-length"] == str(SIZE)
    assert headers["accept-ranges"] == "bytes"
    assert headers["cache-control"] == "private, no-cache"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"] == (
        "inline; filename=\"_____ _1 (1+1=2)&a_20b.mp4\"; filename*=UTF-8''"
        "%D0%A4%D0%B8%D0%BB%D1%8C%D0%BC%20%E2%84%961%20%281%2B1%3D2%29%26a%2520b.mp4"
    )
    assert headers["etag"].startswith('"'), "a strong tag"
    assert parsedate_to_datetime(headers["last-modified"])
    assert headers["x-request-id"]
    assert "content-range" not in headers
    assert "content-encoding" not in headers
    # No header of the store is passed on.
    assert not [name for name in headers if name.startswith(("x-amz", "x-trans", "x-media", "x-a"))]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=5-10", 5, 10),
        ("BYTES=5-10", 5, 10),
        ("bytes=0005-10", 5, 10),
        (f"bytes={MIB - 3}-{MIB + 2}", MIB - 3, MIB + 2),
        (f"bytes={8 * MIB - 3}-{16 * MIB + 2}", 8 * MIB - 3, 16 * MIB + 2),
        (f"bytes={9 * MIB}-", 9 * MIB, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        ("bytes=-1", SIZE - 1, SIZE - 1),
        ("bytes=-300", SIZE - 300, SIZE - 1),
        (f"bytes=-{3 * MIB}", SIZE - 3 * MIB, SIZE - 1),
        (f"bytes=-{SIZE + 5}", 0, SIZE - 1),
        (f"bytes=-{'9' * 300}", 0, SIZE - 1),
        ("bytes=7-99999999999999999999999999", 7, SIZE - 1),
        (f"bytes={SIZE - 2}-{SIZE + 100}", SIZE - 2, SIZE - 1),
        ("bytes=, 5-6 ,", 5, 6),
        ("bytes=5-6,7-9", 5, 9),
        ("bytes=5-9,0-6", 0, 9),
        ("bytes=5-6,5-6", 5, 6),
        (f"bytes=5-6,{SIZE}-", 5, 6),
    ],
)
def test_one_range(interface, asked, first, last):
    answer = interface.ask(FILM_NAME, Range=asked)

    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["Content-Length"] == str(last - first + 1)
    assert answer.body == FILM[first : last + 1]


@pytest.mark.parametrize(
    "asked",
    [
        "pages=1-2",
        "nonsense",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=5-6,x",
        "bytes=5-6,9-8",
        "bytes 5-6",
        "bytes =5-6",
        "bytes=5 - 6",
        "bytes=0.5-6",
        "bytes=" + ",".join(f"{each * 1000}-{each * 1000}" for each in range(51)),
    ],
)
def test_an_invalid_range_is_ignored(interface, asked):
    answer = interface.ask("small.pdf", Range=asked)

    assert (answer.status, answer.body) == (200, SMALL)


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-10", "bytes=-0", "bytes=99-,10-11"])
def test_a_range_outside_is_refused_with_the_size(interface, asked):
    answer = interface.ask("small.pdf", Range=asked)

    assert answer.status == 416
    assert answer.headers["Content-Range"] == "bytes */10"
    assert json.loads(answer.body)["code"] == "range_not_satisfiable"


def test_several_ranges_come_in_the_order_asked(interface):
    answer = interface.ask(FILM_NAME, Range=f"bytes={9 * MIB}-{9 * MIB + 5},0-1,-2,7000-7999")

    assert answer.status == 206
    assert "Content-Range" not in answer.headers
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert multipart.parts(answer) == [
        (first, last, FILM[first : last + 1])
        for first, last in [
            (9 * MIB, 9 * MIB + 5),
            (0, 1),
            (SIZE - 2, SIZE - 1),
            (7000, 7999),
        ]
    ]


def test_many_overlapping_ranges_send_no_byte_twice(interface):
    answer = interface.ask(
        FILM_NAME, Range="bytes=" + ",".join(["0-999999"] * 25 + ["500-2000000"] * 25)
    )

    assert (answer.status, len(answer.body)) == (206, 2000001)


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=2-3"}, {"Range": "bytes=99-"}])
def test_a_head_has_the_headers_of_a_get_of_the_whole_file(interface, headers):
    whole = interface.ask("small.pdf")
    head = interface.ask("small.pdf", method="HEAD", **headers)

    assert (head.status, head.body) == (200, b"")
    changing = {"date", "x-request-id", "connection", "allow"}
    assert {n.lower(): v for n, v in head.headers.items() if n.lower() not in changing} == {
        n.lower(): v for n, v in whole.headers.items() if n.lower() not in changing
    }


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If_None_Match": "{tag}"}, 304),
        ({"If_None_Match": "W/{tag}"}, 304),
        ({"If_None_Match": '"other", {tag}'}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": '"other"'}, 206),
        ({"If_None_Match": '"other"', "If_Modified_Since": SOON}, 206),
        ({"If_None_Match": "{tag}", "If_Modified_Since": LONG_AGO}, 304),
        ({"If_Modified_Since": "{date}"}, 304),
        ({"If_Modified_Since": SOON}, 304),
        ({"If_Modified_Since": LONG_AGO}, 206),
        ({"If_Modified_Since": "Sunday, 06-Nov-94 08:49:37 GMT"}, 206),
        ({"If_Modified_Since": "yesterday"}, 206),
        ({"If_Match": "{tag}"}, 206),
        ({"If_Match": '"other", {tag}'}, 206),
        ({"If_Match": "*"}, 206),
        ({"If_Match": "W/{tag}"}, 412),
        ({"If_Match": '"other"'}, 412),
        ({"If_Match": '"other"', "If_None_Match": "{tag}"}, 412),
        ({"If_Match": "{tag}", "If_None_Match": "{tag}"}, 304),
        ({"If_Match": "{tag}", "If_Unmodified_Since": LONG_AGO}, 206),
        ({"If_Unmodified_Since": "{date}"}, 206),
        ({"If_Unmodified_Since": LONG_AGO}, 412),
        ({"If_Unmodified_Since": "yesterday"}, 206),
        ({"If_Range": "{tag}"}, 206),
        ({"If_Range": "{date}"}, 206),
        ({"If_Range": "W/{tag}"}, 200),
        ({"If_Range": '"other"'}, 200),
        ({"If_Range": LONG_AGO}, 200),
        ({"If_Range": SOON}, 200),
        ({"If_Range": "yesterday"}, 200),
        ({"If_Range": "{tag}", "If_None_Match": "{tag}"}, 304),
    ],
)
def test_conditions_in_the_order_of_the_standard(interface, tag, date, headers, status):
    named = {name: text.format(tag=tag, date=date) for name, text in headers.items()}

    answer = interface.ask(FILM_NAME, Range="bytes=3-9", **named)

    assert answer.status == status
    assert answer.body[:7] == {200: FILM[:7], 206: FILM[3:10], 304: b""}.get(
        status, answer.body[:7]
    )
    if status == 304:
        assert (answer.headers["ETag"], answer.headers["Last-Modified"]) == (tag, date)
        assert answer.headers["Cache-Control"] == "private, no-cache"
    if status == 412:
        assert json.loads(answer.body)["code"] == "precondition_failed"


def test_a_range_outside_is_not_refused_if_the_file_has_changed(interface):
    answer = interface.ask("small.pdf", Range="bytes=99-", If_Range='"other"')

    assert (answer.status, answer.body) == (200, SMALL)


@pytest.mark.parametrize(
    ("asked", "status"), [("", 200), ("bytes=-5", 200), ("bytes=0-", 416), ("bytes=0-0", 416)]
)
def test_an_empty_file(interface, asked, status):
    answer = interface.ask("empty.pdf", **({"Range": asked} if asked else {}))

    assert answer.status == status
    if status == 200:
        assert (answer.headers["Content-Length"], answer.body) == ("0", b"")
    else:
        assert answer.headers["Content-Range"] == "bytes */0"


def test_nothing_is_compressed(interface):
    answer = interface.ask("drawing.svg", Accept_Encoding="gzip, br", Range="bytes=0-9")

    assert (answer.status, answer.body) == (206, b"<svg xmlns")
    assert "Content-Encoding" not in answer.headers
    assert "sandbox" in answer.headers["Content-Security-Policy"], "it could hold scripts"


def test_other_methods_are_refused(interface):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert interface.ask("small.pdf", method=method).status == 405


def test_a_missing_file(interface):
    answer = interface.ask("absent.pdf", Range="bytes=0-9")

    assert answer.status == 404
    assert json.loads(answer.body)["code"] == "file_not_found"
