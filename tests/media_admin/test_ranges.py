"""Range headers and sizes against the bytes to send, the whole file, or a refusal (RFC 9110)."""

import pytest

from media_admin import ranges
from media_admin.errors import RangeNotSatisfiable


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-", 0, 1000),
        ("bytes=0-0", 0, 1),
        ("bytes=0-499", 0, 500),
        ("bytes=500-999", 500, 1000),
        ("bytes=999-", 999, 1000),
        ("bytes=990-5000", 990, 1000),
        ("bytes=-1", 999, 1000),
        ("bytes=-500", 500, 1000),
        ("bytes=-5000", 0, 1000),
        ("BYTES=1-2", 1, 3),
        ("bytes= 1-2 ,", 1, 3),
        ("bytes=00-09", 0, 10),
        ("bytes=0-99999999999999999999999999", 0, 1000),
        ("bytes=0-" + "9" * 5000, 0, 1000),
    ],
)
def test_a_range_names_its_bytes(header, start, stop):
    assert ranges.parse(header, size_bytes=1000) == [ranges.ByteRange(start, stop)]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=1",
        "bytes=5-2",
        "bytes=+1-2",
        "bytes=1-2x",
        "bytes=1.0-2",
        "bytes=٣-٤",
        "items=0-5",
        "Bytes = 1-2",
        "bytes=1 - 2",
        "bytes=0-1,x",
        "bytes=" + ",".join(f"{each * 10}-{each * 10}" for each in range(51)),
    ],
)
def test_a_header_that_is_absent_malformed_or_abusive_means_the_whole_file(header):
    assert ranges.parse(header, size_bytes=1000) is None


@pytest.mark.parametrize(
    ("header", "size"),
    [
        ("bytes=1000-", 1000),
        ("bytes=1000-1001", 1000),
        ("bytes=99999999999999999999-", 1000),
        ("bytes=-0", 1000),
        ("bytes=0-", 0),
        ("bytes=0-0", 0),
    ],
)
def test_a_range_outside_of_the_file_is_refused_with_the_size(header, size):
    with pytest.raises(RangeNotSatisfiable) as caught:
        ranges.parse(header, size_bytes=size)

    assert (caught.value.status, caught.value.size_bytes) == (416, size)


def test_the_last_bytes_of_an_empty_file_are_the_whole_empty_file():
    assert ranges.parse("bytes=-5", size_bytes=0) is None


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        ("bytes=0-1,500-501", [(0, 2), (500, 502)]),
        ("bytes=500-501,0-1", [(500, 502), (0, 2)]),
        ("bytes=0-1,-1", [(0, 2), (999, 1000)]),
        ("bytes=0-9,5-20", [(0, 21)]),
        ("bytes=0-0,81-81", [(0, 82)]),
        ("bytes=0-0,82-82", [(0, 1), (82, 83)]),
        ("bytes=900-,0-0,950-960", [(900, 1000), (0, 1)]),
        ("bytes=960-970,0-0,900-", [(900, 1000), (0, 1)]),
        ("bytes=5-6,1000-", [(5, 7)]),
    ],
)
def test_several_ranges_keep_their_order_and_overlaps_are_joined(header, parts):
    found = ranges.parse(header, size_bytes=1000)

    assert [(part.start, part.stop) for part in found] == parts


def test_a_range_tells_its_size_and_its_header():
    part = ranges.ByteRange(10, 20)

    assert (part.size_bytes, part.content_range(100)) == (10, "bytes 10-19/100")
