"""The rate of a caller: exact when small, counted in parts when large, shared by processes."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache

from portal.fastpath import throttling
from portal.fastpath.throttling import PerCallerThrottle

pytestmark = pytest.mark.fastpath


@pytest.fixture
def window(monkeypatch):
    """Stop the clock, so that no window ends in the middle of a test."""
    monkeypatch.setattr(throttling.time, "time", lambda: 6_000_000.0)
    PerCallerThrottle._counts.clear()


# A request as far as the throttle looks at it.
_CALLER = SimpleNamespace(user=SimpleNamespace(is_authenticated=True, pk="person"))


def _throttle(rate: str, monkeypatch) -> PerCallerThrottle:
    monkeypatch.setattr(PerCallerThrottle, "THROTTLE_RATES", {"user": rate})
    return PerCallerThrottle()


def test_a_small_limit_is_kept_to_the_call(window, monkeypatch):
    throttle = _throttle("5/min", monkeypatch)

    assert [throttle.allow_request(_CALLER, None) for _call in range(7)] == [True] * 5 + [False] * 2


def test_a_large_limit_writes_once_in_a_hundredth_of_it(window, monkeypatch):
    throttle = _throttle("1000/min", monkeypatch)
    writes = []
    monkeypatch.setattr(cache, "incr", lambda key, by: writes.append(by) or sum(writes))

    allowed = sum(throttle.allow_request(_CALLER, None) for _call in range(1200))

    assert (allowed, set(writes), len(writes)) == (1000, {10}, 120)


def test_what_other_processes_counted_counts_here(window, monkeypatch):
    throttle = _throttle("1000/min", monkeypatch)
    (key,) = _keys_after_one_call(throttle)
    cache.set(key, 995, timeout=60)

    allowed = sum(throttle.allow_request(_CALLER, None) for _call in range(100))

    assert allowed < 10


def _keys_after_one_call(throttle: PerCallerThrottle) -> list[str]:
    throttle.allow_request(_CALLER, None)
    return list(PerCallerThrottle._counts)
