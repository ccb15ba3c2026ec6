"""Workbooks and CSV files: one limit for a cell, no formulas, native numbers and instants."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from lms.services.spreadsheets import Sheet, csv_file, read_back, workbook

# Excel knows no time zones.
FINISHED = datetime(2026, 2, 1, 1, 30, 15, tzinfo=UTC).replace(tzinfo=None)
ROW = ["=1+1", "Газли", 5, Decimal("0.50"), FINISHED, None, ""]
HEADINGS = [f"Column {number}" for number in range(len(ROW))]


def _page(*sheets: Sheet):
    return load_workbook(io.BytesIO(workbook(*sheets))).active


def test_a_workbook_has_native_numbers_and_instants_and_no_formulas():
    cells = next(_page(Sheet("Таблица", HEADINGS, [ROW])).iter_rows(min_row=2))

    values = [cell.value for cell in cells[:5]]
    assert values == ["'=1+1", "Газли", 5, 0.5, FINISHED]
    assert [cell.data_type for cell in cells[:5]] == ["s", "s", "n", "n", "d"]
    assert [cell.value for cell in cells[5:]] == [None, None]


def test_a_csv_file_has_the_same_texts_behind_a_byte_order_mark():
    data = csv_file(HEADINGS, [ROW])

    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig")))) == [
        HEADINGS,
        ["'=1+1", "Газли", "5", "0.50", "2026-02-01 01:30:15", "", ""],
    ]


@pytest.mark.parametrize(
    ("text", "length"), [("а" * 40_000, 32_767), ("=" * 32_767, 32_767), ("а" * 32_767, 32_767)]
)
def test_a_cell_of_a_workbook_has_at_most_as_many_characters_as_excel_takes(text, length):
    stored = _page(Sheet("1", ["A"], [[text]]))["A2"].value

    assert len(stored) == length
    assert stored in {text[:32_767], f"'{text}"[:32_767]}
    assert read_back("а" * 40_000) == "а" * 32_767


def test_keys_are_in_a_hidden_line_and_titles_fit_excel():
    page = _page(Sheet("[Оборудование]: насосы и компрессоры станции", ["A"], [["x"]], keys=["a"]))

    assert [row[0].value for row in page.iter_rows()] == ["A", "a", "x"]
    assert page.row_dimensions[2].hidden
    assert page.title == "Оборудование   насосы и компрес"


def test_a_sheet_without_rows_has_its_headings_and_a_filter():
    page = _page(Sheet("1", ["A", "B"], frozen_columns=1, has_filter=True))

    assert [cell.value for cell in page[1]] == ["A", "B"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("B2", "A1:B1")
