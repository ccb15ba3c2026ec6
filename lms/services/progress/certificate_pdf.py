"""Draws a certificate as a PDF: one landscape page of A4 with embedded fonts and a QR code."""

import math
from functools import cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from font_source_sans_pro import font_files_ttf  # type: ignore[import-untyped]  # has no types
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lms.models import Certificate

PORTAL = "ATG Education Portal"
WIDTH, HEIGHT = landscape(A4)
MIDDLE = WIDTH / 2
MARGIN = 62
TEXT_WIDTH = WIDTH - 2 * MARGIN - 40
# 30 mm, so that a phone can read it from a short distance.
QR_POINTS = 85

LIGHT, PLAIN, BOLD = "SourceSansPro-Light", "SourceSansPro", "SourceSansPro-Bold"
_FONT_FILES = {LIGHT: "SourceSansProLight", PLAIN: "SourceSansPro", BOLD: "SourceSansProBold"}
PETROL, PALE, INK, GREY = map(HexColor, ("#0f6478", "#bfe6ee", "#16323a", "#5b6f75"))
RED = Color(0.75, 0.1, 0.1, alpha=0.22)
WHITE = HexColor("#ffffff")

type Block = tuple[str, float, list[str]]


def render(certificate: Certificate, *, portal: str, language: str) -> bytes:
    """Return the PDF in Russian or English.

    The QR code leads to the public page below `portal`, the portal's public address.
    """
    _register_fonts()
    target = BytesIO()
    canvas = Canvas(target, (WIDTH, HEIGHT), lang=language, initialFontName=PLAIN)
    with translation.override(language):
        _describe(canvas, certificate)
        _frame(canvas)
        _head(canvas, certificate)
        _body(canvas, certificate)
        _foot(canvas, certificate, page_url(certificate.number or "", portal=portal))
        if not certificate.is_valid:
            _strike(canvas)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def language_of(certificate: Certificate | None, wanted: str | None = None) -> str:
    """Return the wanted language if the portal has it, else the certificate's or the portal's."""
    known = dict(settings.LANGUAGES)
    preferred = [wanted, certificate.language if certificate else None]
    return next((name for name in preferred if name in known), settings.LANGUAGE_CODE)


def page_url(number: str, *, portal: str) -> str:
    """Return the address of a certificate's public page below the portal's public address."""
    return f"{portal}/certificates/{number}"


def qr_code(address: str) -> QrCodeWidget:
    """Return the QR code of an address; small stains do not matter (error correction level M)."""
    return QrCodeWidget(address, barLevel="M")


def details_of(certificate: Certificate) -> list[tuple[str, str]]:
    """Return labels and values of duration and score, in the active language."""
    details = []
    if certificate.hours:
        details.append((_("Duration"), certificate.hours))
    if certificate.score is not None:
        details.append((_("Final test"), f"{certificate.score} %"))
    return details


def issued_on(certificate: Certificate) -> str:
    """Return the day of issue in the portal's time zone, in the active language."""
    if certificate.issued_at is None:
        return "—"
    return date_format(localtime(certificate.issued_at), "DATE_FORMAT")


@cache
def _register_fonts() -> None:
    for name, file in _FONT_FILES.items():
        pdfmetrics.registerFont(TTFont(name, Path(font_files_ttf[file])))


def _describe(canvas: Canvas, certificate: Certificate) -> None:
    canvas.setTitle(f"{_('Certificate')} {certificate.number}")
    canvas.setAuthor(PORTAL)
    canvas.setSubject(certificate.program_title or certificate.title)
    canvas.setCreator(PORTAL)


def _frame(canvas: Canvas) -> None:
    canvas.setStrokeColor(PETROL)
    canvas.setLineWidth(2.4)
    canvas.roundRect(22, 22, WIDTH - 44, HEIGHT - 44, 10)
    canvas.setStrokeColor(PALE)
    canvas.setLineWidth(0.9)
    canvas.roundRect(30, 30, WIDTH - 60, HEIGHT - 60, 6)
    canvas.setFillColor(PETROL)
    for x, y in [(30, 30), (WIDTH - 30, 30), (30, HEIGHT - 30), (WIDTH - 30, HEIGHT - 30)]:
        canvas.circle(x, y, 3.2, stroke=0, fill=1)


def _head(canvas: Canvas, certificate: Certificate) -> None:
    top = HEIGHT - 104
    _logo(canvas, MARGIN, top, size=46)
    _left(canvas, MARGIN + 58, top + 26, PORTAL, font=BOLD, size=15)
    subtitle = _("Training of gas compressor stations")
    _left(canvas, MARGIN + 58, top + 9, subtitle, size=10.5, colour=GREY)
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 10.5)
    canvas.drawRightString(WIDTH - MARGIN, top + 27, _("Certificate number"))
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 14)
    canvas.drawRightString(WIDTH - MARGIN, top + 9, certificate.number or "—")


def _logo(canvas: Canvas, x: float, y: float, *, size: float) -> None:
    """Draw static/portal/logo.svg, whose square has a side of 40."""
    canvas.saveState()
    canvas.translate(x, y + size)
    canvas.scale(size / 40, -size / 40)
    canvas.setFillColor(PETROL)
    canvas.roundRect(0, 0, 40, 40, 9, stroke=0, fill=1)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.setLineWidth(2.6)
    canvas.setStrokeColor(PALE)
    shape = canvas.beginPath()
    shape.moveTo(7, 27.5)
    for point in [(13.2, 27.5), (16.2, 13.3)]:
        shape.lineTo(*point)
    shape.curveTo(16.5, 11.7, 19, 11.7, 19.3, 13.3)
    shape.lineTo(20.8, 20.4)
    shape.moveTo(31.1, 27.5)
    shape.lineTo(34, 27.5)
    canvas.drawPath(shape)
    canvas.setStrokeColor(WHITE)
    canvas.circle(25.5, 22.5, 5.6)
    canvas.setLineWidth(1.8)
    canvas.line(25.5, 16.9, 25.5, 28.1)
    canvas.line(19.9, 22.5, 31.1, 22.5)
    canvas.restoreState()


