"""Reads Moodle's GIFT format: questions with one right option; every other question is refused.

The format: https://docs.moodle.org/en/GIFT_format. A question ends at an empty line, as in Moodle.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lms.services.questions.formats.html_text import has_picture, text_of
from lms.services.questions.import_rows import SheetRow, question_row, refused_row

_SIGN = re.compile(
    r"(?<!\\)\{\s*(?:[=~#}]|T\b|F\b|TRUE\b|FALSE\b)|^[ \t]*\$CATEGORY:|^[ \t]*::.+?::",
    re.MULTILINE,
)
_ESCAPE = re.compile(r"\\([\\~=#{}:n])")
# While marks are searched, escaped characters are replaced by code points that no text contains.
_HIDDEN = {char: chr(0xFDD0 + index) for index, char in enumerate("\\~=#{}:n")}
_SHOWN = str.maketrans({hidden: "\n" if char == "n" else char for char, hidden in _HIDDEN.items()})
_TITLE = re.compile(r"::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]\s*", re.IGNORECASE)
_ANSWER = re.compile(r"([=~])([^=~]*)")
_WEIGHT = re.compile(r"%(-?[0-9]+(?:[.,][0-9]+)?)%")
_TRUTH = re.compile(r"(T|TRUE|F|FALSE)\s*(?:#(.*))?", re.DOTALL | re.IGNORECASE)
_GAP = "_____"
# No question that may be stored is so long, even with its markup.
_LONGEST_BLOCK = 50_000


class RefusedQuestion(Exception):
    """The portal does not have this kind of question; the text says why."""


@dataclass
class _Answer:
    text: str
    is_right: bool
    feedback: str


def looks_like(text: str) -> bool:
    """Tell whether a text has answers in braces, titles or categories of GIFT."""
    return _SIGN.search(text) is not None


def read(lines: list[str]) -> list[SheetRow]:
    """Return a row for each question of the lines, refused ones included."""
    return [_row(line, text) for line, text in _blocks(lines)]


def _blocks(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield each question with the number of its first line, without comments and categories."""
    start = 0
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.lstrip().startswith(("//", "$CATEGORY:")):
            continue
        if line.strip():
            start = start if block else number
            block.append(line.rstrip())
        elif block:
            yield start, "\n".join(block)
            block = []


def _row(line: int, block: str) -> SheetRow:
    if len(block) > _LONGEST_BLOCK:
        reason = _("A text is longer than %(limit)s characters.") % {"limit": _LONGEST_BLOCK}
        return refused_row(line, block[:200], reason)
    text = _ESCAPE.sub(lambda found: _HIDDEN[found.group(1)], block).strip()
    text = _TITLE.sub("", text, count=1).strip() if text.startswith("::") else text
    is_html, text = _format_of(text, is_html=False)
    try:
        question, body = _parts(text)
        body, _mark, general = body.partition("####")
        answers = _answers(body.strip(), is_html)
    except RefusedQuestion as refused:
        shown = text.split("{", 1)[0].strip() or text
        return refused_row(line, _plain(shown, is_html), str(refused))
    right = next(index for index, answer in enumerate(answers) if answer.is_right)
    note = ""
    if is_html and has_picture(block):
        note = _("Pictures are not imported: add them in the editor.")
    return question_row(
        line,
        _plain(question, is_html),
        [answer.text for answer in answers],
        right,
        explanation=_plain(general, is_html) or answers[right].feedback,
        note=note,
    )


def _parts(text: str) -> tuple[str, str]:
    """Return the question and the text in its braces; if text follows them, they are a gap."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 and end < 0:
        raise RefusedQuestion(_("This is a description without answers."))
    if start < 0 or end < start:
        raise RefusedQuestion(_("A brace is missing before the empty line."))
    body = text[start + 1 : end]
    if "{" in body or "}" in body:
        raise RefusedQuestion(_("A question has one pair of braces; escape others by \\{ and \\}."))
    before, after = text[:start].strip(), text[end + 1 :].strip()
    return (f"{before} {_GAP} {after}".strip() if after else before), body


def _answers(body: str, is_html: bool) -> list[_Answer]:
    if not body:
        raise RefusedQuestion(_("Essay questions cannot be marked by the portal."))
    if body.startswith("#"):
        raise RefusedQuestion(_("Numerical questions are not supported."))
    truth = _TRUTH.fullmatch(body)
    if truth:
        return _true_or_false(truth, is_html)
    found = _ANSWER.findall(body)
    if not found or body[0] not in "=~":
        raise RefusedQuestion(_("The answers start neither with = nor with ~."))
    if all(mark == "=" for mark, _text in found):
        if any("->" in text for _mark, text in found):
            raise RefusedQuestion(_("Matching questions are not supported."))
        raise RefusedQuestion(
            _("Short answer questions are not supported: there are no answers to choose.")
        )
    return _with_one_right([_answer(mark, text.strip(), is_html) for mark, text in found])


def _with_one_right(answers: list[_Answer]) -> list[_Answer]:
    rights = sum(answer.is_right for answer in answers)
    if rights == 0:
        raise RefusedQuestion(_("No answer is marked as right by =."))
    if rights > 1:
        raise RefusedQuestion(_("Several answers are marked as right; only one may be."))
    return answers


def _answer(mark: str, text: str, is_html: bool) -> _Answer:
    is_right = mark == "="
    weight = _WEIGHT.match(text)
    if weight:
        if weight.group(1) not in {"0", "100"}:
            raise RefusedQuestion(
                _("Answers with a weight of %(weight)s %% are not supported: one answer is right.")
                % {"weight": weight.group(1)}
            )
        is_right = weight.group(1) == "100"
        text = text[weight.end() :].strip()
    is_html, text = _format_of(text, is_html=is_html)
    answer, _mark, feedback = text.partition("#")
    return _Answer(_plain(answer, is_html), is_right, _plain(feedback, is_html))


def _true_or_false(truth: re.Match[str], is_html: bool) -> list[_Answer]:
    """Return both answers; in GIFT the first feedback is for a wrong choice."""
    is_true = truth.group(1).upper().startswith("T")
    wrong, _mark, right = (truth.group(2) or "").partition("#")
    feedback = _plain(right, is_html) or _plain(wrong, is_html)
    return [
        _Answer(_("The statement is true"), is_true, feedback),
        _Answer(_("The statement is false"), not is_true, feedback),
    ]


def _format_of(text: str, *, is_html: bool) -> tuple[bool, str]:
    """Return whether a text is HTML, and the text without the mark that says so."""
    found = _FORMAT.match(text)
    if found is None:
        return is_html, text
    return found.group(1).lower() == "html", text[found.end() :]


def _plain(text: str, is_html: bool) -> str:
    is_html, text = _format_of(text.strip(), is_html=is_html)
    text = text.translate(_SHOWN)
    return text_of(text) if is_html else text.strip()
