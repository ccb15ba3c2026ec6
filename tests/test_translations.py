"""Russian is complete, and the compiled catalogues are those of the sources."""

import ast
import gettext
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CATALOGUES = [ROOT / "locale" / "ru", ROOT / "locale" / "packages" / "ru"]


def _entries(path: Path) -> list[tuple[str, list[str]]]:
    """Read the msgid and msgstr texts of a .po file."""
    entries, target = [], None
    for line in path.read_text("utf-8").splitlines():
        match = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$', line)
        if match:
            target, text = match.group(1), ast.literal_eval(match.group(2))
            if target == "msgid":
                entries.append([text, []])
            elif target.startswith("msgstr"):
                entries[-1][1].append(text)
        elif line.startswith('"') and target:
            text = ast.literal_eval(line)
            if target == "msgid":
                entries[-1][0] += text
            elif target.startswith("msgstr"):
                entries[-1][1][-1] += text
        elif line.startswith("#,") and "fuzzy" in line:
            raise AssertionError(f"a guess was left in {path}")
    return [(msgid, texts) for msgid, texts in entries if msgid]


@pytest.mark.parametrize("folder", CATALOGUES, ids=["portal", "packages"])
def test_every_text_has_a_translation_that_is_compiled(folder):
    source = folder / "LC_MESSAGES" / "django.po"
    with source.with_suffix(".mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)._catalog
    known = set(catalogue.values())

    for msgid, texts in _entries(source):
        assert all(texts), f"no Russian for {msgid!r}"
        assert all(text in known for text in texts), f"run make messages: {msgid!r}"


def test_texts_of_the_code_are_in_the_catalogue():
    known = {msgid for msgid, _texts in _entries(CATALOGUES[0] / "LC_MESSAGES" / "django.po")}
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
