"""Hooks of drf-spectacular: which routes the contract shows."""

from collections.abc import Callable
from typing import Any

Endpoint = tuple[str, str, str, Callable[..., Any]]


def keep_client_routes(endpoints: list[Endpoint], **kwargs: Any) -> list[Endpoint]:
    """Keep one spelling of each route: drop the /api copy and the form with a final slash."""
    return [
        endpoint
        for endpoint in endpoints
        if not endpoint[0].startswith(("/api/", "/admin/")) and not endpoint[0].endswith("/")
    ]
