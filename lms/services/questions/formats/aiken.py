"""Reads AIKEN: a question, options as "A. ..." or "A) ...", and a line "ANSWER: B".

The format: https://docs.moodle.org/en/Aiken_format.
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from lms.services.questions.import_rows import SheetRow, question_row, refused_row

_OPTION = re.compile(r"([A-Z])[.)] (.+)")
_ANSWER = re.compile(r"ANSWER: ?([A-Z])")
_ANSWER_LINE = re.compile(r"^[ \t]*ANSWER:[ \t]*[A-Z][ \t]*\r?$", re.MULTILINE)
_OPTION_LINE = re.compile(r"^[ \t]*[A-Z][.)]\s", re.MULTILINE)


@dataclass
class _Question:
    line: int = 0
    text: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)

    def row(self, right: str | None) -> SheetRow:
        """Return the row of the question; `right` is the letter of the right option."""
        text = "\n".join(self.text)
        reason = self._reason(right)
        if reason or right is None:
            return refused_row(self.line, text, reason)
        return question_row(self.line, text, self.options, self.letters.index(right))

    def _reason(self, right: str | None) -> str:
        if right is None:
            return _("The line with the right answer is missing, for example ANSWER: B.")
        if not self.options:
            return _("There are no answers such as A. or A).")
        if len(set(self.letters)) < len(self.letters):
            return _("Two answers have the same letter.")
        if right not in self.letters:
            return _("There is no answer %(letter)s.") % {"letter": right}
        return ""


def looks_like(text: str) -> bool:
    """Tell whether a text has lines such as ANSWER: B, and options with capital letters."""
    return bool(_ANSWER_LINE.search(text) and _OPTION_LINE.search(text))


def read(lines: list[str]) -> list[SheetRow]:
    """Return a row for each question of the lines, refused ones included."""
    rows: list[SheetRow] = []
    current = _Question()
    for number, raw in enumerate(lines, start=1):
        line = " ".join(raw.split())
        answer, option = _ANSWER.fullmatch(line), _OPTION.fullmatch(line)
        if answer:
            current.line = current.line or number
            rows.append(current.row(answer.group(1)))
            current = _Question()
            continue
        if not line:
            continue
        if option and current.line:
            current.letters.append(option.group(1))
            current.options.append(option.group(2))
            continue
        if current.options:
            # The next question begins although this one has no line with the answer.
            rows.append(current.row(None))
            current = _Question()
        current.line = current.line or number
        current.text.append(line)
    if current.line:
        rows.append(current.row(None))
    return rows
