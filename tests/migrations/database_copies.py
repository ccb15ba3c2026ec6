"""Databases restored from the dumps of a release: restore, multiply people, migrate, compare."""

import gzip
import hashlib
import os
import sqlite3
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, override
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg2

_ROOT = Path(__file__).resolve().parents[2]
# Django fills these itself for every new model, or writes down what was run.
_DJANGO_ONLY = {"django_migrations", "django_content_type", "auth_permission"}
# What people did: for each copy of a person these rows are copied too.
PROGRESS_TABLES = [
    "user_course_programs",
    "user_course_materials",
    "user_material_progress",
    "user_topic_progress",
    "user_test_results",
]
# A lock that is waited for longer than this is held by the people who work meanwhile.
LOCK_TIMEOUT_MS = 2000


@dataclass(frozen=True)
class TableContent:
    """The rows of a table in the columns that it had: how many, and a digest of all values."""

    columns: tuple[str, ...]
    rows: int
    digest: str


Snapshot = dict[str, TableContent]


class DatabaseCopy(ABC):
    """A database that a test restored from a dump and may change."""

    dump: str

    @abstractmethod
    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""

    @abstractmethod
    def columns(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of every table."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """Return the variables by which the portal finds this database."""

    @abstractmethod
    def numbered_id(self, column: str) -> str:
        """Return SQL for the id of copy number n of what a column of UUIDs names."""

    @abstractmethod
    def close(self) -> None:
        """Release or drop the database."""

    def dump_text(self, release: str) -> str:
        """Return the SQL of a dump."""
        return gzip.decompress((Path(__file__).parent / release / self.dump).read_bytes()).decode()

    def multiply_people(self, copies: int) -> None:
        """Add copies of all people with what they did, by one INSERT for each table."""
        people = self.columns()["users"]
        own = {"id": self.numbered_id("id"), "username": "'copy-' || n || '-' || username"}
        self._insert_copies("users", {name: own.get(name, name) for name in people}, copies)
        for table in PROGRESS_TABLES:
            values = {name: name for name in self.columns()[table] if name != "id"}
            self._insert_copies(table, values | {"user_id": self.numbered_id("user_id")}, copies)

    def snapshot(self, columns: dict[str, Sequence[str]] | None = None) -> Snapshot:
        """Return the content of all tables, or of these columns of these tables."""
        wanted = self.columns() if columns is None else columns
        return {
            table: self._content(table, tuple(names))
            for table, names in wanted.items()
            if table not in _DJANGO_ONLY
        }

    def migrate(self, **variables: str) -> None:
        """Run `manage.py migrate` as an update of the portal does.

        Raises:
            CalledProcessError: a migration failed; its output is in the error.
        """
        self.manage("migrate", "--verbosity=0", **variables)

    def manage(self, *arguments: str, **variables: str) -> None:
        """Run a command of the portal on this database.

        Raises:
            CalledProcessError: it failed; its output is in the error.
        """
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.base"}
        for name in ("REDIS_URL", "MINIO_ENDPOINT", "MINIO_PUBLIC_ENDPOINT", "DATABASE_URL"):
            environment.pop(name, None)
        command = [sys.executable, "manage.py", *arguments]
        environment |= {**self.environment(), **variables}
        subprocess.run(command, cwd=_ROOT, env=environment, check=True, capture_output=True)

    def _insert_copies(self, table: str, values: dict[str, str], copies: int) -> None:
        self.run(
            f"WITH RECURSIVE numbers(n) AS"
            f" (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {copies})"
            f" INSERT INTO {table} ({', '.join(values)})"
            f" SELECT {', '.join(values.values())} FROM {table}, numbers"
        )

    def _content(self, table: str, names: tuple[str, ...]) -> TableContent:
        listed = ", ".join(f'"{name}"' for name in names)
        rows = sorted(map(repr, self.run(f'SELECT {listed} FROM "{table}"')))
        digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return TableContent(names, len(rows), digest)


class SqliteCopy(DatabaseCopy):
    """A file of SQLite in a folder of its own."""

    dump = "sqlite.sql.gz"

    def __init__(self, folder: Path, release: str) -> None:
        self._folder = folder
        self._connection = sqlite3.connect(folder / "portal.sqlite3", isolation_level=None)
        self._connection.executescript(self.dump_text(release))

    @override
    def run(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    @override
    def columns(self) -> dict[str, tuple[str, ...]]:
        tables = self.run("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {
            name: tuple(row[1] for row in self.run(f'PRAGMA table_info("{name}")'))
            for (name,) in tables
            if not name.startswith("sqlite_")
        }

    @override
    def environment(self) -> dict[str, str]:
        return {"DATA_DIR": str(self._folder)}

    @override
    def numbered_id(self, column: str) -> str:
        return f"printf('%08x', n) || substr({column}, 9)"

    @override
    def close(self) -> None:
        self._connection.close()


class PostgresqlCopy(DatabaseCopy):
    """A database of its own on the server of the tests."""

    dump = "postgresql.sql.gz"

    def __init__(self, server: str, release: str) -> None:
        self._server = server
        self._name = f"upgrade_{uuid4().hex}"
        self._on_server(f"CREATE DATABASE {self._name}")
        self._address = urlunsplit(urlsplit(server)._replace(path=f"/{self._name}"))
        with psycopg2.connect(self._address) as connection, connection.cursor() as cursor:
            cursor.execute(self.dump_text(release))
        connection.close()
        self._connection = psycopg2.connect(self._address)
        self._connection.autocommit = True

    @override
    def run(self, sql: str) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    @override
    def columns(self) -> dict[str, tuple[str, ...]]:
        rows = self.run(
            "SELECT table_name, column_name FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " ORDER BY table_name, ordinal_position"
        )
        found: dict[str, tuple[str, ...]] = {}
        for table, column in rows:
            found[table] = (*found.get(table, ()), column)
        return found

    @override
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self._address,
            "PGOPTIONS": f"-c lock_timeout={LOCK_TIMEOUT_MS}",
        }

    @override
    def numbered_id(self, column: str) -> str:
        digits = f"replace({column}::text, '-', '')"
        return f"(lpad(to_hex(n), 8, '0') || substr({digits}, 9))::uuid"

    @override
    def close(self) -> None:
        self._connection.close()
        # Not FORCE: it may not end an autovacuum of this database, which the plain command stops.
        self._on_server(f"DROP DATABASE {self._name}")

    def _on_server(self, sql: str) -> None:
        connection = psycopg2.connect(self._server)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()
