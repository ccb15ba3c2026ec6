"""The PDF, read back by another library."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from lms.models import Certificate
from lms.services.progress import certificate_pdf

NUMBER = "ATG-2026-000123-BCDFGH"
PAGE = f"https://portal.example.com/certificates/{NUMBER}"


def _page(language: str = "ru", **fields: object) -> PageObject:
    printed = {
        "number": NUMBER,
        "holder_name": "Каримов Шерзод Бахтиёрович",
        "program_title": "Эксплуатация агрегатов КС «Ғазли»",
        "hours": "40 часов",
        "score": 92,
        "issued_at": datetime(2026, 3, 5, 20, tzinfo=UTC),
    }
    content = certificate_pdf.render(
        Certificate(**{**printed, **fields}),
        portal="https://portal.example.com",
        language=language,
    )
    pages = PdfReader(BytesIO(content)).pages
    assert len(pages) == 1
    return pages[0]


def _fonts(page: PageObject) -> dict[str, dict]:
    fonts = (font.get_object() for font in page["/Resources"]["/Font"].values())
    return {font["/BaseFont"]: font for font in fonts}


def test_it_shows_what_is_printed_in_russian() -> None:
    text = _page().extract_text()

    for part in [
        "СЕРТИФИКАТ",
        "Каримов Шерзод Бахтиёрович",
        "Эксплуатация агрегатов КС «Ғазли»",
        "Объём: 40 часов",
        "Итоговый тест: 92 %",
        "6 марта 2026",
        NUMBER,
        "Руководитель обучения",
    ]:
        assert part in text


def test_it_shows_what_is_printed_in_english() -> None:
    text = _page("en", holder_name="Oʻgʻiloy Qodirova", hours="40 hours").extract_text()

    for part in [
        "CERTIFICATE",
        "This is to certify that",
        "Oʻgʻiloy Qodirova",
        "Duration: 40 hours",
        "Final test: 92 %",
        "March 6, 2026",
        "Head of training",
    ]:
        assert part in text


def test_without_a_final_test_no_score_is_printed() -> None:
    assert "%" not in _page("en", score=None).extract_text()


def test_every_font_is_embedded_as_a_subset() -> None:
    fonts = _fonts(_page())

    assert {name.partition("+")[2] for name in fonts} == {
        "SourceSansPro-Bold",
        "SourceSansPro-Light",
        "SourceSansPro-Regular",
    }
    for font in fonts.values():
        assert "/FontFile2" in font["/FontDescriptor"]


def test_it_is_a_landscape_page_of_a4() -> None:
    box = _page().mediabox

    assert (round(box.width), round(box.height)) == (842, 595)


def test_the_qr_code_and_the_link_lead_to_the_public_page() -> None:
    links = [note.get_object()["/A"]["/URI"] for note in _page()["/Annots"]]

    assert links == [PAGE]
    assert certificate_pdf.qr_code(PAGE).value == PAGE


def test_the_modules_of_the_qr_code_are_drawn_upright() -> None:
    widget = certificate_pdf.qr_code(PAGE)
    widget.qr.make()
    content = ContentStream(_page().get_contents(), None)
    rectangles = [operands for operands, name in content.operations if name == b"re"]
    corners = {(float(x), float(y)) for x, y, _width, _height in rectangles}
    columns = sorted({x for x, _y in corners})
    rows = sorted({y for _x, y in corners}, reverse=True)

    drawn = [[(x, y) in corners for x in columns] for y in rows]

    assert drawn == [[bool(cell) for cell in row] for row in widget.qr.modules]


@pytest.mark.parametrize(("revoked", "struck"), [(True, True), (False, False)])
def test_a_revoked_one_is_struck_through(revoked: bool, struck: bool) -> None:
    page = _page("en", revoked_at=timezone.now() if revoked else None)

    assert ("REVOKED" in page.extract_text()) is struck


@pytest.mark.parametrize(
    "text", ["", "Щ" * 500, "слово " * 83, "王 😀 <b>&amp;</b> \x07", "строка\nвторая"]
)
def test_any_text_makes_a_page(text: str) -> None:
    page = _page(holder_name=text[:255], program_title=text, hours=text[:100])

    assert NUMBER in page.extract_text()


def test_long_texts_stay_on_the_page() -> None:
    certificate_pdf.render(Certificate(number=NUMBER), portal="https://a.uz", language="ru")

    _font, size, rows = certificate_pdf.fitted(
        "Щ" * 500, certificate_pdf.PLAIN, largest=22, smallest=9, lines=6
    )

    assert (size, "".join(rows)) == (9, "Щ" * 500)
    assert len(rows) <= 6
