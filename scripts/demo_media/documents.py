"""Makes the training PDFs from the texts and schemes beside it."""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

import PIL.Image
import schemes_charts as charts
import schemes_flows as flows
import schemes_machines as machines
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    Image,
    KeepTogether,
    ListFlowable,
    ListItem,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from sketch import BLUE, GREY, INK, NAVY, SKY, Sketch
from texts import Document, read_document

TEXTS = Path(__file__).parent / "texts"
PORTAL = "Учебный портал · Эксплуатация компрессорных станций"
WIDTH, MARGIN = 464, 65
COVER = 190
FLOWS = ("fire", "lockout", "route", "alarm")
HEIGHTS = {"zones": 140, "lel": 140, "cyclone": 172, **dict.fromkeys(FLOWS, 144)}

BODY = ParagraphStyle(
    "body", fontName="Sans", fontSize=10.2, leading=14.3, textColor=INK, spaceAfter=6
)
HEADING = ParagraphStyle(
    "heading",
    BODY,
    fontName="Sans-Bold",
    fontSize=13,
    leading=17,
    textColor=NAVY,
    spaceBefore=12,
    keepWithNext=1,
)
TITLE = ParagraphStyle(
    "title", BODY, fontName="Sans-Bold", fontSize=21, leading=26, textColor=white
)
LEAD = ParagraphStyle("lead", BODY, fontSize=11, leading=15, textColor=HexColor("#d5e3f2"))
CELL = ParagraphStyle("cell", BODY, fontSize=9, leading=12, spaceAfter=0)
HEAD_CELL = ParagraphStyle("head-cell", CELL, fontName="Sans-Bold", textColor=white)
CAPTION = ParagraphStyle(
    "caption", BODY, fontSize=8.5, leading=11, alignment=1, textColor=HexColor("#5b6875")
)


def register_fonts() -> None:
    """Register DejaVu Sans, which reportlab embeds as a subset."""
    pdfmetrics.registerFont(TTFont("Sans", "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont("Sans-Bold", "DejaVuSans-Bold.ttf"))
    pdfmetrics.registerFontFamily("Sans", normal="Sans", bold="Sans-Bold")


def scheme(text: str, counter: Iterator[int]) -> Flowable:
    """Return a drawing with its numbered caption."""
    name, _bar, caption = text.partition(" | ")
    paint = next(
        getattr(place, name) for place in (machines, charts, flows) if hasattr(place, name)
    )
    drawing = Sketch(WIDTH, HEIGHTS.get(name, 168), paint)
    words = Paragraph(f"Рис. {next(counter)}. {caption}", CAPTION)
    return KeepTogether([Spacer(1, 6), drawing, Spacer(1, 4), words, Spacer(1, 6)])


def table(rows: list[str]) -> Flowable:
    """Return a table whose first row is its head."""
    cells = [[cell.strip() for cell in row.strip("| ").split("|")] for row in rows]
    widths = column_widths(cells)
    styles = [HEAD_CELL] + [CELL] * (len(cells) - 1)
    content = [
        [Paragraph(cell, style) for cell in row] for row, style in zip(cells, styles, strict=True)
    ]
    look = TableStyle(
        [
            ("BACKGROUND", (0, 0), (-1, 0), NAVY),
            ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, SKY]),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, GREY),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ]
    )
    return Table(content, colWidths=widths, repeatRows=1, style=look, spaceBefore=4, spaceAfter=12)


def column_widths(cells: list[list[str]]) -> list[float]:
    """Share the width by the length of the texts, but never break the longest word."""
    columns = list(zip(*cells, strict=True))
    words = [
        max(len(word) for cell in column for word in cell.split() or [""]) for column in columns
    ]
    least = [size * 6.1 + 14 for size in words]
    wishes = [max(min(len(cell), 46) for cell in column) for column in columns]
    spare = WIDTH - sum(least)
    return [width + spare * wish / sum(wishes) for width, wish in zip(least, wishes, strict=True)]


def photo(text: str, media: Path) -> Flowable:
    """Return a picture of the demo set with its caption."""
    name, _bar, caption = text.partition(" | ")
    picture = PIL.Image.open(media / name).convert("RGB").resize((860, 484))
    picture = picture.crop((0, 66, 860, 426))
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=70, optimize=True)
    data.seek(0)
    shown = Image(data, WIDTH, WIDTH * 360 / 860)
    return KeepTogether([Spacer(1, 4), shown, Spacer(1, 4), Paragraph(caption, CAPTION)])


