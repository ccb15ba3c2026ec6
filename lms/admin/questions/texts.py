"""Texts that the scripts of the question editor show."""

from django.utils.translation import gettext as _


def editor_texts() -> dict[str, str]:
    """Return the texts by the names that the scripts use; the scripts fill in {names}."""
    return _states() | _reasons() | _labels() | _statistics() | _paste()


def _states() -> dict[str, str]:
    return {
        "saved": _("Saved"),
        "saving": _("Saving…"),
        "unsaved": _("Not saved yet"),
        "failed": _("Not saved: {reason}"),
        "conflict": _(
            "Somebody else has saved this question. Your changes are kept: choose a version."
        ),
        "allSaved": _("Everything is saved"),
        "someUnsaved": _("Not saved: {count}"),
        "deleted": _("Question {number} was deleted."),
        "restored": _("The question was restored."),
        "moved": _("Question moved to place {number} of {total}."),
        "added": _("Questions added: {count}."),
        "duplicated": _("The question was copied."),
        "undo": _("Undo"),
    }


def _reasons() -> dict[str, str]:
    return {
        "noQuestion": _("The question is missing."),
        "fewOptions": _("A question needs at least two answers."),
        "emptyOption": _("An answer is empty."),
        "sameOptions": _("Two answers are the same."),
        "noRight": _("Mark exactly one answer as right."),
        "badPoints": _("Points are a whole number from 1 to 100."),
        "network": _("No connection. Saving is repeated automatically."),
        "signedOut": _("You are signed out. Sign in in another tab, then your changes are saved."),
        "forbidden": _("You are not allowed to do this."),
        "server": _("The server gave an unexpected answer. Saving is repeated automatically."),
        "waitForSaving": _("Correct this question first: it cannot be saved yet."),
    }


def _labels() -> dict[str, str]:
    return {
        "number": _("Question {number}"),
        "option": _("Answer {number}"),
        "rightOption": _("Answer {number} is right"),
        "moveOption": _("Move answer {number}; Alt and an arrow key"),
        "removeOption": _("Remove answer {number}"),
        "moveQuestion": _("Move question {number}; Alt and an arrow key"),
        "stored": _("Saved by somebody else"),
        "right": _("right"),
        "questions": _("Questions: {count}"),
        "points": _("Points: {count}"),
        "answerAndExplanation": _("Answer and explanation, shown after the test"),
        "noExplanation": _("No explanation."),
        "noText": _("No text yet"),
        "hasExplanation": _("with an explanation"),
        "hasPicture": _("with a picture"),
        "uploaded": _("Uploaded"),
        "removed": _("Picture removed."),
    }


def _statistics() -> dict[str, str]:
    return {
        "answered": _("Right: {share} %, answers: {count}"),
        "tooEasy": _("too easy"),
        "tooHard": _("too hard"),
        "doesNotSeparate": _("does not discriminate"),
        "discrimination": _("discrimination {value}"),
    }


def _paste() -> dict[str, str]:
    return {
        "readAs": _(
            "Format: {format}. New: {new}, already in the test: {repeated}, refused: {refused}."
        ),
        "line": _("Line {line}"),
        "stateNew": _("new"),
        "stateRepeated": _("already in the test"),
        "stateRefused": _("refused"),
        "add": _("Add: {count}"),
    }
