"""route(): one view under both spellings of its path, with and without the final slash."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path, register_converter

_LARGEST_ID = 2**31 - 1


class IdConverter:
    """A row's number in a path: what the database's integer cannot hold is not found."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        """Return the number; ValueError makes the route not match."""
        number = int(value) if len(value) <= 10 else _LARGEST_ID + 1
        if number > _LARGEST_ID:
            raise ValueError("no such row")
        return number

    def to_url(self, value: int) -> str:
        """Return the number as written in a path."""
        return str(value)


register_converter(IdConverter, "id")


def route(pattern: str, view: Callable[..., Any], *, name: str | None = None) -> list[URLPattern]:
    """Return the patterns of both spellings; `pattern` is written without its final slash.

    The client spells some paths with a slash and some without, and a redirect would lose a body.
    """
    bare = pattern.rstrip("/")
    return [path(bare, view, name=name), path(f"{bare}/", view)]


def routes(*groups: list[URLPattern]) -> list[URLPattern]:
    """Join what route() returned into one list, keeping the order."""
    return [pattern for group in groups for pattern in group]
