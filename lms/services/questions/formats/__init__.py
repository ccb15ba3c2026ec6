"""Reads questions from a file or a text, and recognises its format."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.services.questions.formats import aiken, gift, paste
from lms.services.questions.import_rows import SheetRow, check_count, check_size, decoded
from lms.services.questions.sheet import is_sheet, read_sheet

TABLE, GIFT, AIKEN, TEXT = "table", "gift", "aiken", "text"
NAMES: dict[str, Promise] = {
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
    """The rows that were read, and the format of their source."""

    rows: list[SheetRow]
    format: str


def read_file(data: bytes, *, name: str) -> Source:
    """Read a file; the extension of its name, or else its content, shows the format.

    Raises:
        UnreadableQuestions: the file is too large or neither text nor workbook, or it contains no
            questions or too many.
    """
    check_size(data)
    extension = name.lower().rpartition(".")[2]
    if data.startswith(b"PK") or extension in {"csv", "xlsx"} or not data:
        return Source(read_sheet(data), TABLE)
    text = decoded(data)
    return _read(text, GIFT if extension == "gift" else format_of(text))


def read_text(text: str) -> Source:
    """Read a pasted text; its content shows the format.

    Raises:
        UnreadableQuestions: the text is too large, or contains no questions or too many.
    """
    check_size(text.encode())
    return _read(text, format_of(text))


def format_of(text: str) -> str:
    """Return the format of a text; plain text if it has no marks of another format."""
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
