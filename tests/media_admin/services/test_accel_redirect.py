"""What the answer tells nginx: the location, the object and its ETag, the range."""

from datetime import UTC, datetime

import pytest

from media_admin.services import accel_redirect
from media_admin.services.delivery import Wanted, decide
from media_admin.storage.base import ObjectStat

MIB = 1024 * 1024
KEY = "stations/1/Фильм.mp4"


class _Store:
    """The two methods of the S3 store that are used here."""

    def stat(self, key):
        return ObjectStat(key, 20 * MIB, "video/mp4", "abc", datetime(2026, 11, 1, tzinfo=UTC))

    def presign_fetch(self, key, *, expires_in_seconds):
        return f"/bucket/{key}?signed={expires_in_seconds}"


@pytest.fixture(autouse=True)
def _store(monkeypatch):
    store = _Store()
    monkeypatch.setattr("media_admin.services.object_cache.get_object_storage", lambda: store)
    monkeypatch.setattr(accel_redirect, "get_object_storage", lambda: store)


def _accel_headers(*, is_retry=False, **asked):
    headers = {name.replace("_", "-"): value for name, value in asked.items()}
    decision = decide(Wanted(KEY), method="GET", headers=headers)
    return accel_redirect.headers(decision, asked=headers, is_retry=is_retry)


@pytest.mark.parametrize(
    ("asked", "location", "sent_range"),
    [
        ({"Range": "bytes=0-"}, "/_media/slices/long", "bytes=0-20971519"),
        ({"Range": "bytes=0-1048575"}, "/_media/slices/short", "bytes=0-1048575"),
        ({"Range": "bytes=0-1048576"}, "/_media/slices/long", "bytes=0-1048576"),
        ({"Range": "bytes=-5"}, "/_media/range/short", "bytes=20971515-20971519"),
        ({"Range": "Bytes=0-9"}, "/_media/range/short", "bytes=0-9"),
        ({"Range": "bytes=0-9,5-20"}, "/_media/range/short", "bytes=0-20"),
        ({"Range": "bytes=5-2"}, "/_media/range/long", None),
        ({"Range": "bytes=0-9", "If_Range": '"abc"'}, "/_media/range/short", "bytes=0-9"),
        ({"Range": "bytes=0-9", "If_Range": '"old"'}, "/_media/range/long", None),
        ({"If_None_Match": '"old"'}, "/_media/range/long", None),
    ],
)
def test_slices_follow_the_browsers_own_range_if_it_is_plain(asked, location, sent_range):
    headers = _accel_headers(**asked)

    assert headers["X-Accel-Redirect"] == location
    assert headers.get("X-Media-Range") == sent_range
    assert headers["X-Media-Tag"] == '"abc"'
    assert headers["X-Media-Path"].startswith(f"/bucket/{KEY}?signed=")
    assert "Content-Length" not in headers


def test_the_first_read_of_a_whole_file_is_not_cached_and_later_ones_are():
    locations = [_accel_headers()["X-Accel-Redirect"] for _each in range(3)]

    assert locations == ["/_media/pass", "/_media/slices/long", "/_media/slices/long"]


def test_a_retry_leads_to_the_location_that_passes_errors_on():
    whole, short = _accel_headers(is_retry=True), _accel_headers(is_retry=True, Range="bytes=0-9")

    assert whole["X-Accel-Redirect"] == "/_media_again/long"
    assert short["X-Accel-Redirect"] == "/_media_again/short"
