"""The page of a station in a real browser: a table with preview, sorting by keys, a copy."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import instructor
from tests.browser.builder_page import watched
from tests.browser.portal_server import PASSWORD, Portal

pytestmark = [pytest.mark.browser, pytest.mark.embedded]
NAMES = ["Агрегат А", "Агрегат Б", "Агрегат В"]


@pytest.fixture(scope="module")
def page(portal: Portal, chromium: Browser) -> Iterator[Page]:
    """Sign an instructor in once."""
    context = chromium.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
    opened = watched(context.new_page())
    instructor.open_session(opened, portal.url, "instructor", PASSWORD)
    yield opened
    context.close()


@pytest.fixture
def station(portal: Portal, page: Page) -> Iterator[str]:
    """Make an empty station and return its address, without the page."""
    short = f"ST{secrets.token_hex(3)}"
    pk = portal.add("Station", name=f"КС {short}", short_name=short)
    yield f"{portal.url}/admin/lms/station/{pk}/"
    problems, page.problems = page.problems, []
    assert problems == []


def _import(page: Page, station: str, file: Path) -> None:
    page.goto(f"{station}lists/equipment/import/")
    page.set_input_files("[name=file]", file)
    page.click("#source [type=submit]")


def _filled(page: Page, station: str, folder: Path) -> None:
    """Import three machines."""
    book = Workbook()
    for row in (["Название", "Количество"], *([name, 1] for name in NAMES)):
        book.active.append(row)
    file = folder / "list.xlsx"
    book.save(file)
    _import(page, station, file)
    expect(page.locator("[data-state=new]")).to_have_count(3)
    page.click(".portal-sheet + form [type=submit]")
    expect(page).to_have_url(re.compile("/change/#equipment$"))


def _titles(page: Page) -> Locator:
    return page.locator("#equipment-group .form-group.original h3 strong")


def test_a_table_goes_out_is_changed_and_comes_in_after_a_look(
    page: Page, station: str, tmp_path: Path
):
    _filled(page, station, tmp_path)
    expect(page.locator('#tabs-items a[href="#equipment"]')).to_contain_text("3")
    with page.expect_download() as download:
        page.click("#equipment-group a[href$='export.xlsx']")
    file = tmp_path / "out.xlsx"
    download.value.save_as(file)
    book = load_workbook(file)
    book.active["B3"] = "Агрегат А-2"
    book.active.append(["", "", "без названия"])
    book.save(file)

    _import(page, station, file)

    expect(page.locator("[data-state=changed] del")).to_have_text("Агрегат А")
    expect(page.locator("[data-state=changed] ins")).to_have_text("Агрегат А-2")
    expect(page.locator("[data-state=unchanged]")).to_have_count(2)
    expect(page.locator("[data-state=refused] .portal-sheet-error")).to_be_visible()
    page.click(".portal-sheet + form [type=submit]")
    expect(page.locator("#equipment-group")).to_be_visible()
    expect(_titles(page)).to_have_text(["Агрегат А-2", "Агрегат Б", "Агрегат В"])


def test_rows_are_sorted_by_the_keyboard_alone(page: Page, station: str, tmp_path: Path):
    _filled(page, station, tmp_path)
    group = page.locator("#equipment-group")
    handle = group.locator(".form-group.original", has_text="Агрегат В").locator("[data-st-handle]")
    handle.focus()

    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")  # It is the first already.

    expect(handle).to_be_focused()
    expect(group.locator(".st-announce")).to_contain_text("1")
    expect(_titles(page)).to_have_text(["Агрегат В", "Агрегат А", "Агрегат Б"])
    instructor.save(page)
    page.reload()
    expect(_titles(page)).to_have_text(["Агрегат В", "Агрегат А", "Агрегат Б"])


def test_features_are_sorted_by_the_keyboard_within_their_system(
    page: Page, station: str, tmp_path: Path
):
    book = Workbook()
    for row in (["name", "features"], ["Пожар", "дым\nпламя"], ["Газ", "датчики"]):
        book.active.append(row)
    book.save(tmp_path / "systems.xlsx")
    page.goto(f"{station}lists/safety-systems/import/")
    page.set_input_files("[name=file]", tmp_path / "systems.xlsx")
    page.click("#source [type=submit]")
    page.click(".portal-sheet + form [type=submit]")
    rows = page.locator("#safety_systems-group .nested-formset .form-group.original")
    features = rows.locator('input[name$="-feature_name"]')
    names = "(all) => all.map((one) => one.value)"
    expect(rows).to_have_count(3)
    assert features.evaluate_all(names) == ["дым", "пламя", "датчики"]

    page.locator("#safety_systems-group .nested-formset [data-st-handle]").nth(1).focus()
    page.keyboard.press("Alt+ArrowDown")  # The last of its system stays there.
    page.keyboard.press("Alt+ArrowUp")
    instructor.save(page)
    page.reload()

    assert features.evaluate_all(names) == ["пламя", "дым", "датчики"]


def test_rows_are_sorted_by_dragging(page: Page, station: str, tmp_path: Path):
    _filled(page, station, tmp_path)
    rows = page.locator("#equipment-group .form-group.original")
    start = rows.nth(2).locator("[data-st-handle]").bounding_box()
    end = rows.nth(0).bounding_box()

    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 10, start["y"] - 10, steps=5)
    page.mouse.move(start["x"] + 10, end["y"] + 4, steps=10)
    page.wait_for_timeout(300)
    page.mouse.up()
    page.wait_for_timeout(300)
    instructor.save(page)
    page.reload()

    expect(_titles(page).first).to_have_text("Агрегат В")


def test_lists_are_copied_from_another_station_after_a_look(
    page: Page, portal: Portal, station: str, tmp_path: Path
):
    _filled(page, station, tmp_path)
    source = station.rstrip("/").rpartition("/")[2]
    short = f"ST{secrets.token_hex(3)}"
    pk = instructor.add(page, portal.url, "station", name=f"КС {short}", short_name=short)

    page.click("a[href$='/copy-from/']")
    page.select_option("[name=source]", source)
    page.click("#choice [type=submit]")
    expect(page.locator(".st-added li")).to_have_text(NAMES)
    page.click("form:has([name=state]) [type=submit]")

    expect(page).to_have_url(f"{portal.url}/admin/lms/station/{pk}/change/#equipment")
    expect(_titles(page)).to_have_text(NAMES)
