"""Chooses the tests of a run and the worker of each; tests/README.md tells it in words."""

import os
import re
from pathlib import Path

import pytest

HAS_SERVICES = os.environ.get("TEST_SERVICES") == "1"
WITH_LONG = os.environ.get("TEST_LONG") == "1"
# How many rows a page gets where its number of queries must not grow with them.
MANY_ROWS = 100 if WITH_LONG else 20
HERE = Path(__file__).parent
# What can differ between PostgreSQL with S3 and SQLite with local files: raw SQL, branches on the
# database, migrations, search, locks, stored files, the demo, one journey in a browser. Tested on
# both; a single module or test joins by `pytest.mark.both`. .ci/full tests everything on both.
BOTH = (
    "browser/test_main_job.py",
    "delivery",
    "lms/management",
    "lms/models",
    "lms/selectors",
    "lms/services/history",
    "lms/services/questions/test_attempts.py",
    "media_admin",
    "migrations",
    "portal/test_compiled_query.py",
    "portal/test_sqlite_search.py",
)
# Below these, but functions of texts and numbers alone: tested once.
PURE = (
    "media_admin/test_keys.py",
    "media_admin/test_ranges.py",
    "media_admin/test_widgets.py",
)
# Whole portals, other programs, generated requests: not in `make test-fast`. They start first, so
# that at the end no worker waits for the other.
SLOW = (
    "browser",
    "delivery",
    "deploy",
    "migrations",
    "portal/test_client.py",
    "portal/test_lingering_close.py",
    "portal/test_processes.py",
    "portal/test_settings.py",
    "scripts",
    "test_schemathesis.py",
)
# Folders whose files share what takes long to start.
ONE_WORKER = ("delivery",)
# What scripts/test asks for after a whole run on services.
SECOND_RUN = "both or embedded"
# What scripts/test asks for in `make test-fast`.
FAST_RUN = "not slow and not browser"


def is_below(path: Path, places: tuple[str, ...]) -> bool:
    """Tell whether a file is one of these places below tests/ or in one of them."""
    return any(path == HERE / place or HERE / place in path.parents for place in places)


def can_differ(path: Path) -> bool:
    """Tell whether the tests of a file belong to both runs by its place."""
    return is_below(path, BOTH) and not is_below(path, PURE)


def is_of_no_use(path: Path, expression: str) -> bool:
    """Tell whether a file can have no test of this run: importing hundreds takes seconds."""
    if not path.name.startswith("test_"):
        return False
    if expression == FAST_RUN:
        return is_below(path, SLOW)
    if expression != SECOND_RUN or can_differ(path):
        return False
    return not re.search(r"mark\.(both|embedded)\b", path.read_text("utf-8"))


def choose(items: list[pytest.Item]) -> None:
    """Leave out what belongs to another run, before `-m` chooses among the rest.

    The run on the embedded default never shows the tests that need services, and the run on
    services leaves out what is the same on whichever services.
    """
    left_out = {"embedded" if HAS_SERVICES else "services"} | (set() if WITH_LONG else {"long"})
    # Not by `keywords`: they hold the names of folders too, and tests/lms/services is one.
    items[:] = [
        item for item in items if not left_out & {mark.name for mark in item.iter_markers()}
    ]
    for item in items:
        if can_differ(item.path):
            item.add_marker(pytest.mark.both)
        if is_below(item.path, SLOW):
            item.add_marker(pytest.mark.slow)


def share_out(items: list[pytest.Item]) -> None:
    """Keep each file in one worker, where its fixtures are made once; slow files come first.

    An `xdist_group` mark keeps several files together.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            place = item.path.relative_to(HERE)
            group = place.parts[0] if place.parts[0] in ONE_WORKER else str(place)
            item.add_marker(pytest.mark.xdist_group(group))
    slow_files = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow_files)
