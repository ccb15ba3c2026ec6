"""route(): one view under both spellings of its path, with and without the final slash."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path


def route(pattern: str, view: Callable[..., Any], *, name: str | None = None) -> list[URLPattern]:
    """Return the patterns of both spellings; `pattern` is written without its final slash.

    The client spells some paths with a slash and some without, and a redirect would lose a body.
    """
    bare = pattern.rstrip("/")
    return [path(bare, view, name=name), path(f"{bare}/", view)]


def routes(*groups: list[URLPattern]) -> list[URLPattern]:
    """Join what route() returned into one list, keeping the order."""
    return [pattern for group in groups for pattern in group]
