"""The address under which people outside reach the portal."""

from django.conf import settings
from django.http import HttpRequest


def public_address(request: HttpRequest) -> str:
    """Return PORTAL_PUBLIC_URL, or else scheme and host of this request, without a final slash."""
    return settings.PORTAL_PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
