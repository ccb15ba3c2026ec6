"""Takes the pictures of docs/screens from a fresh demo: light and dark, desktop and tablet.

Needs Chromium and Playwright of the development packages: PYTHONPATH=. python scripts/screens.py
"""

import io
import re
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import instructor, portal_server
from tests.browser.chromium import FLAGS

TARGET = Path(__file__).parents[1] / "docs" / "screens"
SIZES = {"desktop": (1440, 900), "tablet": (820, 1100)}
PAGES = {
    "dashboard": "/admin/",
    "builder": "/admin/lms/courseprogram/1/builder/",
    "station": "/admin/lms/station/1/change/",
    "questions": "/admin/lms/lessontest/{test}/questions/",
    "list": "/admin/lms/courseprogram/",
    "form": "/admin/lms/lesson/1/change/",
    "history": "/admin/lms/contentchange/",
    "comparison": "/admin/lms/courseprogram/1/history/compare/",
    "bin": "/admin/lms/binentry/",
}


def main() -> None:
    """Start the demo, work a little in it, and take the pictures."""
    portal = portal_server.start_embedded(Path(tempfile.mkdtemp(prefix="portal-screens-")))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            _take(browser, portal.url)
            browser.close()
    finally:
        portal.stop()


def _take(browser: Browser, url: str) -> None:
    test = None
    for theme in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                color_scheme=theme,
                viewport={"width": width, "height": height},
                locale="ru-RU",
            )
            page = context.new_page()
            instructor.sign_in(page, url, "admin", portal_server.PASSWORD)
            if test is None:
                test = _first_test(page, url)
                _work(page, url)
            for name, path in PAGES.items():
                page.goto(url + path.format(test=test), wait_until="networkidle")
                _save(page.screenshot(), f"{name}-{size}-{theme}.webp")
            context.close()


def _first_test(page: Page, url: str) -> str:
    page.goto(f"{url}/admin/lms/lessontest/")
    return re.search(r"/lessontest/(\d+)/change/", page.content()).group(1)


def _work(page: Page, url: str) -> None:
    """Change and delete something, so that history and bin have what to show."""
    page.goto(f"{url}/admin/lms/lesson/1/change/")
    page.fill("[name=duration]", "8 часов")
    page.click("[name=_save]")
    page.goto(f"{url}/admin/lms/topic/2/delete/")
    page.locator(".portal-panel button[type=submit]").click()


def _save(shot: bytes, name: str) -> None:
    Image.open(io.BytesIO(shot)).save(TARGET / name, quality=82, method=6)


if __name__ == "__main__":
    main()
