"""Prepares the database before the portal starts: waits for it within bounds, then migrates.

python -m deploy.prepare_database [COMMAND ...] becomes COMMAND when all is done. Several containers
may start at once: a PostgreSQL advisory lock lets one migrate while the others wait.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.settings import environment as e

# Any constant serves, as long as nothing else in this database locks the same.
MIGRATION_LOCK = 7_026_451_983
PAUSE_SECONDS = 1.0


class DatabaseUnreachable(Exception):
    """The database did not answer within the time allowed."""


def say(text: str) -> None:
    """Write a line for the container's log; Django's logging may not be set up yet."""
    sys.stderr.write(f"prepare: {text}\n")
    sys.stderr.flush()


def wait_for_database(connection: BaseDatabaseWrapper, *, wait_seconds: float) -> None:
    """Return once the database accepts a connection.

    Raises:
        DatabaseUnreachable: it did not within `wait_seconds`; carries the last reason.
    """
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            if time.monotonic() >= deadline:
                raise DatabaseUnreachable(reason) from error
            say(f"the database does not answer yet: {reason}")
            time.sleep(PAUSE_SECONDS)
        else:
            return


@contextmanager
def migration_lock(*, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of migrations on a connection of its own; on SQLite there is none to hold.

    Raises:
        DatabaseError: another process held the lock longer than `wait_seconds`.
    """
    connection = connections.create_connection("default")
    if connection.vendor != "postgresql":
        yield
        return
    try:
        with connection.cursor() as cursor:
            # A lock nobody gives back (a hung migration) must show, not stop every start for ever.
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{wait_seconds:.0f}s"])
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    finally:
        # After an error the end of the session gives the lock back, as soon as the server sees it.
        connection.close()


def main(command: list[str]) -> None:
    """Wait, migrate, and become `command` if there is one."""
    # As process 1 of a container, Python would ignore SIGTERM; exec undoes this for the command.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
    django.setup()
    wait_seconds = e.read("DATABASE_WAIT_SECONDS", e.positive, default=60)
    lock_seconds = e.read("MIGRATION_LOCK_SECONDS", e.positive, default=600)
    try:
        wait_for_database(connections["default"], wait_seconds=wait_seconds)
    except DatabaseUnreachable as error:
        sys.exit(f"prepare: no database within DATABASE_WAIT_SECONDS={wait_seconds}: {error}")
    try:
        with migration_lock(wait_seconds=lock_seconds):
            call_command("migrate", interactive=False, verbosity=1)
    except DatabaseError as error:
        sys.exit(f"prepare: the migration failed: {error}")
    connections.close_all()
    if command:
        os.execvp(command[0], command)  # noqa: S606 - the command is the image's own


if __name__ == "__main__":
    main(sys.argv[1:])
