"""Makes the files that real clients read: a film, a large PDF, and this PDF linearised by qpdf."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

FILM_SECONDS = 12
PDF_PAGES = 81
TITLE = "Operation of the compressor station"
_PAGES_PER_NODE = 9
_FIRST_NODE, _FIRST_PAGE = 4, 4 + PDF_PAGES // _PAGES_PER_NODE
# Random pixels cannot be compressed: 30 kB on the title page, more than 1 MB on each other page.
_SMALL_SIDE, _SIDE = 100, 592


def make_film(path: Path) -> Path:
    """Write an MP4 of some 30 MB (H.264, AAC, index in front) that lasts FILM_SECONDS."""
    # Moving noise cannot be compressed, so the encoder uses the whole bitrate.
    source = "testsrc2=size=640x360:rate=25,noise=alls=60:allf=t"
    subprocess.run(
        [
            *("ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", source),
            *("-f", "lavfi", "-i", "sine=frequency=220", "-t", str(FILM_SECONDS)),
            *("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "20M", "-g", "25"),
            *("-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", str(path)),
        ],
        check=True,
    )
    assert 25_000_000 < path.stat().st_size < 40_000_000
    return path


def make_pdf(path: Path) -> Path:
    """Write a PDF of more than 80 MB: a small title page, then 80 pages as large as scans."""
    offsets: dict[int, int] = {}
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        for number, body in _objects():
            offsets[number] = file.tell()
            file.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        start = file.tell()
        size = max(offsets) + 1
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for number in range(1, size):
            file.write(b"%010d 00000 n \n" % offsets[number])
        file.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    assert path.stat().st_size > 80_000_000
    return path


def linearize(source: Path, target: Path) -> Path:
    """Linearise a PDF by qpdf; without compression, which would take nine seconds for nothing."""
    command = ["qpdf", "--linearize", "--compress-streams=n", str(source), str(target)]
    subprocess.run(command, check=True)
    return target


def _objects() -> Iterator[tuple[int, bytes]]:
    """Yield number and body of each object: the pages first, the nodes of the page tree at the end.

    Each node has nine pages. PDF.js reads the last page as well, and in a flat tree it would have
    to read every page before it.
    """
    yield 3, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    noise = random.Random(11)
    for index in range(PDF_PAGES):
        page = _FIRST_PAGE + 3 * index
        side = _SIDE if index else _SMALL_SIDE
        yield (
            page + 2,
            _stream(
                b"/Type/XObject/Subtype/Image/Width %d/Height %d" % (side, side)
                + b"/ColorSpace/DeviceRGB/BitsPerComponent 8",
                noise.randbytes(3 * side * side),
            ),
        )
        text = TITLE if index == 0 else f"Page {index + 1}"
        yield (
            page + 1,
            _stream(
                b"",
                b"BT /F 24 Tf 60 760 Td (%b) Tj ET q 400 0 0 400 90 200 cm /I Do Q" % text.encode(),
            ),
        )
        yield (
            page,
            (
                b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
                b"/Resources<</Font<</F 3 0 R>>/XObject<</I %d 0 R>>>>>>"
            )
            % (_FIRST_NODE + index // _PAGES_PER_NODE, page + 1, page + 2),
        )
    for node in range(_FIRST_NODE, _FIRST_PAGE):
        first = _FIRST_PAGE + 3 * _PAGES_PER_NODE * (node - _FIRST_NODE)
        kids = _references(range(first, first + 3 * _PAGES_PER_NODE, 3))
        yield node, b"<</Type/Pages/Parent 2 0 R/Count %d/Kids[%b]>>" % (_PAGES_PER_NODE, kids)
    kids = _references(range(_FIRST_NODE, _FIRST_PAGE))
    yield 2, b"<</Type/Pages/Count %d/Kids[%b]>>" % (PDF_PAGES, kids)
    yield 1, b"<</Type/Catalog/Pages 2 0 R>>"


def _references(numbers: range) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _stream(entries: bytes, body: bytes) -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(body), body)