def note(text: str) -> Flowable:
    """Return a highlighted remark."""
    look = TableStyle(
        [
            ("BACKGROUND", (0, 0), (-1, -1), HexColor("#fff4dc")),
            ("LINEBEFORE", (0, 0), (0, -1), 3, HexColor("#e0a020")),
            ("LEFTPADDING", (0, 0), (-1, -1), 10),
            ("TOPPADDING", (0, 0), (-1, -1), 6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
        ]
    )
    body = Paragraph(f"<b>Важно.</b> {text}", ParagraphStyle("note", BODY, spaceAfter=0))
    return KeepTogether(
        [Spacer(1, 3), Table([[body]], colWidths=[WIDTH], style=look), Spacer(1, 8)]
    )


def numbered(lines: list[str], *, mark: str) -> Flowable:
    """Return a list with bullets or numbers."""
    items = [ListItem(Paragraph(line, BODY), leftIndent=20) for line in lines]
    start = {"start": "•"} if mark == "bullet" else {"bulletFormat": "%s."}
    return ListFlowable(
        items, bulletType=mark, bulletFontName="Sans", bulletFontSize=10, bulletColor=BLUE, **start
    )


def story(document: Document, media: Path) -> Iterator[Flowable]:
    """Turn the blocks of a document into what the page is filled with."""
    counter = iter(range(1, 100))
    yield Paragraph(document.title, TITLE)
    yield Paragraph(document.lead, LEAD)
    yield FrameBreak()
    for kind, group in groupby(document.blocks, key=lambda block: block[0]):
        lines = [text for _kind, text in group]
        if kind == "row":
            yield table(lines)
        elif kind in {"bullet", "number"}:
            yield numbered(lines, mark="bullet" if kind == "bullet" else "1")
            yield Spacer(1, 4)
        else:
            for line in lines:
                yield photo(line, media) if kind == "photo" else single(kind, line, counter)


def single(kind: str, line: str, counter: Iterator[int]) -> Flowable:
    """Turn a block that stands alone into what the page is filled with."""
    if kind == "scheme":
        return scheme(line, counter)
    if kind == "note":
        return note(line)
    return Paragraph(line, HEADING if kind == "heading" else BODY)


def decorate(canvas, _template, *, document: Document, cover: bool) -> None:
    """Paint the head and the foot of a page."""
    width, height = A4
    canvas.saveState()
    if cover:
        canvas.setFillColor(NAVY)
        canvas.rect(0, height - COVER, width, COVER, stroke=0, fill=1)
        canvas.setFillColor(HexColor("#e0a020"))
        canvas.rect(0, height - COVER - 4, width, 4, stroke=0, fill=1)
        canvas.setFillColor(white)
    else:
        canvas.setStrokeColor(GREY)
        canvas.line(MARGIN, height - 48, width - MARGIN, height - 48)
        canvas.setFillColor(GREY)
    canvas.setFont("Sans", 8.5)
    canvas.drawString(MARGIN, height - 42, PORTAL if cover else document.title)
    canvas.setFillColor(GREY)
    canvas.drawString(MARGIN, 34, document.file.removesuffix(".pdf"))
    canvas.drawRightString(width - MARGIN, 34, f"Страница {canvas.getPageNumber()}")
    canvas.restoreState()


def write_document(document: Document, media: Path) -> Path:
    """Write one PDF and return its path."""
    target = media / "learning" / document.file
    height = A4[1]
    template = BaseDocTemplate(
        str(target), pagesize=A4, title=document.title, author="Учебный портал", invariant=1
    )
    paint = partial(decorate, document=document)
    cover = [
        Frame(MARGIN, height - COVER, WIDTH, COVER - 62, 0, 0, 0, 0, id="head"),
        Frame(MARGIN, 56, WIDTH, height - COVER - 66, 0, 0, 0, 0, id="body"),
    ]
    body = Frame(MARGIN, 56, WIDTH, height - 118, 0, 0, 0, 0, id="body")
    pages = [
        PageTemplate("cover", cover, partial(paint, cover=True), autoNextPageTemplate="page"),
        PageTemplate("page", [body], partial(paint, cover=False)),
    ]
    template.addPageTemplates(pages)
    template.build(list(story(document, media)))
    return target


def main() -> None:
    """Write every document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--media", type=Path, required=True, help="folder that gets learning/")
    media = parser.parse_args().media
    (media / "learning").mkdir(parents=True, exist_ok=True)
    register_fonts()
    for path in sorted(TEXTS.glob("*.txt")):
        target = write_document(read_document(path), media)
        print(f"{target.name}: {target.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
