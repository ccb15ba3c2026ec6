"""Reads a table of questions from the bytes of a CSV or XLSX file; knows columns, not rules."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lms.errors import UnreadableQuestions
from lms.services.question_rows import MAX_ROWS, SheetRow, check_size, decoded, option_column

OPTIONS = 6
# A workbook of 2 MB may unpack to gigabytes; one of 500 questions never does.
_MAX_UNPACKED_BYTES = 40 * 1024 * 1024
_MAX_COLUMNS = 50
_LONGEST_HEADINGS = 2000
_DELIMITERS = (";", ",", "\t")
_NAMES = {
    "question": ("question", "вопрос", "текст вопроса"),
    "right": ("right", "right answer", "correct", "correct answer", "правильный", "верный")
    + ("правильный ответ", "верный ответ"),
    "points": ("points", "баллы", "балл"),
    "explanation": ("explanation", "пояснение", "объяснение"),
}
_OPTION_NAME = re.compile(r"(?:option|answer|вариант|вариант ответа|ответ) ?№? ?([1-9])")
# A broken workbook fails in whatever part of the reader meets it first.
_BROKEN_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    RuntimeError,
    SyntaxError,
)
_NEEDED = ("question", "option_1", "option_2", "right")


def read_sheet(data: bytes) -> list[SheetRow]:
    """Return the rows of the first sheet without empty ones; cells are trimmed texts.

    Formulas are read as the values that the spreadsheet program saved with them.

    Raises:
        UnreadableQuestions: too large, neither XLSX nor CSV, unknown or missing columns, no rows,
            or too many.
    """
    check_size(data)
    lines = _numbered(_xlsx_lines(data) if data.startswith(b"PK") else _csv_lines(data))
    first = next(lines, None)
    if first is None:
        raise UnreadableQuestions(_("The file is empty."))
    columns = _columns(first[1])
    rows = [
        SheetRow(line, {name: cells[at] for name, at in columns.items() if at < len(cells)})
        for line, cells in islice(lines, MAX_ROWS + 1)
    ]
    if not rows:
        raise UnreadableQuestions(_("There are no questions below the headings."))
    if len(rows) > MAX_ROWS:
        raise UnreadableQuestions(_("One file may hold at most 500 questions."))
    return rows


def is_sheet(text: str) -> bool:
    """Return whether the first line of a text is the headings of a table of questions."""
    first = next((line for line in text.splitlines() if line.strip()), "")[:_LONGEST_HEADINGS]
    cells = next(csv.reader([first], delimiter=_delimiter(first)), [])
    names = {_column_name(cell) for cell in cells}
    return "question" in names and len(names - {None}) > 1


def example() -> list[Any]:
    """Return the cells of one question that shows how a row is filled in."""
    return [
        _("What is checked first before a unit is started?"),
        _("The oil level"),
        _("The colour of the fence"),
        _("The water meter"),
        "",
        "",
        "",
        1,
        1,
        _("Without oil the bearings fail."),
    ]


def template() -> bytes:
    """Return an empty workbook with the headings, and an example on its second sheet."""
    book = Workbook()
    book.active.title = _("Questions")
    for sheet, rows in ((book.active, []), (book.create_sheet(_("Example")), [example()])):
        sheet.append(headings())
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            wide = cell.column in {1, OPTIONS + 4}
            sheet.column_dimensions[get_column_letter(cell.column)].width = 48 if wide else 22
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def headings() -> list[str]:
    """Return the headings of all columns in the reader's language."""
    options = [_("Option %(number)s") % {"number": place} for place in range(1, OPTIONS + 1)]
    return [_("Question"), *options, _("Right answer"), _("Points"), _("Explanation")]


def _numbered(lines: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(lines, start=1):
        if any(cells):
            yield number, cells


def _columns(titles: list[str]) -> dict[str, int]:
    """Return the place of each column by its heading, in English or Russian."""
    columns: dict[str, int] = {}
    for at, title in enumerate(titles):
        if not title:
            continue
        name = _column_name(title)
        if name is None:
            raise UnreadableQuestions(_("Unknown column: %(title)s.") % {"title": title[:60]})
        if name in columns:
            raise UnreadableQuestions(
                _("This column is there twice: %(title)s.") % {"title": title}
            )
        columns[name] = at
    if not all(name in columns for name in _NEEDED):
        raise UnreadableQuestions(
            _("The first line must name the columns: question, option 1, option 2, right answer.")
        )
    return columns


def _column_name(title: str) -> str | None:
    wanted = " ".join(title.casefold().split())
    for name, titles in _NAMES.items():
        if wanted in titles:
            return name
    found = _OPTION_NAME.fullmatch(wanted)
    if found is None or int(found.group(1)) > OPTIONS:
        return None
    return option_column(int(found.group(1)))


def _xlsx_lines(data: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > _MAX_UNPACKED_BYTES:
            raise UnreadableQuestions
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # Some programs store a wrong size of the sheet; without it all rows are read.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True):
            yield [_text(value) for value in row]
    except _BROKEN_WORKBOOK as error:
        raise UnreadableQuestions from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return format(value, ".15g")
    return str(value).strip()


def _csv_lines(data: bytes) -> Iterator[list[str]]:
    text = decoded(data)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            yield [cell.strip() for cell in cells[:_MAX_COLUMNS]]
    except csv.Error as error:
        raise UnreadableQuestions from error


def _delimiter(text: str) -> str:
    """Return the delimiter that makes known columns of most of the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def known(delimiter: str) -> int:
        cells = next(csv.reader([first], delimiter=delimiter), [])
        return sum(_column_name(cell) is not None for cell in cells)

    return max(_DELIMITERS, key=known)
