"""Generous limits per signed-in user or per address, by environment variable."""

import threading
import time
from functools import lru_cache
from typing import Any, ClassVar

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

# Of the limit: how much a process counts by itself before it tells the others.
_SHARE = 100
_MOST_CALLERS = 20_000


class PerCallerThrottle(BaseThrottle):
    """Count calls in fixed windows: one number per caller in the cache, not a list of times.

    A signed-in caller is counted by user id, an anonymous one by address. A process adds up a
    hundredth of the limit before it writes to the cache, so that an ordinary request does not; a
    caller may exceed the limit by that much per process, and limits below 200 are kept exactly.
    Where the cache is down each process counts alone.
    """

    THROTTLE_RATES = api_settings.DEFAULT_THROTTLE_RATES
    _lock = threading.Lock()
    # Per caller and window: calls that the cache does not know yet, and its last known total.
    _counts: ClassVar[dict[str, tuple[int, int]]] = {}

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this call; refuse it above the rate."""
        scope = "user" if request.user.is_authenticated else "anon"
        limit, self.window_seconds = _parsed(self.THROTTLE_RATES[scope])
        ident = request.user.pk if scope == "user" else self.get_ident(request)
        window = int(time.time()) // self.window_seconds
        return self._count(f"throttle:{scope}:{ident}:{window}", max(1, limit // _SHARE)) <= limit

    def wait(self) -> float:
        """Return the seconds until the next window."""
        return self.window_seconds - time.time() % self.window_seconds

    def _count(self, key: str, step: int) -> int:
        with self._lock:
            if len(self._counts) > _MOST_CALLERS:
                self._counts.clear()
            pending, total = self._counts.get(key, (0, 0))
            pending += 1
            if pending < step:
                self._counts[key] = (pending, total)
                return total + pending
            self._counts[key] = (0, total + pending)
        return self._tell(key, pending)

    def _tell(self, key: str, pending: int) -> int:
        try:
            total = cache.incr(key, pending)
        except ValueError:
            cache.add(key, pending, timeout=self.window_seconds * 2)
            return pending
        with self._lock:
            late, known = self._counts.get(key, (0, 0))
            self._counts[key] = (late, max(known, total or 0))
        return self._counts[key][1]


@lru_cache(maxsize=16)
def _parsed(rate: str) -> tuple[int, int]:
    return SimpleRateThrottle.parse_rate(None, rate)
