"""Reads the texts of the training documents: headings, lists, tables, notes, schemes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

STARTS = {
    "## ": "heading",
    "> ": "note",
    "!scheme ": "scheme",
    "!photo ": "photo",
    "- ": "bullet",
    "| ": "row",
}


@dataclass
class Document:
    """One document: its file name, title, lead and blocks of (kind, text)."""

    file: str = ""
    title: str = ""
    lead: str = ""
    blocks: list[tuple[str, str]] = field(default_factory=list)


def read_document(path: Path) -> Document:
    """Read a text file; every line is a block of its own."""
    document = Document()
    for line in path.read_text(encoding="utf-8").splitlines():
        name, colon, value = line.partition(": ")
        if not line.strip():
            continue
        if colon and not document.blocks and name in {"file", "title", "lead"}:
            setattr(document, name, value)
            continue
        document.blocks.append(read_block(line))
    return document


def read_block(line: str) -> tuple[str, str]:
    """Return the kind and the text of one line."""
    if re.match(r"\d+\. ", line):
        return "number", line.partition(". ")[2]
    for start, kind in STARTS.items():
        if line.startswith(start):
            return kind, line.removeprefix(start)
    return "paragraph", line
