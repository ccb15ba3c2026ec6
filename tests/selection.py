"""Chooses the tests of a run and their order; tests/README.md tells it in words."""

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
    "lms/models/test_schema_facts.py",
    "lms/selectors/questions",
    "lms/selectors/test_dashboard_figures.py",
    "lms/selectors/test_search.py",
    "lms/services/history/test_changes.py",
    "lms/services/history/test_recorder_queries.py",
    "lms/services/history/test_recycle_bin.py",
    "lms/services/history/test_recycle_bin_races.py",
    "lms/services/questions/test_attempts.py",
    "media_admin/api",
    "media_admin/storage",
    "media_admin/test_library.py",
    "migrations",
    "portal/test_compiled_query.py",
    "portal/test_sqlite_search.py",
)
# Whole portals, other programs, generated requests: not in `make test-fast`.
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
    "security/test_finding_10_slow.py",
    "test_schemathesis.py",
)
# What scripts/test asks for after a whole run on services.
SECOND_RUN = "both or embedded"
# What scripts/test asks for in `make test-fast`.
FAST_RUN = "not slow and not browser"


def is_below(path: Path, places: tuple[str, ...]) -> bool:
    """Tell whether a file is one of these places below tests/ or in one of them."""
    return any(path == HERE / place or HERE / place in path.parents for place in places)


def can_differ(path: Path) -> bool:
    """Tell whether the tests of a file belong to both runs by its place."""
    return is_below(path, BOTH)


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


def put_slow_files_first(items: list[pytest.Item]) -> None:
    """Begin with the slow files, so that at the end no worker waits for the other.

    scripts/test gives each file to one worker, where its fixtures are made once.
    """
    slow_files = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow_files)
