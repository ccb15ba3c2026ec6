"""The UNFOLD dict: titles, colours, sidebar; dotted callbacks only, no imports of apps."""

from typing import Any

UNFOLD: dict[str, Any] = {}
