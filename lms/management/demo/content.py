"""Reads the demo content and describes its media files."""

import hashlib
import json
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

FOLDER = Path(__file__).parent
MEDIA = FOLDER / "media"
# Any fixed value does: names of lessons and topics must not change between two installations.
_NAMES = UUID("5c8f2a34-6a1d-4d2e-9f57-0a4f6e3b7c11")
_TYPES = {".webp": "image/webp", ".mp4": "video/mp4", ".pdf": "application/pdf"}


@dataclass(frozen=True)
class DemoFile:
    """A file of the demo set, by its path below `media/`."""

    path: str

    @property
    def source(self) -> Path:
        """Where the bytes are."""
        return MEDIA / self.path

    @property
    def name(self) -> str:
        """The name that people see."""
        return self.source.name

    @property
    def size_bytes(self) -> int:
        """The size of the file."""
        return self.source.stat().st_size

    @property
    def content_type(self) -> str:
        """The media type, which the table of the machine may not know for every suffix."""
        suffix = self.source.suffix
        return _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")


def load(name: str) -> Any:
    """Return the content of one JSON file."""
    return json.loads((FOLDER / "content" / f"{name}.json").read_text(encoding="utf-8"))


def fixed_uuid(*words: object) -> UUID:
    """Return the identifier that always belongs to these words."""
    return uuid5(_NAMES, "/".join(map(str, words)))


def chance(*words: object) -> float:
    """Return a number in [0, 1) that always belongs to these words.

    Stands in for dice: a row looks arbitrary, yet the same in every installation.
    """
    digest = hashlib.sha256("/".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def between(low: int, high: int, *words: object) -> int:
    """Return a whole number from `low` to `high`, both included, that belongs to these words."""
    return low + int(chance(*words) * (high - low + 1))
