"""Reads questions as people type them: with numbers or empty lines between, options with letters.

1. What is checked first?
a) the oil level *
b) the colour of the fence

The right option has * or + before or after it, or a line "Answer: a" follows. Letters may be Latin
or Cyrillic; a dash or a bullet may replace them. Lines such as "Points: 2" and "Explanation: ..."
may follow, in English or Russian.
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from lms.services.questions.import_rows import SheetRow, question_row, refused_row

# Lines are matched with single spaces: with long runs of spaces some of these patterns are slow.
_NUMBER = re.compile(
    r"(?:(?:вопрос|question) (?:№ ?)?\d{1,3} ?[.):]|(?:№ ?)?\d{1,3} ?[.)]) (?=\S)", re.IGNORECASE
)
_LETTERED = re.compile(r"([*+]?) ?([A-Za-zА-Яа-яЁё]) ?(?:\)|\.(?=[ *+])) ?([*+]?) ?(\S.*)")
_BULLET = re.compile(r"([*+•–—-]) (\S.*)")
_MARK_AFTER = re.compile(r" [*+]$|\*$")
_FIELD = re.compile(
    r"(?P<name>(?:(?:правильный|верный|correct|right) )?(?:ответ|answer)"
    r"|points?|баллы?|explanation|пояснение|объяснение) ?: ?(?P<value>\S.*)",
    re.IGNORECASE,
)
# These Cyrillic letters look like Latin ones and stand for the same options.
_ALIKE = str.maketrans("ас", "ac")


@dataclass
class _Question:
    line: int
    text: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)
    answer: str = ""
    points: str = ""
    explanation: str = ""
    is_closed: bool = False

    def add_option(self, letter: str, text: str, *, is_marked: bool) -> None:
        """Add an option; it may be marked as right after its text."""
        after = None if is_marked else _MARK_AFTER.search(text)
        if after and text[: after.start()]:
            is_marked, text = True, text[: after.start()]
        if is_marked:
            self.marked.append(len(self.options))
        self.letters.append(_letter(letter))
        self.options.append(text)

    def add_field(self, name: str, value: str) -> None:
        """Store a line with the answer, the points or the explanation."""
        name = name.casefold()
        if name.startswith(("points", "point", "балл")):
            self.points = value
        elif name.startswith(("explanation", "пояснение", "объяснение")):
            self.explanation = value
        else:
            self.answer = value
        self.is_closed = bool(self.options)

    def row(self) -> SheetRow:
        """Return the row of the question, or of the reason why it is refused."""
        text = "\n".join(self.text)
        right = self._right()
        if isinstance(right, str):
            return refused_row(self.line, text, right)
        return question_row(
            self.line,
            text,
            self.options,
            right,
            explanation=self.explanation,
            points=self.points,
        )

    def _right(self) -> int | str:
        if not self.options:
            return _("There are no answers such as a) or б).")
        rights = set(self.marked)
        if self.answer:
            index = self._named()
            if index is None:
                return _("There is no answer %(letter)s.") % {"letter": self.answer[:60]}
            rights.add(index)
        if not rights:
            return _("The right answer is not marked: put * before it or add a line Answer: b.")
        if len(rights) > 1:
            return _("Several answers are marked as right; only one may be.")
        return rights.pop()

    def _named(self) -> int | None:
        """Return the option that the answer line names by letter, number or text."""
        named = _letter(self.answer.rstrip(".)"))
        if self.letters.count(named) == 1:
            return self.letters.index(named)
        if re.fullmatch("[0-9]{1,2}", named) and 1 <= int(named) <= len(self.options):
            return int(named) - 1
        texts = [text.casefold() for text in self.options]
        whole = self.answer.casefold()
        lettered = _LETTERED.fullmatch(self.answer)
        if whole not in texts and lettered:
            whole = lettered.group(4).casefold()
        return texts.index(whole) if whole in texts else None


def read(lines: list[str]) -> list[SheetRow]:
    """Return a row for each question of the lines, refused ones included."""
    questions: list[_Question] = []
    for number, line in enumerate(lines, start=1):
        _take(questions, number, " ".join(line.split()))
    return [question.row() for question in questions]


def _take(questions: list[_Question], number: int, line: str) -> None:
    current = questions[-1] if questions else None
    if not line:
        if current is not None and current.options:
            current.is_closed = True
        return
    if current is not None and _belongs(current, line):
        return
    heading = _NUMBER.match(line)
    if current is None or heading or current.is_closed:
        text = line[heading.end() :] if heading else line
        questions.append(_Question(number, [text]))
    elif current.options:
        current.options[-1] += f" {line}"
    else:
        current.text.append(line)


def _belongs(current: _Question, line: str) -> bool:
    """Add a line to the current question if it is an option or a field; tell whether it is."""
    named = _FIELD.fullmatch(line)
    if named:
        current.add_field(named.group("name"), named.group("value"))
        return True
    lettered = _LETTERED.fullmatch(line)
    if lettered:
        before, letter, after, text = lettered.groups()
        if current.is_closed and _letter(letter) in current.letters:
            return False
        current.add_option(letter, text, is_marked=bool(before or after))
        return True
    bullet = _BULLET.fullmatch(line)
    if bullet and not current.is_closed:
        sign, text = bullet.groups()
        current.add_option("", text, is_marked=sign in "*+")
        return True
    return False


def _letter(text: str) -> str:
    return text.strip().casefold().translate(_ALIKE)
