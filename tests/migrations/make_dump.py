"""Writes dumps of a database with the demo content, from which tests run later migrations.

    .venv/bin/python tests/migrations/make_dump.py 1.0.0 sqlite
    .venv/bin/python tests/migrations/make_dump.py 1.0.0 postgres://portal:portal@127.0.0.1:5432/new

Run once for a release, at its last commit. The database behind the second address must exist and
be empty; `pg_dump` must be on the PATH. The same code always writes the same bytes: the clock is
stopped, and random numbers follow from a seed. Passwords are those of the demo, known to everybody.
"""

import datetime
import gzip
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import django.utils.timezone
from django.core.management import call_command

_ROOT = Path(__file__).resolve().parents[2]
_NOW = datetime.datetime(2026, 12, 1, 9, 0, tzinfo=datetime.UTC)


class _StoppedClock(datetime.datetime):
    """A datetime whose present never changes."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
        """Return the instant of all dumps."""
        return _NOW.astimezone(tz) if tz else _NOW.replace(tzinfo=None)


def main(release: str, database: str) -> None:
    """Fill a database and write its dump beside this file."""
    folder = Path(__file__).parent / release
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        _choose_settings(database, Path(work))
        _be_predictable()
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("seed_demo", verbosity=0)
        _edit_content()
        if database == "sqlite":
            name, text = "sqlite", _sqlite_dump(Path(work) / "portal.sqlite3")
        else:
            name, text = "postgresql", _postgresql_dump(database)
    target = folder / f"{name}.sql.gz"
    target.write_bytes(gzip.compress(text.encode(), mtime=0))
    sys.stdout.write(f"{target.relative_to(_ROOT)}: {target.stat().st_size} bytes\n")


def _choose_settings(database: str, work: Path) -> None:
    for name in ("REDIS_URL", "MINIO_ENDPOINT", "MINIO_PUBLIC_ENDPOINT", "DATABASE_URL"):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings.base",
        "EMBEDDED": "1",
        "DEMO": "1",
        "DATA_DIR": str(work),
        "SECRET_KEY": "dump-secret-key-" + "s" * 40,
        "JWT_SIGNING_KEY": "dump-signing-key-" + "j" * 40,
        "ALLOWED_HOSTS": "localhost",
        "LOG_LEVEL": "ERROR",
    }
    if database != "sqlite":
        os.environ["DATABASE_URL"] = database
    sys.path.insert(0, str(_ROOT))


def _be_predictable() -> None:
    """Stop the clock and seed what random keys and salts are made of."""
    source = random.Random(1)
    os.urandom = source.randbytes
    random._urandom = source.randbytes
    random.seed(1)
    django.utils.timezone.datetime = _StoppedClock


def _edit_content() -> None:
    """Give the history and the bin some rows: the demo itself has none."""
    from lms.models import Lesson, Topic, User
    from lms.services.history import changes, recycle_bin

    instructor = User.objects.get(username="instructor")
    with changes.audit_context(instructor):
        lesson = Lesson.objects.order_by("pk").first()
        lesson.title += " (2)"
        lesson.save()
        recycle_bin.put(Topic.objects.order_by("pk").last(), by=instructor)


def _sqlite_dump(file: Path) -> str:
    with sqlite3.connect(file) as connection:
        return "\n".join(connection.iterdump()) + "\n"


def _postgresql_dump(address: str) -> str:
    command = ["pg_dump", "--no-owner", "--no-privileges", "--rows-per-insert=200", address]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Two comments name the versions of server and program; `\\restrict` is for psql, and random.
    return re.sub(r"^(-- Dumped |\\(un)?restrict ).*\n", "", text, flags=re.MULTILINE)


if __name__ == "__main__":
    main(*sys.argv[1:])
