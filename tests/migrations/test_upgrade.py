"""Migrations that came after release 1.0.0 run from its dumps and lose nothing.

A later migration that changes stored values on purpose is named here, with the tables that it
changes; everything else stays as it was, in all columns that 1.0.0 had.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.migrations.database_copies import (
    PROGRESS_TABLES,
    DatabaseCopy,
    PostgresqlCopy,
    SqliteCopy,
)

RELEASE = "1.0.0"
# Copies of all 44 people; UPGRADE_COPIES makes more of them, for a run that measures.
COPIES = int(os.environ.get("UPGRADE_COPIES", "5"))

# One migration of an app that a test adds, and the settings that add it.
_APP_SETTINGS = "from portal.settings.base import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'later']\n"
_APP_MIGRATION = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("lms", "0001_initial")]
    operations = [migrations.RunSQL(sql) for sql in {statements!r}]
"""

vendors = pytest.mark.parametrize(
    "restored",
    [
        pytest.param("sqlite", marks=pytest.mark.embedded),
        pytest.param("postgresql", marks=pytest.mark.services),
    ],
    indirect=True,
)


@pytest.fixture
def restored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabaseCopy]:
    """Return a database restored from the dump of the release."""
    if request.param == "sqlite":
        copy = SqliteCopy(tmp_path, RELEASE)
    else:
        copy = PostgresqlCopy(os.environ["TEST_DATABASE_URL"], RELEASE)
    yield copy
    copy.close()


@pytest.fixture
def later_migration(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Return a maker of a later migration: of the variables with which `migrate` runs its SQL."""

    def make(*statements: str) -> dict[str, str]:
        folder = tmp_path / "later" / "migrations"
        folder.mkdir(parents=True)
        for package in (folder.parent, folder):
            (package / "__init__.py").touch()
        (folder / "0001_initial.py").write_text(_APP_MIGRATION.format(statements=statements))
        (tmp_path / "later_settings.py").write_text(_APP_SETTINGS)
        return {"DJANGO_SETTINGS_MODULE": "later_settings", "PYTHONPATH": str(tmp_path)}

    return make


@vendors
def test_migrations_from_the_release_lose_nothing(restored):
    restored.multiply_people(COPIES)
    before = restored.snapshot()
    assert before["users"].rows == 44 * (COPIES + 1)
    assert all(before[table].rows > COPIES for table in PROGRESS_TABLES)

    restored.migrate()

    assert restored.snapshot({name: table.columns for name, table in before.items()}) == before


@vendors
def test_what_people_earned_before_the_upgrade_counts_after_it(restored):
    """Completions from before deliveries were recorded are carried over as confirmed."""
    before = restored.snapshot()
    earned = [
        "certificates",
        "user_course_materials",
        "user_course_programs",
        "user_courses",
        "user_stats",
        "user_test_results",
        "user_topic_progress",
    ]

    restored.migrate()
    restored.manage("recompute_progress")

    after = restored.snapshot({name: before[name].columns for name in earned})
    assert after == {name: before[name] for name in earned}
    assert before["user_course_materials"].rows > 100
    waiting = "SELECT count(*) FROM user_course_materials WHERE NOT is_confirmed"
    assert restored.run(waiting) == [(0,)]
    shuffled = "SELECT count(*) FROM lesson_tests WHERE shuffle"
    assert restored.run(shuffled) == [(0,)]


@vendors
def test_a_later_migration_that_loses_something_would_be_found(restored, later_migration):
    before = restored.snapshot()
    delete_rows = "DELETE FROM user_test_results WHERE score < 100"
    change_values = "UPDATE lessons SET title = title || '!' WHERE id = 1"

    restored.migrate(**later_migration(delete_rows, change_values))

    after = restored.snapshot({name: table.columns for name, table in before.items()})
    different = {name for name in before if before[name] != after[name]}
    assert different == {"user_test_results", "lessons"}


@pytest.mark.services
@pytest.mark.parametrize("restored", ["postgresql"], indirect=True)
def test_a_later_migration_that_waits_for_people_would_fail(restored, later_migration):
    restored.run("BEGIN")
    restored.run("SELECT 1 FROM users LIMIT 1")

    with pytest.raises(subprocess.CalledProcessError) as refused:
        restored.migrate(**later_migration("ALTER TABLE users ADD COLUMN note text"))

    assert b"lock timeout" in refused.value.stderr