def _body(canvas: Canvas, certificate: Certificate) -> None:
    heading = _("Certificate").upper()
    width = pdfmetrics.stringWidth(heading, LIGHT, 44) + 7 * (len(heading) - 1)
    canvas.setFillColor(PETROL)
    text = canvas.beginText(MIDDLE - width / 2, HEIGHT - 162)
    text.setFont(LIGHT, 44)
    text.setCharSpace(7)
    text.textOut(heading)
    text.setCharSpace(0)
    canvas.drawText(text)

    name = fitted(certificate.holder_name or "—", BOLD, largest=32, smallest=13, lines=2)
    title = certificate.program_title or certificate.title
    program = fitted(title, PLAIN, largest=22, smallest=9, lines=6)
    y = _centred(canvas, HEIGHT - 194, (PLAIN, 13, [_("This is to certify that")]), colour=GREY)
    y = _centred(canvas, y - 14, name)
    y = _centred(
        canvas, y - 12, (PLAIN, 13, [_("has completed the training program")]), colour=GREY
    )
    y = _centred(canvas, y - 12, program)
    details = "   ·   ".join(f"{label}: {value}" for label, value in details_of(certificate))
    _centred(canvas, y - 12, fitted(details, PLAIN, largest=13, smallest=8, lines=2))


def _foot(canvas: Canvas, certificate: Certificate, address: str) -> None:
    low = 60
    _left(canvas, MARGIN, low + 44, issued_on(certificate), font=BOLD, size=13)
    _left(canvas, MARGIN, low, _("Date of issue"), size=10, colour=GREY)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.7)
    canvas.line(MARGIN, low + 16, MARGIN + 170, low + 16)
    canvas.line(MARGIN + 220, low + 16, MARGIN + 450, low + 16)
    _left(canvas, MARGIN + 220, low, _("Head of training: signature, name"), size=10, colour=GREY)

    left, bottom = WIDTH - MARGIN - QR_POINTS, low
    _draw_qr(canvas, qr_code(address), left, bottom)
    canvas.linkURL(address, (left, bottom, left + QR_POINTS, bottom + QR_POINTS))
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 10)
    canvas.drawRightString(left - 12, bottom + 62, _("Check this certificate"))
    folder, _slash, number = address.rpartition("/")
    for index, line in enumerate([*_broken(f"{folder}/", PLAIN, 7.5, 150)[:2], number]):
        canvas.setFont(PLAIN, 7.5)
        canvas.drawRightString(left - 12, bottom + 48 - 10 * index, line)


def _draw_qr(canvas: Canvas, widget: QrCodeWidget, x: float, y: float) -> None:
    """Draw the modules as one path: reportlab's own drawing names a font that is not embedded."""
    widget.qr.make()
    module = QR_POINTS / widget.qr.getModuleCount()
    shape = canvas.beginPath()
    for row, cells in enumerate(widget.qr.modules):
        for column, dark in enumerate(cells):
            if dark:
                top = y + QR_POINTS - (row + 1) * module
                shape.rect(x + column * module, top, module, module)
    canvas.setFillColor(INK)
    canvas.drawPath(shape, stroke=0, fill=1)


def _strike(canvas: Canvas) -> None:
    word = _("Revoked").upper()
    size = 96
    canvas.saveState()
    canvas.translate(MIDDLE, HEIGHT / 2)
    canvas.rotate(math.degrees(math.atan2(HEIGHT, WIDTH)))
    canvas.setFillColor(RED)
    canvas.setFont(BOLD, size)
    canvas.drawCentredString(0, -size / 3, word)
    canvas.restoreState()


def fitted(text: str, font: str, *, largest: int, smallest: int, lines: int) -> Block:
    """Return the text in the largest size in which it fits; a longer text ends in an ellipsis."""
    text = " ".join(text.split())
    for size in range(largest, smallest - 1, -1):
        rows = simpleSplit(text, font, size, TEXT_WIDTH)
        widest = max((pdfmetrics.stringWidth(row, font, size) for row in rows), default=0)
        if len(rows) <= lines and widest <= TEXT_WIDTH:
            return font, size, rows
    rows = _broken(text, font, smallest, TEXT_WIDTH)
    if len(rows) > lines:
        rows = [*rows[: lines - 1], rows[lines - 1][:-1] + "…"]
    return font, smallest, rows


def _broken(text: str, font: str, size: float, width: float) -> list[str]:
    """Break a text into lines, also inside its words."""
    rows = [""]
    for character in text:
        if pdfmetrics.stringWidth(rows[-1] + character, font, size) > width:
            rows.append("")
        rows[-1] += character
    return [row.strip() for row in rows]


def _centred(canvas: Canvas, y: float, block: Block, *, colour: Color = INK) -> float:
    """Write lines below `y`; return where they end."""
    font, size, rows = block
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    for row in rows:
        y -= size
        canvas.drawCentredString(MIDDLE, y, row)
        y -= size * 0.22
    return y


def _left(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    *,
    font: str = PLAIN,
    size: float,
    colour: Color = INK,
) -> None:
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)
