"""Generous limits for each signed-in user or each address, by environment variable."""

import time

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class PerCallerThrottle(SimpleRateThrottle):
    """Count calls in fixed windows, as one number for each caller in the cache.

    A signed-in caller is counted by user id, an anonymous one by address. The framework's own
    throttles keep a list of times, of 3,000 entries here, which each request reads and writes.
    Nobody is refused while the cache is down.
    """

    def __init__(self) -> None:
        """Leave the rate to each call: it depends on who calls."""
        self.window_seconds = 60

    def allow_request(self, request: Request, view: object) -> bool:
        """Count this call; refuse it above the rate."""
        scope = "user" if request.user.is_authenticated else "anon"
        limit, self.window_seconds = self._rate_of(scope)
        ident = request.user.pk if scope == "user" else self.get_ident(request)
        window = int(time.time()) // self.window_seconds
        return self._count(f"throttle:{scope}:{ident}:{window}") <= limit

    def wait(self) -> float:
        """Return the seconds until the next window."""
        return self.window_seconds - time.time() % self.window_seconds

    def _rate_of(self, scope: str) -> tuple[int, int]:
        calls, seconds = self.parse_rate(self.THROTTLE_RATES[scope])
        return calls or 0, seconds or 60

    def _count(self, key: str) -> int:
        """Return how often the key was counted in its window, this call included."""
        try:
            return cache.incr(key) or 0
        except ValueError:  # The first call of the window.
            if cache.add(key, 1, timeout=self.window_seconds * 2):
                return 1
        return cache.incr(key) or 0
