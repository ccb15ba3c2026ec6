"""Opens a page of the installed Chromium for the generators."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
]
WEBGL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@contextmanager
def open_page(
    *, size: tuple[int, int] = (1280, 720), scale: float = 1, webgl: bool = False
) -> Iterator[Page]:
    """Yield a blank page of the given size in CSS pixels; close the browser afterwards."""
    flags = QUIET + (WEBGL if webgl else ["--disable-gpu"])
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        try:
            viewport = {"width": size[0], "height": size[1]}
            yield browser.new_page(viewport=viewport, device_scale_factor=scale)
        finally:
            browser.close()
