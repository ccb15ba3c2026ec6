"""Checks the content of office documents: they are ZIP archives with known parts."""

import zipfile
from pathlib import PurePosixPath
from typing import IO

# The part that a document of each extension has.
_OPEN_XML = {
    ".docx": "word/document.xml",
    ".xlsx": "xl/workbook.xml",
    ".pptx": "ppt/presentation.xml",
}
_OPEN_DOCUMENT = frozenset({".odt", ".ods", ".odp"})
_MAX_PARTS = 20_000
_BROKEN = (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError)


def is_archive(name: str) -> bool:
    """Tell whether files with the extension of this name are ZIP archives."""
    suffix = PurePosixPath(name.lower()).suffix
    return suffix in _OPEN_XML or suffix in _OPEN_DOCUMENT


def parts(file: IO[bytes]) -> frozenset[str]:
    """Return the names of an archive's parts from its directory; empty if it is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except _BROKEN:
        return frozenset()
    return frozenset(names) if len(names) <= _MAX_PARTS else frozenset()


def looks_right(name: str, found: frozenset[str]) -> bool:
    """Tell whether an archive has the parts of a document of its extension."""
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in _OPEN_DOCUMENT:
        return {"mimetype", "content.xml"} <= found
    return {"[Content_Types].xml", _OPEN_XML[suffix]} <= found


def has_macros(found: frozenset[str]) -> bool:
    """Tell whether a document has parts with programs."""
    return any(
        name.lower().endswith("vbaproject.bin") or name.startswith(("Basic/", "Scripts/"))
        for name in found
    )
