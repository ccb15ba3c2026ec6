"""One portal and one Chromium for all browser tests of a module.

Not of the session: Playwright keeps an event loop running, in which Django refuses its database.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser import portal_server
from tests.conftest import HAS_SERVICES

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]
HERE = Path(__file__).parent


def _missing() -> str:
    programs = ("chromium", "ffmpeg", "ffprobe", "curl", "npm")
    absent = [name for name in programs if shutil.which(name) is None]
    return ", ".join(absent)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[portal_server.Portal]:
    """Start the embedded portal, or the one on the real services."""
    if _missing():
        pytest.skip(f"needs {_missing()}")
    if not (HERE / "node_modules" / "pdfjs-dist").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)
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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Open a window of its own, in Russian."""
    opened = chromium.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()
