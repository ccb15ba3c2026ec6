"""Makes a small example file of each format, in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lms.services import spreadsheets
from lms.services.questions import sheet

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sample:
    """An example file."""

    name: str
    content_type: str
    content: bytes


def sample(kind: str) -> Sample | None:
    """Return the example file of a format: xlsx, csv, gift, aiken or text; else None."""
    if kind == "xlsx":
        return Sample("questions.xlsx", _XLSX, sheet.template())
    if kind == "csv":
        content = spreadsheets.csv_file(sheet.headings(), [sheet.example()], delimiter=";")
        return Sample("questions.csv", "text/csv; charset=utf-8", content)
    writers = {"gift": _gift, "aiken": _aiken, "text": _text}
    if kind not in writers:
        return None
    name = "questions.gift" if kind == "gift" else f"questions-{kind}.txt"
    return Sample(name, "text/plain; charset=utf-8", writers[kind]().encode("utf-8-sig"))


def text_example() -> str:
    """Return the example in plain text that the page shows beside its field."""
    return _text()


def _parts() -> tuple[str, list[str], str]:
    question, *cells = map(str, sheet.example())
    return question, [cell for cell in cells[: sheet.OPTIONS] if cell], cells[-1]


def _gift() -> str:
    question, (right, *wrong), explanation = _parts()
    hint = _("An empty line ends a question.")
    lines = [f"// {hint}", f"{_escaped(question)} {{", f"  ={_escaped(right)}"]
    lines += [f"  ~{_escaped(text)}" for text in wrong]
    lines += [f"  ####{_escaped(explanation)}", "}", "", f"{_escaped(_statement())} {{T}}", ""]
    return "\n".join(lines)


def _aiken() -> str:
    question, options, _explanation = _parts()
    lettered = [f"{letter}. {text}" for letter, text in zip("ABCDEF", options, strict=False)]
    return "\n".join([question, *lettered, "ANSWER: A", ""])


def _text() -> str:
    question, options, explanation = _parts()
    letters = _("abcdef")
    lettered = [f"{letter}) {text}" for letter, text in zip(letters, options, strict=False)]
    answer, because, yes, no = _("Answer"), _("Explanation"), _("yes"), _("no")
    named = [f"{answer}: {letters[0]}", f"{because}: {explanation}"]
    second = [f"2. {_statement()}", f"*{letters[0]}) {yes}", f"{letters[1]}) {no}"]
    return "\n".join([f"1. {question}", *lettered, *named, "", *second, ""])


def _statement() -> str:
    return _("The dispatcher allows the start of a unit.")


def _escaped(text: str) -> str:
    for char in "\\~=#{}:":
        text = text.replace(char, f"\\{char}")
    return text
