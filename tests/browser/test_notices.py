"""The bell and the outbox in a browser: keyboard, marking, links, a mail in its frame."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import instructor, portal_server

pytestmark = [pytest.mark.browser, pytest.mark.embedded]
# The worker does not run here: what it would do is done at once.
_ROWS = """
from lms.models import Mail, Notice, User
from lms.services.notices.notices import notify, send_notice
admin = User.objects.get(username="admin")
User.objects.filter(pk=admin.pk).update(email="admin@example.com")
admin.refresh_from_db()
Notice.objects.filter(user=admin).delete()
notify(admin, kind="test", title="Без ссылки", text="<b>Строка</b>")
notify(admin, kind="test", title="Со ссылкой", path="/admin/lms/station/", by_mail="now")
send_notice.call(str(Mail.objects.first().pk))
print("MAIL", Mail.objects.first().pk)
"""


@pytest.fixture
def mail_id(portal: portal_server.Portal) -> str:
    """Make two notices and a mail for the administrator; return the number of the mail."""
    if not portal.environment:
        pytest.fail("This test makes rows: run it without TEST_PORTAL_URL.")
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", _ROWS],
        cwd=portal_server.ROOT,
        env=portal.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.rsplit("MAIL ", 1)[1].strip()


@pytest.fixture
def page(context: BrowserContext, portal: portal_server.Portal, mail_id: str) -> Iterator[Page]:
    """Sign in as the administrator; nothing may go wrong in the console."""
    page, problems = context.new_page(), []
    page.on("console", lambda m: problems.append(m.text) if m.type in {"error", "warning"} else 0)
    page.on("pageerror", lambda error: problems.append(str(error)))
    instructor.sign_in(page, portal.url, "admin", portal_server.PASSWORD)
    yield page
    # Playwright looks into the frame of the mail by scripts, which the frame refuses to run.
    assert [text for text in problems if "about:srcdoc" not in text] == []


def test_the_bell_by_keyboard_and_by_mouse(page: Page, portal: portal_server.Portal) -> None:
    bell = page.get_by_role("button", name="Уведомления (непрочитанных: 2)")
    expect(bell).to_have_attribute("aria-expanded", "false")

    bell.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("region", name="Уведомления")
    expect(panel.get_by_role("listitem")).to_have_count(2)
    expect(panel.get_by_role("heading")).to_be_focused()
    expect(panel).to_contain_text("<b>Строка</b>")

    # "Mark all", the first link, its "mark as read", the other "mark as read".
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-bell-count]")).to_have_text("1")
    expect(panel.get_by_role("heading")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("[data-bell-button]")).to_be_focused()

    page.locator("[data-bell-button]").click()
    panel.get_by_role("link", name="Со ссылкой").click()
    expect(page).to_have_url(f"{portal.url}/admin/lms/station/")
    expect(page.locator("[data-bell-count]")).to_be_hidden()


def test_all_are_marked_and_a_click_beside_closes_the_panel(page: Page) -> None:
    page.locator("[data-bell-button]").click()
    page.get_by_role("button", name="Отметить все прочитанными").click()
    expect(page.locator("[data-bell-count]")).to_be_hidden()
    expect(page.locator("[data-bell-panel]")).to_be_visible()
    page.mouse.click(700, 850)
    expect(page.locator("[data-bell-panel]")).to_be_hidden()


def test_the_outbox_shows_the_mail_in_its_frame(
    page: Page, portal: portal_server.Portal, mail_id: str
) -> None:
    page.goto(f"{portal.url}/admin/lms/mail/{mail_id}/change/")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Со ссылкой")).to_be_visible()
    link = frame.get_by_role("link", name="Открыть на портале")
    assert link.evaluate("element => getComputedStyle(element).backgroundColor") == (
        "rgb(15, 100, 120)"
    )
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value).to_have_url(f"{portal.url}/admin/lms/station/")
