"""Refuses workbooks that cost much more to read than their file shows."""

import io
import re
import time
import zipfile
from collections.abc import Iterable, Iterator

from lms.errors import UnreadableTable

# A workbook of 2 MB can unpack to gigabytes, but not if people filled it in.
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
MAX_PARTS = 500
# Opening and closing tags. A filled table of 2,000 lines and 20 columns has 320,000.
MAX_TAGS = 400_000
# openpyxl takes 20 microseconds for a style, a name, a relation or a merged cell, and far less for
# a cell; Excel itself writes at most some thousands.
MAX_OTHER_TAGS = 60_000
MAX_CPU_SECONDS = 10
_CELLS = re.compile("worksheets/|sharedstrings", re.IGNORECASE)
_CHUNK_BYTES = 256 * 1024
_DOCTYPE, _MERGED = b"<!DOCTYPE", b"<mergeCell"


def check(data: bytes) -> None:
    """Look through the parts of a workbook, before it is read.

    Raises:
        UnreadableTable: too many parts, bytes or tags, or entities of XML.
        BadZipFile, RuntimeError and others of zipfile: the archive is broken.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            raise UnreadableTable
        tags = other_tags = 0
        for part in parts:
            found, merged = _tags(archive, part)
            tags += found
            other_tags += merged if _CELLS.search(part.filename) else found
            if tags > MAX_TAGS or other_tags > MAX_OTHER_TAGS:
                raise UnreadableTable


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, int]:
    """Count all tags, and merged cells; zipfile gives at most the bytes that were announced."""
    count, merged, end = 0, 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            # In UTF-16 each character of a tag has a zero byte.
            text = end + chunk.replace(b"\0", b"")
            if _DOCTYPE in text:
                raise UnreadableTable
            count += text.count(b"<") - end.count(b"<")
            merged += text.count(_MERGED)
            # The end is too short for either word, so none is counted twice.
            end = text[-len(_DOCTYPE) + 1 :]
    return count, merged


def within_time[Row](rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows while reading them takes at most 10 seconds of the processor's time.

    Raises:
        UnreadableTable: it takes longer.
    """
    until = time.thread_time() + MAX_CPU_SECONDS
    for row in rows:
        if time.thread_time() > until:
            raise UnreadableTable
        yield row
