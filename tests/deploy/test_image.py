"""The image: its start, its health check and its Dockerfile."""

import os
import re
import subprocess
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg2
import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from deploy import healthcheck, prepare_database, worker_healthcheck
from portal.jobs.models import Worker
from tests.portal.jobs.processes import database_url


@pytest.mark.parametrize(
    ("allowed_hosts", "host"),
    [
        ("portal.example.com,localhost", "portal.example.com"),
        (" .example.com ", "example.com"),
        ("*", "localhost"),
        ("", "localhost"),
    ],
)
def test_the_health_check_names_a_host_that_is_allowed(allowed_hosts: str, host: str) -> None:
    assert healthcheck.accepted_host(allowed_hosts) == host


def test_the_health_check_tells_live_from_dead() -> None:
    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_ours = (self.path, self.headers["Host"]) == ("/health/live", "portal.example.com")
            self.send_response(200 if is_ours else 400)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Keep the test output clean."""

    server = HTTPServer(("127.0.0.1", 0), Portal)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    port = server.server_address[1]
    try:
        assert healthcheck.is_live(host="portal.example.com", port=port)
        assert not healthcheck.is_live(host="other.example.com", port=port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert not healthcheck.is_live(host="portal.example.com", port=port)


def test_waiting_for_the_database_ends_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    class Absent:
        tries = 0

        def ensure_connection(self) -> None:
            self.tries += 1
            raise prepare_database.OperationalError("connection refused\nmore")

    monkeypatch.setattr(prepare_database, "PAUSE_SECONDS", 0.01)
    absent = Absent()

    with pytest.raises(prepare_database.DatabaseUnreachable, match=r"^connection refused$"):
        prepare_database.wait_for_database(absent, wait_seconds=0.1)

    assert absent.tries > 1


def _other_session(database: BaseDatabaseWrapper) -> "psycopg2.extensions.connection":
    parameters = database.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    session = psycopg2.connect(**{name: parameters[name] for name in names if name in parameters})
    session.autocommit = True
    return session


def _try_lock(session: "psycopg2.extensions.connection") -> bool:
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [prepare_database.MIGRATION_LOCK])
        return cursor.fetchone()[0]


@pytest.mark.services
@pytest.mark.django_db
def test_one_migration_at_a_time() -> None:
    session = _other_session(connection)
    try:
        with prepare_database.migration_lock(wait_seconds=5):
            during = _try_lock(session)
        after = _try_lock(session)
    finally:
        session.close()

    assert (during, after) == (False, True)


@pytest.mark.services
@pytest.mark.django_db
def test_a_lock_that_is_never_given_back_shows() -> None:
    session = _other_session(connection)
    try:
        assert _try_lock(session)
        with (
            pytest.raises(prepare_database.DatabaseError, match="lock timeout"),
            prepare_database.migration_lock(wait_seconds=1),
        ):
            pass
    finally:
        session.close()


def test_sqlite_needs_no_lock() -> None:
    if connections["default"].vendor == "sqlite":
        with prepare_database.migration_lock(wait_seconds=1):
            pass


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_health_check_of_the_worker_tells_a_beating_from_a_silent_one() -> None:
    url = database_url()
    Worker.objects.create(name="here:7", version="1", threads=4)
    beating = worker_healthcheck.is_beating(database_url=url, host="here")
    elsewhere = worker_healthcheck.is_beating(database_url=url, host="her")
    Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=90))
    silent = worker_healthcheck.is_beating(database_url=url, host="here")
    no_database = worker_healthcheck.is_beating(database_url="postgres://127.0.0.1:1", host="here")

    assert (beating, elsewhere, silent, no_database) == (True, False, False, False)


@pytest.mark.parametrize(
    "script",
    ["deploy/entrypoint.sh", "deploy/minio/setup.sh", "deploy/nginx/16-first-resolver.envsh"],
)
def test_scripts_are_plain_shell(repository: Path, script: str) -> None:
    run = subprocess.run(["sh", "-n", str(repository / script)], capture_output=True, text=True)

    assert (run.returncode, run.stderr) == (0, "")
    assert os.access(repository / script, os.X_OK)


def test_the_image_is_built_in_two_stages_and_not_run_by_root(repository: Path) -> None:
    text = (repository / "Dockerfile").read_text()

    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["python:3.13-slim"] * 2
    assert "--require-hashes" in text
    assert text.rindex("\nUSER 10001:10001\n") > text.rindex("\nFROM ")
    assert "apt-get" not in text


def test_the_build_context_is_a_list_of_what_is_needed(repository: Path) -> None:
    lines = (repository / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "*"
    assert not {"!.env", "!.git", "!var", "!tests", "!scripts"} & set(rules)
