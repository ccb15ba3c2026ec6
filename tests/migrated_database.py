"""Migrates one database and lets every worker of the tests start with a copy of it.

The migrated database is kept until a migration, a model, a setting or a pinned package changes:
as a file below var/test-databases/ for SQLite, on the server for PostgreSQL.
"""

import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "var" / "test-databases"
# Migrations import models; settings and packages decide what Django's own migrations do.
SOURCES = (
    "lms/migrations",
    "lms/models",
    "media_admin/migrations",
    "media_admin/models*",
    "portal/jobs/migrations",
    "portal/jobs/models*",
    "portal/settings",
    "requirements/runtime.txt",
)


def fingerprint() -> str:
    """Return a digest of everything that decides what the migrations make."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for found in sorted(ROOT.glob(pattern)):
            for file in sorted(found.rglob("*.py")) if found.is_dir() else [found]:
                digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def use_copies() -> None:
    """Make Django start each test database as a copy of the migrated one.

    Django runs `migrate` on the copy all the same: it finds nothing left to do.
    """
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = place()
    else:
        _copy_into_memory(Path(place()))


def place() -> str:
    """Return the name of the migrated database on the server, or its file; made if it is not there.

    For a process whose connection leads to any database but one of the tests.
    """
    with _lock():
        return _on_server() if connection.vendor == "postgresql" else str(_in_file())


@contextmanager
def _lock() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _on_server() -> str:
    name = f"portal_migrated_{fingerprint()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone():
            return name
        draft = f"{name}_draft"
        cursor.execute(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {draft}")
        _migrate(draft)
        cursor.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
    return name


def _in_file() -> Path:
    file = FOLDER / f"{fingerprint()}.sqlite3"
    if not file.exists():
        for old in FOLDER.glob("*.sqlite3*"):
            old.unlink()
        draft = file.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        _migrate(str(draft))
        if not draft.exists() or not draft.stat().st_size:
            # Django does not leave a database in memory: the sources have changed during a run.
            raise RuntimeError("Start the tests again: migrations or models have just changed.")
        with closing(sqlite3.connect(draft)) as migrated:
            # Else each reader would leave two files beside it.
            migrated.execute("PRAGMA journal_mode = DELETE")
        draft.rename(file)
    return file


def _migrate(name: str) -> None:
    connection.close()
    usual, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _copy_into_memory(file: Path) -> None:
    """Fill the database in memory, which lives as long as one connection to it is open."""
    creation = connection.creation
    create = creation._create_test_db

    def create_filled(verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name = create(verbosity, autoclobber, keepdb)
        creation.kept_open = sqlite3.connect(name, uri=True, check_same_thread=False)
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as migrated:
            migrated.backup(creation.kept_open)
        return name

    creation._create_test_db = create_filled
