"""Exports a list of a station as a table, and takes one back: first shows what would change.

A row is matched by its number (column `id`), else added. A column that the table lacks stays as
it is. Features of a safety system are the lines of one cell.
"""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Field, IntegerField
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lms.errors import UnreadableTable
from lms.models import Station
from lms.services import sheets, station_sheet_store
from lms.services.station_lists import FEATURES, MAX_ROWS, StationList
from media_admin.services.register import ready_kinds
from portal.common.errors import Conflict, Invalid

MAX_BYTES = 2 * 1024 * 1024
KEY = "id"
_FEATURE_LENGTH = 255
_TRIES = ("id", "№", "#", "no", "number", "номер")


@dataclass
class Field_:
    """A field before and after, as people read it."""


@dataclass
class Draft:
    """A line of a table as it would be stored, and what becomes of it.

    `changes` are (heading, before, after) of the columns that differ; a new row has all that are
    filled in. `values` go into the row, `features` are its lines or None where they stay.
    """

    line: int
    cells: dict[str, str]
    row: Any = None
    title: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    features: list[str] | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Return refused, new, changed or unchanged."""
        if self.errors:
            return "refused"
        if self.row is None:
            return "new"
        return "changed" if self.changes else "unchanged"
