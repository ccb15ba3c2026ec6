"""Reads and writes tables as XLSX and CSV: cells as trimmed texts, limits against zip bombs."""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter
from openpyxl import load_workbook

from lms.errors import UnreadableTable

# A workbook of 2 MB may unpack to gigabytes; one that people fill in never does.
_MAX_UNPACKED_BYTES = 40 * 1024 * 1024
_MAX_COLUMNS = 50
# Empty lines count too: a workbook of a few bytes may name a million of them.
_MAX_LINES = 20_000
_XLSX_CELL_LIMIT = 32767
_DELIMITERS = (";", ",", "\t")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NARROW, _WIDE = 12, 48
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
# In texts typed by people, NUL at one of the two places of every other character is UTF-16.
_NUL = 0

Line = tuple[int, list[str]]


def safe_text(text: str) -> str:
    """Return text that no spreadsheet takes for a formula (layout.md, trap 5)."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def typed_text(text: str) -> str:
    """Return the text that `safe_text` made safe."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def read_back(text: str) -> str:
    """Return a text as it comes back from a workbook that was written here."""
    return typed_text(safe_text(text)[:_XLSX_CELL_LIMIT]).strip()


def lines_of(data: bytes, *, is_column: Callable[[str], bool]) -> Iterator[Line]:
    """Return the numbers and cells of the lines of a CSV or of a workbook's first sheet.

    Empty lines are left out, but counted. `is_column` knows headings; it decides what parts the
    cells of a CSV. Formulas are read as the values that the spreadsheet program saved with them.

    Raises:
        UnreadableTable: neither XLSX nor CSV, or far too long.
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
        UnreadableTable: this is no workbook, or it unpacks to more than 40 MB.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > _MAX_UNPACKED_BYTES:
            raise UnreadableTable
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # Some programs store a wrong size of the sheet; without it all rows are read.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True):
            yield [_text(value) for value in row]
    except _BROKEN_WORKBOOK as error:
        raise UnreadableTable from error


def csv_lines(data: bytes, *, is_column: Callable[[str], bool]) -> Iterator[list[str]]:
    """Return the cells of all lines, empty ones included.

    Raises:
        UnreadableTable: these bytes are no text, or not one of cells.
    """
    text = decoded(data)
    delimiter = delimiter_of(text, is_column=is_column)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [cell.strip() for cell in cells[:_MAX_COLUMNS]]
    except csv.Error as error:
        raise UnreadableTable from error


def delimiter_of(text: str, *, is_column: Callable[[str], bool]) -> str:
    """Return the delimiter that makes known columns of most of the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def known(delimiter: str) -> int:
        cells = next(csv.reader([first], delimiter=delimiter), [])
        return sum(is_column(cell) for cell in cells)

    return max(_DELIMITERS, key=known)


def decoded(data: bytes) -> str:
    """Return the text: UTF-16 where a mark or the NULs say so, else UTF-8, else Windows-1251.

    Raises:
        UnreadableTable: these bytes are no text.
    """
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Text holds no NUL; a picture or an old workbook does.
        if "\0" not in text:
            return text
    raise UnreadableTable


def workbook(
    title: str, headings: Sequence[str], keys: Sequence[str], rows: Iterable[Sequence[Any]]
) -> bytes:
    """Return a workbook: headings, a hidden line of column keys, rows of safe texts and numbers."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    widths = [len(heading) + 2 for heading in headings]
    for column, (heading, key) in enumerate(zip(headings, keys, strict=True)):
        sheet.write_string(0, column, heading, bold)
        sheet.write_string(1, column, key)
    sheet.set_row(1, None, None, {"hidden": True})
    for line, row in enumerate(rows, start=2):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(line, column, value, wrapped)
            elif value:
                sheet.write_string(line, column, safe_text(value)[:_XLSX_CELL_LIMIT], wrapped)
            widths[column] = max(widths[column], len(str(value)) + 2)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width, _NARROW), _WIDE))
    sheet.freeze_panes(2, 0)
    book.close()
    return target.getvalue()


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return comma-separated UTF-8 with a byte order mark, so that Excel reads Cyrillic."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(headings)
    for row in rows:
        writer.writerow(safe_text(v) if isinstance(v, str) else v for v in row)
    return target.getvalue().encode("utf-8-sig")


def _sheet_name(title: str) -> str:
    plain = "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)
    return plain.strip()[:31] or "1"


def _text(value: Any) -> str:
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
