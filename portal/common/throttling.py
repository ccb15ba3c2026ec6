"""The framework's rate limit for signed-in callers alone; AnonRateThrottle limits the others."""

from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle


class SignedInRateThrottle(UserRateThrottle):
    """Count the calls of each signed-in user."""

    def get_cache_key(self, request: Request, view: object) -> str | None:
        """Return the key of the user, or None for an anonymous caller."""
        if not request.user.is_authenticated:
            return None
        return self.cache_format % {"scope": self.scope, "ident": request.user.pk}
