"""One portal for all browser tests of a worker, one Chromium for those of a module.

Chromium is not of the session: Playwright keeps an event loop running, in which Django refuses its
database. Modules share the portal: each makes what it changes, under names that nobody else has.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import learner, portal_server
from tests.browser.builder_page import await_saved, open_builder, type_lines
from tests.browser.chromium import launched
from tests.selection import HAS_SERVICES

HERE = Path(__file__).parent


def _missing() -> str:
    programs = ("chromium", "ffmpeg", "ffprobe", "curl", "npm")
    absent = [name for name in programs if shutil.which(name) is None]
    return ", ".join(absent)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[portal_server.Portal]:
    """Start the embedded portal, or the one on the real services."""
    if _missing():
        # For people without these programs; in CI a skipped test fails the run (tests/conftest.py).
        pytest.skip(f"needs {_missing()}")
    learner.install_pdfjs()
    if "TEST_PORTAL_URL" in os.environ:
        yield portal_server.Portal(os.environ["TEST_PORTAL_URL"], Path(os.devnull), {})
        return
    folder = tmp_path_factory.mktemp("portal")
    start = portal_server.start_on_services if HAS_SERVICES else portal_server.start_embedded
    running = start(folder)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def chromium(portal: portal_server.Portal) -> Iterator[Browser]:
    """Start Debian's Chromium."""
    with launched() as browser:
        yield browser


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Open a window of its own, in Russian."""
    opened = chromium.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def program(portal: portal_server.Portal, page: Page) -> Iterator[str]:
    """Make a station with an empty program and return the address of its builder."""
    short = f"BB{secrets.token_hex(3)}"
    station = portal.add("Station", name="КС «Сборка»", short_name=short)
    pk = portal.add("CourseProgram", station_id=station, title="Сборка")
    yield f"{portal.url}/admin/lms/courseprogram/{pk}/builder/"
    problems, page.problems = page.problems, []
    assert problems == []


@pytest.fixture
def build(page: Page, program: str) -> Callable[..., None]:
    """Return a function that adds lessons with topics by the builder's own lines."""

    def build_lessons(**lessons: list[str]) -> None:
        open_builder(page, program)
        for title, topics in lessons.items():
            page.locator('.b-bar [data-act="addLesson"]').click()
            type_lines(page, title)
            page.keyboard.press("Shift+N")
            type_lines(page, *topics)
        await_saved(page)

    return build_lessons
