"""Russian is complete, and the compiled catalogues are those of the sources."""

import ast
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).parents[1]
CATALOGUES = [ROOT / "locale" / "ru", ROOT / "locale" / "packages" / "ru"]


def _entries(path: Path) -> polib.POFile:
    return polib.pofile(str(path), encoding="utf-8")


@pytest.mark.parametrize("folder", CATALOGUES, ids=["portal", "packages"])
def test_every_text_has_a_translation_that_is_compiled(folder):
    source = folder / "LC_MESSAGES" / "django.po"
    entries = _entries(source)
    compiled = polib.mofile(str(source.with_suffix(".mo")))

    assert [entry.msgid for entry in entries if not entry.translated()] == []
    texts = {(entry.msgid, entry.msgstr, str(entry.msgstr_plural)) for entry in compiled}
    stale = [
        entry.msgid
        for entry in entries
        if (entry.msgid, entry.msgstr, str(entry.msgstr_plural)) not in texts
    ]
    assert stale == [], "run make messages"


def test_texts_of_the_code_are_in_the_catalogue():
    known = {entry.msgid for entry in _entries(CATALOGUES[0] / "LC_MESSAGES" / "django.po")}
    found = set()
    for package in ("portal", "lms", "media_admin"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "_"
                    and node.args
                    and isinstance(node.args[0], ast.Constant)
                ):
                    found.add(node.args[0].value)

    assert found - known == set()
