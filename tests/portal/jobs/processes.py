"""Real worker processes on a database of their own, for the proofs of the queue."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from lms.models import Department
from portal.jobs.models import Job, JobStatus

ROOT = Path(__file__).parents[3]
# A worker that is killed is noticed after the lease. Much below a second a busy machine would miss
# beats, and a worker that lives would be taken for dead; that costs time but breaks nothing.
FAST = ("--poll", "0.1", "--heartbeat", "0.2", "--lease", "2")


@dataclass
class Workers:
    """Starts `manage.py run_worker` on one database and ends what is left of them."""

    url: str
    log: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *options: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start a worker; later options override the fast ones."""
        command = [sys.executable, "manage.py", "run_worker", *FAST, *options]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment() | variables, stdout=log, stderr=log
            )
        self.running.append(process)
        return process

    def end(self) -> None:
        """Kill what still runs."""
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.base",
            "EMBEDDED": "1",
            "DATA_DIR": str(self.log.parent),
            "DATABASE_URL": self.url,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "JWT_SIGNING_KEY": secrets.token_urlsafe(48),
            "ALLOWED_HOSTS": "localhost",
            "PYTHONUNBUFFERED": "1",
        }


def wait_until(is_so: Callable[[], object], *, seconds: float = 60) -> None:
    """Return when a condition holds.

    Raises:
        AssertionError: it did not for too long.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def is_running(task: str) -> bool:
    """Tell whether a job of a task runs."""
    return Job.objects.filter(task__endswith=f".{task}", status=JobStatus.RUNNING).exists()


def unfinished() -> int:
    """Return how many jobs are not done."""
    return Job.objects.exclude(status=JobStatus.SUCCESSFUL).count()


def departments(count: int) -> list[str]:
    """Add rows with empty names, to which jobs add letters; return their short names."""
    names = [f"КС-{number}" for number in range(Department.objects.count(), count)]
    Department.objects.bulk_create(Department(name="", short_name=name) for name in names)
    return names


def lengths() -> set[str]:
    """Return the different names: "x" alone when each row was counted up exactly once."""
    return set(Department.objects.values_list("name", flat=True))


def database_url() -> str:
    """Return the address of this connection's database, for another process."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    account = f"{settings['USER']}:{settings['PASSWORD']}"
    return f"postgres://{account}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
