"""Generous limits per signed-in user or per address, by environment variable."""

import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle


class PerCallerThrottle(BaseThrottle):
    """Count calls in fixed windows: one number per caller in the cache, not a list of times.

    A signed-in caller is counted by user id, an anonymous one by address. Where the cache is down
    everybody passes.
    """

    THROTTLE_RATES = api_settings.DEFAULT_THROTTLE_RATES

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this call; refuse it above the rate."""
        scope = "user" if request.user.is_authenticated else "anon"
        limit, self.window_seconds = SimpleRateThrottle.parse_rate(self, self.THROTTLE_RATES[scope])
        ident = request.user.pk if scope == "user" else self.get_ident(request)
        window = int(time.time()) // self.window_seconds
        return self._count(f"throttle:{scope}:{ident}:{window}") <= limit

    def wait(self) -> float:
        """Return the seconds until the next window."""
        return self.window_seconds - time.time() % self.window_seconds

    def _count(self, key: str) -> int:
        try:
            return cache.incr(key) or 0
        except ValueError:
            cache.add(key, 1, timeout=self.window_seconds * 2)
            return 1
