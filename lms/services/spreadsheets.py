"""Reads and writes XLSX and CSV files; no other module does.

Cells are read as trimmed texts, and limits protect against zip bombs. Texts are written so that no
spreadsheet program takes them for formulas.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TextIO

import xlsxwriter
from openpyxl import load_workbook

from lms.errors import UnreadableTable
from lms.services import spreadsheet_limits

_MAX_COLUMNS = 50
# Empty lines count too, because a workbook of a few bytes can contain a million of them.
_MAX_LINES = 20_000
# The most lines that Excel takes in one sheet, and the most characters in one cell.
XLSX_LINE_LIMIT = 1_048_576
_XLSX_CELL_LIMIT = 32767
_DELIMITERS = (";", ",", "\t")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NARROW, _WIDE = 12, 48
# A broken workbook raises one of these, depending on the part that is broken.
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
# Texts in UTF-16 have a zero byte beside each Latin character, digit or space; others have none.
_NUL = 0

Line = tuple[int, list[str]]
type Cell = str | int | float | Decimal | datetime | None


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    `keys` go to a hidden line below the headings. `widths` of columns are counted in characters;
    without them each column fits its longest cell, between 12 and 48 characters.
    """

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]] = ()
    keys: Sequence[str] = ()
    widths: Sequence[int] = ()
    wraps_text: bool = False
    frozen_columns: int = 0
    has_filter: bool = False


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def typed_text(text: str) -> str:
    """Return the text as it was before `safe_text`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def read_back(text: str) -> str:
    """Return a text as it is after it was written to a workbook here and read again."""
    return typed_text(safe_text(text)[:_XLSX_CELL_LIMIT]).strip()


def lines_of(data: bytes, *, is_column: Callable[[str], bool]) -> Iterator[Line]:
    """Return the numbers and cells of the lines of a CSV or of a workbook's first sheet.

    Empty lines are left out, but counted. `is_column` recognises a heading: the delimiter of a CSV
    file is found by it. Formulas are read as the values that the spreadsheet program saved.

    Raises:
        UnreadableTable: the data are neither XLSX nor CSV, or have too many lines.
    """
    lines = xlsx_lines(data) if data.startswith(b"PK") else csv_lines(data, is_column=is_column)
    for number, cells in enumerate(lines, start=1):
        if number > _MAX_LINES:
            raise UnreadableTable
        if any(cells):
            yield number, cells


def xlsx_lines(data: bytes) -> Iterator[list[str]]:
    """Return the cells of all lines of the first sheet, empty ones included.

    Raises:
        UnreadableTable: the data are not a workbook, or one that costs too much to read.
    """
    try:
        spreadsheet_limits.check(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # Some programs store a wrong size of the sheet. Without a size all rows are read.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True)
        for row in spreadsheet_limits.within_time(rows):
            yield [_text(value) for value in row]
    except _BROKEN_WORKBOOK as error:
        raise UnreadableTable from error


def csv_lines(data: bytes, *, is_column: Callable[[str], bool]) -> Iterator[list[str]]:
    """Return the cells of all lines, empty ones included.

    Raises:
        UnreadableTable: the data are not text, or not CSV.
    """
    text = decoded(data)
    delimiter = delimiter_of(text, is_column=is_column)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [cell.strip() for cell in cells[:_MAX_COLUMNS]]
    except csv.Error as error:
        raise UnreadableTable from error


def delimiter_of(text: str, *, is_column: Callable[[str], bool]) -> str:
    """Return the delimiter by which the first line has the most known headings."""
    first = _first_line(text)

    def known(delimiter: str) -> int:
        cells = next(csv.reader([first], delimiter=delimiter), [])
        return sum(is_column(cell) for cell in cells)

    return max(_DELIMITERS, key=known)


def first_line_cells(text: str, *, is_column: Callable[[str], bool]) -> list[str]:
    """Return the cells of the first line that is not empty."""
    first = _first_line(text)
    return next(csv.reader([first], delimiter=delimiter_of(text, is_column=is_column)), [])


def decoded(data: bytes) -> str:
    """Return the text: UTF-16 if a byte order mark or zero bytes say so, UTF-8 or Windows-1251.

    Raises:
        UnreadableTable: the data are not text.
    """
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Pictures and old workbooks contain zero characters, texts do not.
        if "\0" not in text:
            return text
    raise UnreadableTable


def workbook(*sheets: Sheet) -> bytes:
    """Return a workbook: numbers and instants are native cells, texts are never formulas."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for sheet in sheets:
        _write_sheet(book, sheet)
    book.close()
    return target.getvalue()


def write_workbook(path: Path, sheet: Sheet) -> None:
    """Write the same workbook to a file, with one row in memory at a time."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    _write_sheet(book, sheet)
    book.close()


def csv_file(
    headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ","
) -> bytes:
    """Return a CSV file in UTF-8; its byte order mark lets Excel read Cyrillic letters.

    Instants are written as ISO 8601 with a space.
    """
    target = io.StringIO(newline="")
    _write_csv(target, headings, rows, delimiter=delimiter)
    return target.getvalue().encode("utf-8-sig")


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write the same CSV to a file, row by row."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        _write_csv(target, headings, rows, delimiter=",")


def _write_csv(
    target: TextIO, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str
) -> None:
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerow(headings)
    for row in rows:
        writer.writerow(safe_text(cell) if isinstance(cell, str) else cell for cell in row)


def _write_sheet(book: xlsxwriter.Workbook, sheet: Sheet) -> None:
    page = book.add_worksheet(_sheet_name(sheet.title))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"} if sheet.wraps_text else {})
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for column, heading in enumerate(sheet.headings):
        page.write_string(0, column, heading, bold)
    for column, key in enumerate(sheet.keys):
        page.write_string(1, column, key)
    head_lines = 2 if sheet.keys else 1
    if sheet.keys:
        page.set_row(1, None, None, {"hidden": True})
    widths = [len(heading) + 2 for heading in sheet.headings]
    line = head_lines - 1
    for line, row in enumerate(sheet.rows, start=head_lines):
        for column, cell in enumerate(row):
            _write_cell(page, line, column, cell, plain=plain, instant=instant)
            widths[column] = max(widths[column], len(str(cell)) + 2)
    for column, width in enumerate(sheet.widths or widths):
        page.set_column(column, column, min(max(width, _NARROW), _WIDE))
    page.freeze_panes(head_lines, sheet.frozen_columns)
    if sheet.has_filter:
        page.autofilter(0, 0, line, max(len(sheet.headings) - 1, 0))


def _write_cell(
    page: xlsxwriter.worksheet.Worksheet,
    line: int,
    column: int,
    cell: Cell,
    *,
    plain: xlsxwriter.format.Format,
    instant: xlsxwriter.format.Format,
) -> None:
    if isinstance(cell, datetime):
        page.write_datetime(line, column, cell, instant)
    elif isinstance(cell, int | float | Decimal):
        page.write_number(line, column, cell, plain)
    elif cell:
        page.write_string(line, column, safe_text(cell)[:_XLSX_CELL_LIMIT], plain)


def _sheet_name(title: str) -> str:
    """Return a title without the characters, and of the length, that Excel forbids."""
    plain = "".join(" " if character in "[]:*?/\\'" else character for character in title)
    return plain.strip()[:31] or "1"


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return format(value, ".15g")
    return str(value).strip()


def _encodings(data: bytes) -> list[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if _NUL not in data:
        return ["utf-8-sig", "cp1251"]
    high_first, low_first = _NUL in data[::2], _NUL in data[1::2]
    if high_first == low_first:
        return []
    return ["utf-16-be" if high_first else "utf-16-le"]
