"""Pages of the admin: screens from 360 pixels to 4K; lists, forms and charts by the keyboard."""

import re
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import instructor
from tests.browser.builder_page import await_saved, watched
from tests.browser.portal_server import PASSWORD, Portal

pytestmark = [pytest.mark.browser, pytest.mark.embedded]
_SMALLEST_TEXT = """() => Math.min(...[...document.querySelectorAll("body *")]
  .filter((element) => [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .filter((element) => element.checkVisibility() && element.getClientRects().length)
  .map((element) => parseFloat(getComputedStyle(element).fontSize)))"""
_TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
_OVERLAPPING = """() => [...document.querySelectorAll("#nav-sidebar-apps li > a")]
  .filter((link) => link.scrollHeight > link.clientHeight + 1).map((link) => link.textContent)"""


@pytest.fixture
def page(context: BrowserContext, portal: Portal) -> Page:
    opened = watched(context.new_page())
    instructor.open_session(opened, portal.url, "admin", PASSWORD)
    return opened


@pytest.mark.parametrize(
    ("width", "height", "smallest"), [(3840, 2160, 15), (3440, 1300, 10), (1440, 900, 10)]
)
@pytest.mark.parametrize("address", ["/admin/", "/admin/lms/topic/?o=1"])
def test_texts_grow_with_a_4k_screen_alone(
    address: str, width: int, height: int, smallest: int, page: Page, portal: Portal
) -> None:
    page.set_viewport_size({"width": width, "height": height})

    page.goto(f"{portal.url}{address}")

    assert smallest <= page.evaluate(_SMALLEST_TEXT) < smallest + 5
    assert page.evaluate(_OVERLAPPING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_bulk_action_is_confirmed_and_left_by_keyboard(page: Page, portal: Portal) -> None:
    address = f"{portal.url}/admin/lms/user/?q=employee"
    answers = page.locator(".portal-actions")
    said = page.get_by_text("Завершено")

    def ask() -> None:
        page.goto(address)
        page.check("#action-toggle")
        page.select_option("select[name=action]", "end_sessions")
        page.locator("#changelist-form button[name=index]").first.press("Enter")
        expect(answers).to_be_visible()

    ask()
    answers.locator(".cancel-link").press("Enter")
    expect(page.locator("#result_list")).to_be_visible()
    expect(said).to_have_count(0)
    ask()
    answers.locator("[type=submit]").press("Enter")

    expect(page.locator("#result_list")).to_be_visible()
    expect(said).to_have_count(1)


def test_a_day_of_a_chart_leads_to_its_list_by_mouse_and_by_keyboard(
    page: Page, portal: Portal
) -> None:
    for number, open_list in enumerate((lambda bar: bar.click(), _open_by_keyboard)):
        page.goto(f"{portal.url}/admin/")
        day = page.locator(".dash-day:has(.dash-bar[data-url])").last
        bar = day.locator(".dash-bar[data-url]").first
        address = bar.get_attribute("data-url")

        open_list(bar)

        page.wait_for_url(f"{portal.url}{address}")
        assert page.locator("#result_list tbody tr").count() > 0, number


def _open_by_keyboard(bar: Locator) -> None:
    chart = bar.locator("xpath=ancestor::*[name()='svg']")
    chart.focus()
    chart.press("End")
    # Back to the last day that has a bar.
    while not chart.locator(".is-here .dash-bar[data-url]").count():
        chart.press("ArrowLeft")
    chart.press("Enter")


def test_what_has_to_be_corrected_is_listed_and_leads_to_its_field(
    page: Page, portal: Portal
) -> None:
    address = f"{portal.url}/admin/lms/lesson/1/change/"
    page.goto(address)
    title = page.locator("[name=title]")
    before = title.input_value()
    title.fill("")
    page.locator("#tabs-items a").nth(1).click()
    page.locator("[name=topics-0-title]").fill("")

    page.keyboard.press("Control+S")

    errors = page.locator(".portal-errors a")
    expect(errors).to_have_text([re.compile("^Название: .*обязательн", re.I)] * 2)
    expect(title).to_be_focused()
    errors.nth(1).press("Enter")
    expect(page.locator("[name=topics-0-title]")).to_be_focused()
    page.keyboard.type("Исправленная тема")
    errors.first.press("Enter")
    expect(title).to_be_focused()
    page.keyboard.type(before)
    page.keyboard.press("Control+S")

    expect(page.get_by_text("изменен успешно")).to_be_visible()
    assert page.url.split("#")[0] == address.split("#")[0]
    expect(errors).to_have_count(0)
    assert page.problems == []


def test_a_narrow_builder_does_not_scroll_sideways(
    page: Page, program: str, build: Callable[..., None]
) -> None:
    build(Урок_с_длинным_названием_без_пробелов_и_переносов=["Тема с длинным названием"])

    fits = {}
    for width in (360, 820):
        page.set_viewport_size({"width": width, "height": 740})
        page.reload()
        await_saved(page)
        fits[width] = not page.evaluate(_TOO_WIDE)

    assert fits == {360: True, 820: True}


def test_no_list_and_no_form_scrolls_sideways_on_a_phone(page: Page, portal: Portal) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    addresses, bars = [], set()
    for model in MODELS:
        name = model._meta.label_lower.replace(".", "_")
        address = reverse(f"admin:{name}_changelist")
        text = page.request.get(f"{portal.url}{address}").text()
        # Of the lists with the same tabs one will do: their tables scroll by themselves.
        tabs = text.partition('id="tabs-items"')[2].partition("</nav>")[0]
        bar = tuple(re.findall(r'href="([^"]*)"', tabs))
        if bar not in bars:
            bars.add(bar)
            addresses.append(address)
        addresses += re.findall(rf'href="({address}[^"/]+/change/)', text)[:1]

    wide = []
    for address in addresses:
        page.goto(f"{portal.url}{address}")
        wide += [address] if page.evaluate(_TOO_WIDE) else []

    assert wide == []
    assert sum(address.endswith("/change/") for address in addresses) > 25
