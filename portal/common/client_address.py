"""Finds the caller's address behind a known number of proxies."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the caller's IP address, or None when it is not one.

    Each trusted proxy appends what it saw to X-Forwarded-For, so the last TRUSTED_PROXIES entries
    are true and whatever stands before them may be invented.
    """
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if settings.TRUSTED_PROXIES and forwarded[-1]:
        address = forwarded[-min(settings.TRUSTED_PROXIES, len(forwarded))]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
