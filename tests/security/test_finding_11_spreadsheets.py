"""Workbooks that cost far more than their file shows are refused before they are read."""

import io
import zipfile
from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lms.errors import UnreadableTable
from lms.models import Role
from lms.services import spreadsheet_limits, spreadsheets
from tests import factories

pytestmark = pytest.mark.django_db
STYLES, SHEET = "xl/styles.xml", "xl/worksheets/sheet1.xml"
STRINGS, BOOK, TYPES = "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml"
MERGED = b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:XFD9"/>' * 61_000 + b"</mergeCells>"
NAMES = b"<definedNames>" + b'<definedName name="a">1</definedName>' * 31_000 + b"</definedNames>"
DOCTYPE = b'<!DOCTYPE a [<!ENTITY b "c">]>'
BOMBS = {
    "styles": (STYLES, b"</cellXfs>", b'<xf numFmtId="0"/>' * 60_000 + b"</cellXfs>"),
    "cells": (SHEET, b"</row>", b'<c r="A1"/>' * 400_000 + b"</row>"),
    "merged cells": (SHEET, b"</sheetData>", MERGED),
    "texts": (STRINGS, b"</sst>", b"<si><t>a</t></si>" * 100_000 + b"</sst>"),
    "names": (BOOK, b"</sheets>", b"</sheets>" + NAMES),
    "types": (TYPES, b"</Types>", b"<Override/>" * 60_000 + b"</Types>"),
    "entities": (SHEET, b"<worksheet", DOCTYPE + b"<worksheet"),
    "unpacked size": (SHEET, b"</sheetData>", b" " * 41 * 1024 * 1024 + b"</sheetData>"),
}


def _workbook(part: str = "", old: bytes = b"", new: bytes = b"", *, more_parts: int = 0) -> bytes:
    plain = spreadsheets.workbook(spreadsheets.Sheet("Лист", ["Вопрос"], [["Что это?"]]))
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(plain)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            data = source.read(name)
            assert name != part or old in data
            made.writestr(name, data.replace(old, new, 1) if name == part else data)
        for number in range(more_parts):
            made.writestr(f"x/{number}.xml", b"")
    return target.getvalue()


def _page(client: Client, address: str, data: bytes) -> str:
    answer = client.post(address, {"file": SimpleUploadedFile("table.xlsx", data)})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def addresses() -> list[str]:
    """Return the pages that read workbooks: questions of a test, a list of a station."""
    test, station = factories.LessonTestFactory(), factories.StationFactory()
    return [
        f"/admin/lms/lessontest/{test.pk}/import-questions/",
        f"/admin/lms/station/{station.pk}/lists/equipment/import/",
    ]


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_words(
    admin_client_for: Callable[[str], Client], addresses: list[str], name: str
) -> None:
    data = _workbook(*BOMBS[name])
    assert len(data) < 300_000
    client = admin_client_for(Role.ADMIN)
    for address in addresses:
        assert "Сохраните его как XLSX или CSV" in _page(client, address, data)
    with pytest.raises(UnreadableTable):
        spreadsheet_limits.check(data)


def test_entities_are_found_in_utf_16_and_across_pieces() -> None:
    wide = (" " * (spreadsheet_limits._CHUNK_BYTES // 2 - 4)).encode("utf-16-le")
    text = wide + DOCTYPE.decode().encode("utf-16-le")
    with pytest.raises(UnreadableTable):
        spreadsheet_limits.check(_workbook(SHEET, b"</sheetData>", text))


def test_thousands_of_parts_are_refused() -> None:
    with pytest.raises(UnreadableTable):
        spreadsheet_limits.check(_workbook(more_parts=600))


def test_the_largest_tables_pass() -> None:
    rows = [[f"Текст {line} {column}" for column in range(20)] for line in range(2000)]
    data = spreadsheets.workbook(spreadsheets.Sheet("Лист", ["А"] * 20, rows))
    spreadsheet_limits.check(data)
    assert sum(1 for _line in spreadsheets.xlsx_lines(data)) == 2001


def test_reading_ends_when_it_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy() -> Iterator[int]:
        while True:
            yield sum(range(1000))

    monkeypatch.setattr(spreadsheet_limits, "MAX_CPU_SECONDS", 0.01)
    with pytest.raises(UnreadableTable):
        list(spreadsheet_limits.within_time(busy()))
