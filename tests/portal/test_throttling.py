"""The rate of a caller: exact, and shared by all processes through the cache."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache

from portal.common import throttling
from portal.common.throttling import PerCallerThrottle


@pytest.fixture
def window(monkeypatch):
    """Stop the clock, so that no window ends in the middle of a test."""
    monkeypatch.setattr(throttling.time, "time", lambda: 6_000_000.0)


# A request as far as the throttle looks at it.
_CALLER = SimpleNamespace(user=SimpleNamespace(is_authenticated=True, pk="person"))


def _throttle(rate: str, monkeypatch) -> PerCallerThrottle:
    monkeypatch.setattr(PerCallerThrottle, "THROTTLE_RATES", {"user": rate})
    return PerCallerThrottle()


def _allowed(throttle: PerCallerThrottle, calls: int) -> int:
    return sum(throttle.allow_request(_CALLER, None) for _call in range(calls))


@pytest.mark.parametrize("limit", [5, 1000])
def test_a_limit_is_kept_to_the_call(window, monkeypatch, limit):
    throttle = _throttle(f"{limit}/min", monkeypatch)

    assert _allowed(throttle, limit + 200) == limit


def test_what_other_processes_counted_counts_here(window, monkeypatch):
    throttle = _throttle("1000/min", monkeypatch)
    _allowed(throttle, 1)
    # What 994 calls to another process leave in the cache.
    cache.incr(f"throttle:user:person:{6_000_000 // 60}", 994)

    assert _allowed(throttle, 100) == 5


def test_a_new_window_starts_at_zero(monkeypatch):
    throttle = _throttle("5/min", monkeypatch)
    monkeypatch.setattr(throttling.time, "time", lambda: 6_000_000.0)
    first = _allowed(throttle, 7)
    monkeypatch.setattr(throttling.time, "time", lambda: 6_000_060.0)

    assert (first, _allowed(throttle, 7)) == (5, 5)


def test_nobody_is_refused_while_the_cache_is_down(window, monkeypatch):
    throttle = _throttle("5/min", monkeypatch)
    # What django-redis returns for a command that failed.
    monkeypatch.setattr(cache, "incr", lambda key: None)

    assert _allowed(throttle, 7) == 7
