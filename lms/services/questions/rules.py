"""Decides which questions and answers are valid; the editor and all imports use these rules."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lms.services.questions.import_rows import MAX_OPTIONS

MIN_OPTIONS = 2
MAX_POINTS = 100
MAX_QUESTION_LENGTH = 5000
MAX_EXPLANATION_LENGTH = 5000
MAX_OPTION_LENGTH = 1000


def question_errors(question: str) -> Iterator[str]:
    """Yield the errors of the text of a question."""
    if not question.strip():
        yield _("The question is missing.")
    yield from _text_errors(question, MAX_QUESTION_LENGTH)


def explanation_errors(explanation: str) -> Iterator[str]:
    """Yield the errors of an explanation; it may be empty."""
    yield from _text_errors(explanation, MAX_EXPLANATION_LENGTH)


def option_errors(options: list[str]) -> Iterator[str]:
    """Yield the errors of the answers of a question; which of them is right does not matter."""
    if len(options) < MIN_OPTIONS:
        yield _("A question needs at least two answers.")
    if len(options) > MAX_OPTIONS:
        yield _("A question may have at most %(limit)s answers.") % {"limit": MAX_OPTIONS}
    if len({plain(text) for text in options}) < len(options):
        yield _("Two answers are the same.")
    yield from {error for text in options for error in _text_errors(text, MAX_OPTION_LENGTH)}


def points_are_right(points: int) -> bool:
    """Tell whether a question may have this number of points."""
    return 1 <= points <= MAX_POINTS


def plain(text: str) -> str:
    """Return a text for comparison: in small letters, with single spaces."""
    return " ".join(text.casefold().split())


def _text_errors(text: str, limit: int) -> Iterator[str]:
    if len(text) > limit:
        yield _("A text is longer than %(limit)s characters.") % {"limit": limit}
    if "\0" in text:
        yield _("A text contains characters that cannot be stored.")
