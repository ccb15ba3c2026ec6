"""Takes questions from a file into a test: checks every row first, then stores all or none."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.errors import UnreadableQuestions
from lms.models import FinalTest, LessonTest, Option, Question
from lms.services import content_cache, courses
from lms.services.question_sheet import MAX_ROWS, OPTIONS, SheetRow, option_column, read_sheet
from portal.common.errors import Conflict, Invalid

AnyTest = LessonTest | FinalTest
MAX_POINTS = 100
_MAX_LENGTHS = {"question": 5000, "explanation": 5000}
_MAX_OPTION_LENGTH = 1000
_EXPLICIT_PLACE = re.compile(r"[#№]\s*([1-9])")
_COLUMNS = frozenset(
    {"question", "right", "points", "explanation"}
    | {option_column(place) for place in range(1, OPTIONS + 1)}
)


@dataclass
class Draft:
    """A question as it would be stored, and what is wrong with its row."""

    line: int
    question: str = ""
    options: list[str] = field(default_factory=list)
    right_index: int | None = None
    points: int = 1
    explanation: str = ""
    errors: list[str] = field(default_factory=list)


@dataclass
class Preview:
    """What a file would add to a test, and the state of the test that this was checked against."""

    drafts: list[Draft]
    rows: list[SheetRow]
    questions_before: int

    @property
    def has_errors(self) -> bool:
        """Whether any row has to be corrected first."""
        return any(draft.errors for draft in self.drafts)

    def payload(self) -> str:
        """Return the rows as text for the form that confirms; they are checked again then."""
        rows = [[row.line, row.cells] for row in self.rows]
        return json.dumps({"before": self.questions_before, "rows": rows}, ensure_ascii=False)


def preview_file(test: AnyTest, data: bytes) -> Preview:
    """Check every row of a file against the rules and the test's questions; stores nothing.

    Raises:
        UnreadableQuestions: the file as a whole is of no use.
    """
    return _preview(test, read_sheet(data))


def import_payload(test: AnyTest, payload: str) -> int:
    """Store the questions of a preview behind those of the test; return how many.

    Holds a lock on the test. A second confirmation of the same preview is refused.

    Raises:
        UnreadableQuestions: this is no preview.
        Invalid: a row has errors.
        Conflict: the test has got or lost questions since the preview.
    """
    before, rows = _parsed(payload)
    with transaction.atomic():
        locked = type(test).objects.select_for_update().get(pk=test.pk)
        found = _preview(locked, rows)
        if found.questions_before != before:
            raise Conflict(
                _("The questions of this test have changed since the preview. Upload again.")
            )
        if found.has_errors:
            raise Invalid(_("Correct the rows that are marked and upload the file again."))
        _store(locked, found.drafts)
        courses.recount_questions(locked)
    return len(found.drafts)


def _parsed(payload: str) -> tuple[int, list[SheetRow]]:
    try:
        content = json.loads(payload)
        rows = [SheetRow(int(line), _texts(cells)) for line, cells in content["rows"]]
        before = int(content["before"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableQuestions from error
    if not 0 < len(rows) <= MAX_ROWS:
        raise UnreadableQuestions
    return before, rows


def _texts(cells: dict[str, Any]) -> dict[str, str]:
    return {name: str(text) for name, text in cells.items() if name in _COLUMNS}


def _preview(test: AnyTest, rows: list[SheetRow]) -> Preview:
    texts = list(test.questions.values_list("question", flat=True))
    drafts = [_draft(row) for row in rows]
    _refuse_repeated(drafts, stored=texts)
    return Preview(drafts=drafts, rows=rows, questions_before=len(texts))


def _draft(row: SheetRow) -> Draft:
    draft = Draft(
        line=row.line,
        question=row.cells.get("question", ""),
        explanation=row.cells.get("explanation", ""),
    )
    by_place = {
        place: text
        for place in range(1, OPTIONS + 1)
        if (text := row.cells.get(option_column(place), ""))
    }
    draft.options = list(by_place.values())
    draft.errors += _text_errors(draft)
    draft.errors += _option_errors(draft.options)
    right = _right_place(row.cells.get("right", ""), by_place)
    if isinstance(right, int):
        draft.right_index = list(by_place).index(right)
    else:
        draft.errors.append(right)
    points = _points(row.cells.get("points", ""))
    if points is None:
        draft.errors.append(_("Points are a whole number from 1 to 100."))
    draft.points = points or 1
    return draft


def _text_errors(draft: Draft) -> Iterable[str]:
    if not draft.question:
        yield _("The question is missing.")
    for name, limit in _MAX_LENGTHS.items():
        if len(getattr(draft, name)) > limit:
            yield _("A text is longer than %(limit)s characters.") % {"limit": limit}
    if any("\0" in text for text in (draft.question, draft.explanation, *draft.options)):
        yield _("A text holds characters that cannot be stored.")


def _option_errors(options: list[str]) -> Iterable[str]:
    if len(options) < 2:
        yield _("A question needs at least two answers.")
    if len({_plain(text) for text in options}) < len(options):
        yield _("Two answers are the same.")
    if any(len(text) > _MAX_OPTION_LENGTH for text in options):
        yield _("A text is longer than %(limit)s characters.") % {"limit": _MAX_OPTION_LENGTH}


def _right_place(text: str, by_place: dict[int, str]) -> int | str:
    """Return the place of the right option, or what is wrong.

    The cell holds the number of the option or its text; `#2` is always the second option.
    """
    if not text:
        return _("The right answer is missing.")
    explicit = _EXPLICIT_PLACE.fullmatch(text)
    if explicit:
        places = {int(explicit.group(1))} & by_place.keys()
    else:
        places = {place for place, option in by_place.items() if _plain(option) == _plain(text)}
        if re.fullmatch("[1-9]", text):
            places |= {int(text)} & by_place.keys()
    if len(places) == 1:
        return places.pop()
    if places:
        return _("The right answer may be a number or a text here. Write #2 for the second answer.")
    return _("The right answer is neither the number nor the text of one of the answers.")


def _points(text: str) -> int | None:
    if not text:
        return 1
    if not re.fullmatch("[0-9]{1,3}", text):
        return None
    return int(text) if 1 <= int(text) <= MAX_POINTS else None


def _refuse_repeated(drafts: list[Draft], *, stored: list[str]) -> None:
    seen = {_plain(text): None for text in stored}
    for draft in drafts:
        text = _plain(draft.question)
        if text and text in seen:
            line = seen[text]
            draft.errors.append(
                _("This question is already in the test.")
                if line is None
                else _("The same question is in line %(line)s.") % {"line": line}
            )
        seen.setdefault(text, draft.line)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _store(test: AnyTest, drafts: list[Draft]) -> None:
    link = "lesson_test" if isinstance(test, LessonTest) else "final_test"
    last = test.questions.order_by("order_index").values_list("order_index", flat=True).last()
    first_place = 0 if last is None else last + 1
    questions = Question.objects.bulk_create(
        Question(
            **{link: test},
            question=draft.question,
            points=draft.points,
            explanation=draft.explanation or None,
            order_index=first_place + offset,
        )
        for offset, draft in enumerate(drafts)
    )
    Option.objects.bulk_create(
        Option(
            question=question,
            option_text=text,
            is_correct=place == draft.right_index,
            order_index=place,
        )
        for question, draft in zip(questions, drafts, strict=True)
        for place, text in enumerate(draft.options)
    )
    # bulk_create sends no signals.
    content_cache.bump()
