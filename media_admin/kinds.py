"""Which files may be uploaded: kinds, their extensions, and what their first bytes must be."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from media_admin.errors import TypeNotAllowed

HEAD_BYTES = 4096
# The file that people test antivirus programs with; in two pieces, so that none finds it here.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass(frozen=True)
class FileType:
    """A type of file: the kind it counts as, and its content type."""

    kind: str
    content_type: str
    looks_right: Callable[[bytes], bool]


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def _pdf(head: bytes) -> bool:
    return head.removeprefix(codecs.BOM_UTF8).startswith(b"%PDF-")


def _iso_media(head: bytes) -> bool:
    return head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}


def _webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _text(head: bytes) -> bool:
    return b"\x00" not in head and not head.lstrip().lower().startswith((b"<!doctype", b"<html"))


_ZIP = _starts(b"PK\x03\x04")
_OLE = _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."

TYPES = {
    ".pdf": FileType("pdf", "application/pdf", _pdf),
    ".mp4": FileType("video", "video/mp4", _iso_media),
    ".m4v": FileType("video", "video/mp4", _iso_media),
    ".mov": FileType("video", "video/quicktime", _iso_media),
    ".webm": FileType("video", "video/webm", _starts(b"\x1a\x45\xdf\xa3")),
    ".ogv": FileType("video", "video/ogg", _starts(b"OggS")),
    ".ogg": FileType("video", "video/ogg", _starts(b"OggS")),
    ".jpg": FileType("image", "image/jpeg", _starts(b"\xff\xd8\xff")),
    ".jpeg": FileType("image", "image/jpeg", _starts(b"\xff\xd8\xff")),
    ".png": FileType("image", "image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    ".gif": FileType("image", "image/gif", _starts(b"GIF87a", b"GIF89a")),
    ".webp": FileType("image", "image/webp", _webp),
    ".docx": FileType("document", f"{_OPEN_XML}wordprocessingml.document", _ZIP),
    ".xlsx": FileType("document", f"{_OPEN_XML}spreadsheetml.sheet", _ZIP),
    ".pptx": FileType("document", f"{_OPEN_XML}presentationml.presentation", _ZIP),
    ".odt": FileType("document", f"{_OPEN_DOCUMENT}text", _ZIP),
    ".ods": FileType("document", f"{_OPEN_DOCUMENT}spreadsheet", _ZIP),
    ".odp": FileType("document", f"{_OPEN_DOCUMENT}presentation", _ZIP),
    ".doc": FileType("document", "application/msword", _OLE),
    ".xls": FileType("document", "application/vnd.ms-excel", _OLE),
    ".ppt": FileType("document", "application/vnd.ms-powerpoint", _OLE),
    ".rtf": FileType("document", "application/rtf", _starts(b"{\\rtf")),
    ".txt": FileType("document", "text/plain", _text),
    ".csv": FileType("document", "text/csv", _text),
}
KINDS = ("pdf", "video", "image", "document")


def type_of(name: str, *, kinds: tuple[str, ...] = KINDS) -> FileType:
    """Return the type that belongs to the extension of a file name.

    Raises:
        TypeNotAllowed: the extension is unknown, or the kind is not accepted here.
    """
    found = TYPES.get(PurePosixPath(name.lower()).suffix)
    if found is None or found.kind not in kinds:
        raise TypeNotAllowed()
    return found


def extensions(kinds: tuple[str, ...]) -> list[str]:
    """List the extensions of these kinds, as a file input's `accept` takes them."""
    return [suffix for suffix, found in TYPES.items() if found.kind in kinds]
