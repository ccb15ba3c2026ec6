"""Measures how soon the program builder shows what a key did, in Chromium.

Each act is timed in a program of 200 topics; the baseline is the same act among 20 topics. Needs
chromium and no services: run it by `make bench-builder`. Results go to bench/results/builder.json.
"""

import os
import secrets
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from bench import report
from tests.browser import instructor, portal_server
from tests.browser.builder_page import acts_by_keyboard, add_lessons, open_builder, watched
from tests.browser.chromium import launched

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
LESSONS = 4
FEW, MANY = 5, 50
# A frame of a screen at 60 Hz; below it the clock of the browser measures mostly itself.
FRAME_MS = 16.7
# Six frames are the 100 ms below which an answer is felt as immediate.
TARGET = "<= 6"


def measure(page: Page, url: str, topics: int) -> dict[str, float]:
    """Build a program with so many topics in a lesson; return the milliseconds of each act."""
    short = f"BB{secrets.token_hex(3)}"
    station = instructor.add(page, url, "station", name="КС «Замер»", short_name=short)
    program = instructor.add(page, url, "courseprogram", f"?station={station}", title="Замер")
    open_builder(page, f"{url}/admin/lms/courseprogram/{program}/builder/")
    add_lessons(page, LESSONS, topics=topics)
    return acts_by_keyboard(page, f"Тема 1.{topics - 1}")


def row(name: str, many: list[float], few: list[float]) -> dict[str, object]:
    """Return the row of an act; a baseline below one frame counts as a frame."""
    value, baseline = statistics.median(many), max(statistics.median(few), FRAME_MS)
    ratio = value / baseline
    return {
        "name": f"{name}, {LESSONS * MANY} topics",
        "value": round(value, 1),
        "unit": "ms",
        "baseline": f"among {LESSONS * FEW} topics, at least a frame: {baseline:.1f} ms",
        "ratio": round(ratio, 2),
        "target": TARGET,
        "met": report.is_met(ratio, TARGET),
    }


def main() -> None:
    """Measure in alternating rounds and write the results."""
    many: list[dict[str, float]] = []
    few: list[dict[str, float]] = []
    portal = portal_server.start_embedded(Path(tempfile.mkdtemp(prefix="portal-bench-builder-")))
    try:
        with launched() as browser:
            context = browser.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
            page = watched(context.new_page())
            instructor.sign_in(page, portal.url, "instructor", portal_server.PASSWORD)
            for _round in range(ROUNDS):
                few.append(measure(page, portal.url, FEW))
                many.append(measure(page, portal.url, MANY))
    finally:
        portal.stop()
    rows = [row(act, [one[act] for one in many], [one[act] for one in few]) for act in many[0]]
    report.write("builder", rows, rounds=ROUNDS, measured="from the key to the page laid out anew")


if __name__ == "__main__":
    main()
