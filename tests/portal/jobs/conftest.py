"""Fixtures of the queue: a database that other processes see, and workers on it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests import migrated_database
from tests.portal.jobs.cluster import Cluster
from tests.portal.jobs.processes import Workers, database_url

_NAME = f"portal_jobs_{os.getpid()}"


@pytest.fixture
def committed_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[None]:
    """Lead this process to a fresh database that other processes see, without a transaction."""
    with django_db_blocker.unblock():
        name = _on_server() if connection.vendor == "postgresql" else _in_file(tmp_path)
        with connected_to(NAME=name):
            yield
        if connection.vendor == "postgresql":
            with connection._nodb_cursor() as cursor:
                # Sessions of killed workers may still be ending.
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def connected_to(**changes: object) -> Iterator[None]:
    """Let the connection of this thread lead elsewhere."""
    usual = {name: connection.settings_dict[name] for name in changes}
    connection.settings_dict.update(changes)
    # Not before: Django never closes a connection to a database in memory.
    connection.close()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


def _on_server() -> str:
    with migrated_database._lock():
        template = migrated_database._on_server()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {_NAME} TEMPLATE {template}")
    return _NAME


def _in_file(folder: Path) -> str:
    with migrated_database._lock():
        migrated = migrated_database._in_file()
    return shutil.copy(migrated, folder / "jobs.sqlite3")


@pytest.fixture
def workers(committed_database: None, tmp_path: Path) -> Iterator[Workers]:
    """Return what starts workers on the committed database; they end with the test."""
    started = Workers(database_url(), tmp_path / "workers.log")
    yield started
    started.end()


@pytest.fixture
def cluster(django_db_setup: None) -> Iterator[Cluster]:
    """Return a PostgreSQL server of the test's own."""
    started = Cluster()
    yield started
    started.remove()


@pytest.fixture
def workers_on_cluster(
    cluster: Cluster, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[Workers]:
    """Lead this process to the restartable server, and return what starts workers there."""
    with (
        django_db_blocker.unblock(),
        connected_to(HOST="127.0.0.1", PORT=cluster.port, USER="postgres", NAME="postgres"),
        connected_to(NAME=_on_server()),
    ):
        started = Workers(database_url(), tmp_path / "workers.log")
        yield started
        started.end()


@pytest.fixture
def libfaketime() -> str:
    """Return the library that shows a process another time of day."""
    for folder in Path("/usr/lib").glob("*/faketime"):
        return str(folder / "libfaketime.so.1")
    pytest.skip("needs Debian's libfaketime")
