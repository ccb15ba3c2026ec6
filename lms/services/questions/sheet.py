"""Reads a table of questions from the bytes of a CSV or XLSX file; knows columns, not rules."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lms.errors import UnreadableQuestions, UnreadableTable
from lms.services import spreadsheets
from lms.services.questions.import_rows import MAX_ROWS, SheetRow, check_size, option_column

OPTIONS = 6
_LONGEST_HEADINGS = 2000
_NAMES = {
    "question": ("question", "вопрос", "текст вопроса"),
    "right": ("right", "right answer", "correct", "correct answer", "правильный", "верный")
    + ("правильный ответ", "верный ответ"),
    "points": ("points", "баллы", "балл"),
    "explanation": ("explanation", "пояснение", "объяснение"),
}
_OPTION_NAME = re.compile(r"(?:option|answer|вариант|вариант ответа|ответ) ?№? ?([1-9])")
_NEEDED = ("question", "option_1", "option_2", "right")


def read_sheet(data: bytes) -> list[SheetRow]:
    """Return the rows of the first sheet without empty ones; cells are trimmed texts.

    Formulas are read as the values that the spreadsheet program saved with them.

    Raises:
        UnreadableQuestions: too large, neither XLSX nor CSV, unknown or missing columns, no rows,
            or too many.
    """
    check_size(data)
    lines = _lines(data)
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
    delimiter = spreadsheets.delimiter_of(first, is_column=_is_column)
    cells = next(csv.reader([first], delimiter=delimiter), [])
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


def _lines(data: bytes) -> Iterator[spreadsheets.Line]:
    try:
        yield from spreadsheets.lines_of(data, is_column=_is_column)
    except UnreadableTable as error:
        raise UnreadableQuestions from error


def _is_column(title: str) -> bool:
    return _column_name(title) is not None


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
