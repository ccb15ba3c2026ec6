"""What every source of questions yields: rows of texts, and the limits of one import."""

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

    `refused` says why the source's question cannot become one of the portal; `note` says what of it
    is not taken along.
    """

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    note: str = ""


def option_column(place: int) -> str:
    """Return the name of the column of an option; places start at 1."""
    return f"option_{place}"


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
    """Return the row of a question whose right option is known by its index from 0."""
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
    """Return the row of a question that cannot be taken, with the reason for people."""
    return SheetRow(line, {"question": question}, refused=reason)


def check_size(data: bytes) -> None:
    """Refuse more bytes than one import may have.

    Raises:
        UnreadableQuestions: more than 2 MB.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableQuestions(_("The file is larger than 2 MB."))


def check_count(rows: list[SheetRow]) -> list[SheetRow]:
    """Return the rows when there are some and not too many.

    Raises:
        UnreadableQuestions: no rows, or more than 500.
    """
    if not rows:
        raise UnreadableQuestions(_("No questions were found in the text."))
    if len(rows) > MAX_ROWS:
        raise UnreadableQuestions(_("One file may hold at most 500 questions."))
    return rows


def decoded(data: bytes) -> str:
    """Return the text of a file: UTF-16, UTF-8 or Windows-1251.

    Raises:
        UnreadableQuestions: these bytes are no text.
    """
    try:
        return spreadsheets.decoded(data)
    except UnreadableTable as error:
        raise UnreadableQuestions from error
