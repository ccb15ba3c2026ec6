"""What nginx is told: which location, which object in which state, which range."""

from datetime import UTC, datetime

import pytest

from media_admin.services import accel_redirect
from media_admin.services.delivery import Wanted, decide
from media_admin.storage.base import ObjectStat

MIB = 1024 * 1024
KEY = "stations/1/Фильм.mp4"


class _Store:
    """As much of the S3 store as is asked."""

    def stat(self, key):
        return ObjectStat(key, 20 * MIB, "video/mp4", "abc", datetime(2026, 11, 1, tzinfo=UTC))

    def presign_fetch(self, key, *, expires_in_seconds):
        return f"/bucket/{key}?signed={expires_in_seconds}"


@pytest.fixture(autouse=True)
def _store(monkeypatch):
    store = _Store()
    monkeypatch.setattr("media_admin.services.object_cache.get_object_storage", lambda: store)
    monkeypatch.setattr(accel_redirect, "get_object_storage", lambda: store)


def _told(*, is_again=False, **asked):
    headers = {name.replace("_", "-"): value for name, value in asked.items()}
    decision = decide(Wanted(KEY), method="GET", headers=headers)
    return accel_redirect.headers(decision, asked=headers, is_again=is_again)


@pytest.mark.parametrize(
    ("asked", "place", "told"),
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
def test_slices_go_by_the_browsers_own_range_where_that_is_plain(asked, place, told):
    headers = _told(**asked)

    assert headers["X-Accel-Redirect"] == place
    assert headers.get("X-Media-Range") == told
    assert headers["X-Media-Tag"] == '"abc"'
    assert headers["X-Media-Path"].startswith(f"/bucket/{KEY}?signed=")
    assert "Content-Length" not in headers


def test_the_first_whole_read_passes_and_those_that_follow_are_kept():
    places = [_told()["X-Accel-Redirect"] for _each in range(3)]

    assert places == ["/_media/pass", "/_media/slices/long", "/_media/slices/long"]


def test_the_second_answer_leads_where_errors_are_final():
    assert _told(is_again=True)["X-Accel-Redirect"] == "/_media_again/long"
    assert _told(is_again=True, Range="bytes=0-9")["X-Accel-Redirect"] == "/_media_again/short"
