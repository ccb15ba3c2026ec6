"""Reads questions from a file or a text of any known format; tells which format it was."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from lms.services.questions.formats import aiken, gift, paste
from lms.services.questions.import_rows import SheetRow, check_count, check_size, decoded
from lms.services.questions.sheet import is_sheet, read_sheet

TABLE, GIFT, AIKEN, TEXT = "table", "gift", "aiken", "text"
NAMES: dict[str, Any] = {
    TABLE: _("table"),
    GIFT: _("Moodle GIFT"),
    AIKEN: _("AIKEN"),
    TEXT: _("plain text"),
}
EXTENSIONS = (".xlsx", ".csv", ".gift", ".txt")
_READERS = {GIFT: gift.read, AIKEN: aiken.read, TEXT: paste.read}
_NUMBERED = re.compile(r"^[ \t]*\d{1,3}[.)][ \t]", re.MULTILINE)


@dataclass
class Source:
    """The rows that were read, and the format they were read as."""

    rows: list[SheetRow]
    format: str


def read_file(data: bytes, *, name: str) -> Source:
    """Read a file by its name's extension, or by its content where that says nothing.

    Raises:
        UnreadableQuestions: too large, no text and no workbook, no questions, or too many.
    """
    check_size(data)
    extension = name.lower().rpartition(".")[2]
    if data.startswith(b"PK") or extension in {"csv", "xlsx"} or not data:
        return Source(read_sheet(data), TABLE)
    text = decoded(data)
    return _read(text, GIFT if extension == "gift" else format_of(text))


def read_text(text: str) -> Source:
    """Read a pasted text; the format is found by its content.

    Raises:
        UnreadableQuestions: too large, no questions, or too many.
    """
    check_size(text.encode())
    return _read(text, format_of(text))


def format_of(text: str) -> str:
    """Return the format that a text is written in; plain text where nothing says otherwise."""
    if is_sheet(text):
        return TABLE
    if gift.looks_like(text):
        return GIFT
    if aiken.looks_like(text) and not _NUMBERED.search(text):
        return AIKEN
    return TEXT


def _read(text: str, name: str) -> Source:
    if name == TABLE:
        return Source(read_sheet(text.encode()), TABLE)
    lines = text.lstrip("\ufeff").splitlines()
    return Source(check_count(_READERS[name](lines)), name)
