"""Generous limits per signed-in user or per address, by environment variable."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class PerCallerThrottle(SimpleRateThrottle):
    """Count a signed-in caller by user id and an anonymous one by address."""

    scope = "user"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Choose the rate by who calls, then count; the counter lives in the cache."""
        self.scope = "user" if request.user.is_authenticated else "anon"
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)

    def get_cache_key(self, request: Request, view: Any) -> str:
        """Return the key of the caller's counter."""
        if request.user.is_authenticated:
            ident = request.user.pk
        else:
            ident = self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": ident}
