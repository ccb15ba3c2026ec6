"""Imports questions from a file or a text into a test, after a preview."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.errors import UnreadableQuestions
from lms.models import FinalTest, LessonTest, Option, Question
from lms.services import program_tree
from lms.services.history import changes
from lms.services.questions import formats, rules
from lms.services.questions.formats import Source
from lms.services.questions.import_rows import MAX_OPTIONS, MAX_ROWS, SheetRow, option_column
from portal.common.errors import Conflict, Invalid

AnyTest = LessonTest | FinalTest
_EXPLICIT_NUMBER = re.compile(r"[#№]\s*(10|[1-9])")
_NUMBER = re.compile("10|[1-9]")
_COLUMNS = frozenset(
    {"question", "right", "points", "explanation"}
    | {option_column(number) for number in range(1, MAX_OPTIONS + 1)}
)


@dataclass
class Draft:
    """A question as it would be stored, and whether it will be.

    A draft with errors is refused. A draft is repeated, and not stored, if its question is already
    in the test or earlier in the source.
    """

    line: int
    question: str = ""
    options: list[str] = field(default_factory=list)
    right_index: int | None = None
    points: int = 1
    explanation: str = ""
    note: str = ""
    errors: list[str] = field(default_factory=list)
    repeated: str = ""

    @property
    def state(self) -> str:
        """Return refused, repeated or new."""
        if self.errors:
            return "refused"
        return "repeated" if self.repeated else "new"


@dataclass
class Preview:
    """What a source would add to a test, and how many questions the test had then.

    `format` is a key of `formats.NAMES`.
    """

    drafts: list[Draft]
    rows: list[SheetRow]
    questions_before: int
    format: str = formats.TABLE

    @property
    def counts(self) -> dict[str, int]:
        """Return how many questions are new, repeated and refused."""
        states = [draft.state for draft in self.drafts]
        return {state: states.count(state) for state in ("new", "repeated", "refused")}

    @property
    def format_name(self) -> str:
        """Return the name of the format that was recognised."""
        return str(formats.NAMES[self.format])

    def payload(self) -> str:
        """Return the new rows as text for the form that confirms them; it is checked again."""
        rows = [
            [row.line, row.cells]
            for row, draft in zip(self.rows, self.drafts, strict=True)
            if draft.state == "new"
        ]
        return json.dumps({"before": self.questions_before, "rows": rows}, ensure_ascii=False)


def preview_file(test: AnyTest, data: bytes, *, name: str = "questions.csv") -> Preview:
    """Check each question of a file by the rules and against the test; store nothing.

    Raises:
        UnreadableQuestions: the file cannot be read as questions.
    """
    return _preview(test, formats.read_file(data, name=name))


def preview_text(test: AnyTest, text: str) -> Preview:
    """Check each question of a pasted text, as `preview_file` does.

    Raises:
        UnreadableQuestions: the text cannot be read as questions.
    """
    return _preview(test, formats.read_text(text))


def import_payload(test: AnyTest, payload: str) -> int:
    """Add the questions of a preview after those of the test, all or none; return how many.

    It locks the test. A second confirmation of the same preview is refused.

    Raises:
        UnreadableQuestions: the payload is not that of a preview.
        Invalid: a row has errors.
        Conflict: the number of questions has changed since the preview.
    """
    before, rows = _parsed(payload)
    with transaction.atomic():
        locked = type(test).objects.select_for_update().get(pk=test.pk)
        found = _preview(locked, Source(rows, formats.TABLE))
        if found.questions_before != before:
            raise Conflict(
                _("The questions of this test have changed since the preview. Upload again.")
            )
        if found.counts["new"] != len(rows):
            raise Invalid(_("Correct the rows that are marked and upload the file again."))
        _store(locked, found.drafts)
        program_tree.recount_questions(locked)
    return len(found.drafts)


def _parsed(payload: str) -> tuple[int, list[SheetRow]]:
    try:
        content = json.loads(payload)
        rows = [SheetRow(int(line), _texts(cells)) for line, cells in content["rows"]]
        before = int(content["before"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableQuestions from error
    if not 0 < len(rows) <= MAX_ROWS:
        raise UnreadableQuestions
    return before, rows


def _texts(cells: dict[str, Any]) -> dict[str, str]:
    return {name: str(text) for name, text in cells.items() if name in _COLUMNS}


def _preview(test: AnyTest, source: Source) -> Preview:
    texts = list(test.questions.values_list("question", flat=True))
    drafts = [_draft(row) for row in source.rows]
    _mark_repeated(drafts, stored=texts)
    return Preview(drafts, source.rows, questions_before=len(texts), format=source.format)


def _draft(row: SheetRow) -> Draft:
    draft = Draft(
        line=row.line,
        question=row.cells.get("question", ""),
        explanation=row.cells.get("explanation", ""),
        note=row.note,
    )
    if row.refused:
        draft.errors.append(row.refused)
        return draft
    options = {
        number: text
        for number in range(1, MAX_OPTIONS + 1)
        if (text := row.cells.get(option_column(number), ""))
    }
    draft.options = list(options.values())
    draft.errors += rules.question_errors(draft.question)
    draft.errors += rules.explanation_errors(draft.explanation)
    draft.errors += rules.option_errors(draft.options)
    right = _right_option(row.cells.get("right", ""), options)
    if isinstance(right, int):
        draft.right_index = list(options).index(right)
    else:
        draft.errors.append(right)
    points = _points(row.cells.get("points", ""))
    if points is None:
        draft.errors.append(_("Points are a whole number from 1 to 100."))
    draft.points = points or 1
    return draft


def _right_option(text: str, options: dict[int, str]) -> int | str:
    """Return the number of the right option, or an error for people.

    The cell contains the number of the option or its text; `#2` always means the second option.
    """
    if not text:
        return _("The right answer is missing.")
    plain = rules.plain
    explicit = _EXPLICIT_NUMBER.fullmatch(text)
    if explicit:
        numbers = {int(explicit.group(1))} & options.keys()
    else:
        numbers = {number for number, option in options.items() if plain(option) == plain(text)}
        if _NUMBER.fullmatch(text):
            numbers |= {int(text)} & options.keys()
    if len(numbers) == 1:
        return numbers.pop()
    if numbers:
        return _("The right answer may be a number or a text here. Write #2 for the second answer.")
    return _("The right answer is neither the number nor the text of one of the answers.")


def _points(text: str) -> int | None:
    if not text:
        return 1
    if not re.fullmatch("[0-9]{1,3}", text):
        return None
    return int(text) if rules.points_are_right(int(text)) else None


def _mark_repeated(drafts: list[Draft], *, stored: list[str]) -> None:
    seen: dict[str, int | None] = {rules.plain(text): None for text in stored}
    for draft in drafts:
        text = rules.plain(draft.question)
        if draft.errors or not text:
            continue
        if text in seen:
            line = seen[text]
            draft.repeated = (
                _("This question is already in the test.")
                if line is None
                else _("The same question is in line %(line)s.") % {"line": line}
            )
        seen.setdefault(text, draft.line)


def _store(test: AnyTest, drafts: list[Draft]) -> None:
    link = "lesson_test" if isinstance(test, LessonTest) else "final_test"
    last = test.questions.order_by("order_index").values_list("order_index", flat=True).last()
    first_index = 0 if last is None else last + 1
    with changes.batch():
        questions = Question.objects.bulk_create(
            Question(
                **{link: test},
                question=draft.question,
                points=draft.points,
                explanation=draft.explanation or None,
                order_index=first_index + offset,
            )
            for offset, draft in enumerate(drafts)
        )
        Option.objects.bulk_create(
            Option(
                question=question,
                option_text=text,
                is_correct=index == draft.right_index,
                order_index=index,
            )
            for question, draft in zip(questions, drafts, strict=True)
            for index, text in enumerate(draft.options)
        )
