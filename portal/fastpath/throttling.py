"""Rate limits that are counted in the process and written to the cache now and then.

Benchmark rows: GET /courses/me/programs; GET /files/presign.
Figures: with the framework's throttles and half of a limit used up, these cost 1.4 and 1.3 times
the CPU time (bench/results/overrides.json).
Upstream: by design, SimpleRateThrottle keeps a list of times for each caller, here of up to 3,000
entries, which every request reads from the cache and writes back.
Off: FASTPATH_THROTTLE=0 uses the framework's AnonRateThrottle and UserRateThrottle.
"""

import threading
import time
from typing import ClassVar

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

# The part of the limit that a process counts by itself before it writes to the cache.
_PARTS = 100
_MAX_CALLERS = 20_000


class PerCallerThrottle(SimpleRateThrottle):
    """Count calls in fixed windows: one number for each caller in the cache.

    A signed-in caller is counted by user id, an anonymous one by address. A process adds up a
    hundredth of the limit before it writes to the cache, so that an ordinary request does not; a
    caller may exceed the limit by that much per process, and limits below 200 are kept exactly.
    Where the cache is down each process counts alone.
    """

    _lock = threading.Lock()
    # By caller and window: calls that the cache does not know yet, and its last known total.
    _counts: ClassVar[dict[str, tuple[int, int]]] = {}

    def __init__(self) -> None:
        """Leave the rate to each call: it depends on who calls."""
        self.window_seconds = 60

    def allow_request(self, request: Request, view: object) -> bool:
        """Count this call; refuse it above the rate."""
        scope = "user" if request.user.is_authenticated else "anon"
        limit, self.window_seconds = self._rate_of(scope)
        ident = request.user.pk if scope == "user" else self.get_ident(request)
        window = int(time.time()) // self.window_seconds
        return self._count(f"throttle:{scope}:{ident}:{window}", max(1, limit // _PARTS)) <= limit

    def wait(self) -> float:
        """Return the seconds until the next window."""
        return self.window_seconds - time.time() % self.window_seconds

    def _rate_of(self, scope: str) -> tuple[int, int]:
        calls, seconds = self.parse_rate(self.THROTTLE_RATES[scope])
        return calls or 0, seconds or 60

    def _count(self, key: str, step: int) -> int:
        with self._lock:
            if len(self._counts) > _MAX_CALLERS:
                self._counts.clear()
            pending, total = self._counts.get(key, (0, 0))
            pending += 1
            if pending < step:
                self._counts[key] = (pending, total)
                return total + pending
            self._counts[key] = (0, total + pending)
        return self._write(key, pending)

    def _write(self, key: str, pending: int) -> int:
        try:
            total = cache.incr(key, pending)
        except ValueError:
            cache.add(key, pending, timeout=self.window_seconds * 2)
            return pending
        with self._lock:
            late, known = self._counts.get(key, (0, 0))
            self._counts[key] = (late, max(known, total or 0))
        return self._counts[key][1]
