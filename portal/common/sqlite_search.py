"""A LIKE function for SQLite that ignores case in Cyrillic too; SQLite's own knows only ASCII."""

import re
from functools import lru_cache
from typing import Any

_WILDCARDS = {"%": ".*", "_": "."}


@lru_cache(maxsize=256)
def _compiled(pattern: str, escape: str) -> re.Pattern[str]:
    parts: list[str] = []
    letters = iter(pattern)
    for letter in letters:
        if letter == escape:
            parts.append(re.escape(next(letters, "")))
        else:
            parts.append(_WILDCARDS.get(letter) or re.escape(letter))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def like(pattern: Any, text: Any, escape: str = "") -> bool | None:
    """Match as SQL's LIKE does, ignoring case in every alphabet; null stays null."""
    if pattern is None or text is None:
        return None
    return _compiled(str(pattern), escape).fullmatch(str(text)) is not None


def register_like(connection: Any, **kwargs: Any) -> None:
    """Register LIKE on a new connection; a receiver of Django's connection_created."""
    if connection.vendor != "sqlite":
        return
    for arguments in (2, 3):
        connection.connection.create_function("like", arguments, like, deterministic=True)
