"""Rows of questions, which every import format returns, and the limits of one import."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from lms.errors import UnreadableQuestions, UnreadableTable
from lms.services import spreadsheets

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 500
MAX_OPTIONS = 10


@dataclass
class SheetRow:
    """The texts of a question by column, and the number of its line in the source.

    `refused` says why the question cannot be imported, `note` which part of it is not imported.
    """

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    note: str = ""


def option_column(number: int) -> str:
    """Return the name of the column of an option; the first option has the number 1."""
    return f"option_{number}"


def question_row(
    line: int,
    question: str,
    options: list[str],
    right_index: int,
    *,
    explanation: str = "",
    points: str = "",
    note: str = "",
) -> SheetRow:
    """Return the row of a question; the index of its right option starts at 0."""
    if len(options) > MAX_OPTIONS:
        reason = _("A question may have at most %(limit)s answers.") % {"limit": MAX_OPTIONS}
        return refused_row(line, question, reason)
    cells = {"question": question, "right": f"#{right_index + 1}"}
    cells |= {option_column(place): text for place, text in enumerate(options, start=1)}
    if explanation:
        cells["explanation"] = explanation
    if points:
        cells["points"] = points
    return SheetRow(line, cells, note=note)


def refused_row(line: int, question: str, reason: str) -> SheetRow:
    """Return the row of a question that cannot be imported, with the reason."""
    return SheetRow(line, {"question": question}, refused=reason)


def check_size(data: bytes) -> None:
    """Check the size of a file or text.

    Raises:
        UnreadableQuestions: it has more than 2 MB.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableQuestions(_("The file is larger than 2 MB."))


def check_count(rows: list[SheetRow]) -> list[SheetRow]:
    """Check the number of rows, and return them.

    Raises:
        UnreadableQuestions: there are no rows, or more than 500.
    """
    if not rows:
        raise UnreadableQuestions(_("No questions were found in the text."))
    if len(rows) > MAX_ROWS:
        raise UnreadableQuestions(_("One file may hold at most 500 questions."))
    return rows


def decoded(data: bytes) -> str:
    """Return the text of a file: UTF-16, UTF-8 or Windows-1251.

    Raises:
        UnreadableQuestions: the data are not text.
    """
    try:
        return spreadsheets.decoded(data)
    except UnreadableTable as error:
        raise UnreadableQuestions from error
