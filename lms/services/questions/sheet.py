"""Reads a table of questions from a CSV or XLSX file: finds its columns, checks no rules."""

import re
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from lms.errors import UnreadableQuestions, UnreadableTable
from lms.services import spreadsheets
from lms.services.questions.import_rows import MAX_ROWS, SheetRow, check_size, option_column

OPTIONS = 6
_NARROW, _WIDE = 22, 48
_LONGEST_HEADINGS = 2000
_NAMES = {
    "question": ("question", "вопрос", "текст вопроса"),
    "right": (
        *("right", "right answer", "correct", "correct answer"),
        *("правильный", "правильный ответ", "верный", "верный ответ"),
    ),
    "points": ("points", "баллы", "балл"),
    "explanation": ("explanation", "пояснение", "объяснение"),
}
_OPTION_NAME = re.compile(r"(?:option|answer|вариант|вариант ответа|ответ) ?№? ?([1-9])")
_NEEDED = ("question", "option_1", "option_2", "right")


def read_sheet(data: bytes) -> list[SheetRow]:
    """Return the rows of the first sheet that are not empty; cells are trimmed texts.

    Formulas are read as the values that the spreadsheet program saved with them.

    Raises:
        UnreadableQuestions: the file is too large or neither XLSX nor CSV, a column is unknown or
            missing, or there are no rows or too many.
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
    """Tell whether the first line of a text consists of headings of a table of questions."""
    first = next((line for line in text.splitlines() if line.strip()), "")[:_LONGEST_HEADINGS]
    cells = spreadsheets.first_line_cells(first, is_column=_is_column)
    names = {_column_name(cell) for cell in cells}
    return "question" in names and len(names - {None}) > 1


def example() -> list[str | int]:
    """Return the cells of one question as an example of how to fill in a row."""
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
    """Return a workbook with the headings, and with an example on its second sheet."""
    widths = [_WIDE, *[_NARROW] * (OPTIONS + 2), _WIDE]
    return spreadsheets.workbook(
        spreadsheets.Sheet(_("Questions"), headings(), widths=widths),
        spreadsheets.Sheet(_("Example"), headings(), [example()], widths=widths),
    )


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
    """Return the index of each column; headings may be English or Russian."""
    columns: dict[str, int] = {}
    for at, title in enumerate(titles):
        if not title:
            continue
        name = _column_name(title)
        if name is None:
            raise UnreadableQuestions(_("Unknown column: %(title)s.") % {"title": title[:60]})
        if name in columns:
            raise UnreadableQuestions(_("This column appears twice: %(title)s.") % {"title": title})
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
