"""The embedded run: prepares SQLite, demo and static files, then becomes gunicorn.

Started by `make run`; needs no service. One process with many threads, so that the cache in memory
is one and a slow reader of a video occupies a thread, not the portal.
"""

import hashlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.management import call_command

from portal.settings.fastpath import GUNICORN_WORKER

if TYPE_CHECKING:
    from portal.jobs.in_process import InProcessWorker

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = os.environ.get("PORT", "8000")
THREADS = 64

# Read by gunicorn as its configuration (--config python:portal.embedded).
bind = f"{HOST}:{PORT}"
workers = 1
worker_class = GUNICORN_WORKER
threads = THREADS
timeout = 120
graceful_timeout = 10
loglevel = "warning"
# Of jobs, when the portal stops; with what comes after it this is less than `graceful_timeout`.
JOBS_GRACE_SECONDS = 4.0
_jobs: "InProcessWorker | None" = None


def post_worker_init(worker: object) -> None:
    """Start background jobs; gunicorn calls this once its worker process has loaded the portal."""
    print(f"Portal ready: http://{HOST}:{PORT}/admin/", flush=True)
    start_jobs()
    print(f"Background jobs run beside it, {settings.WORKER_THREADS} at once.", flush=True)
    if settings.DEMO:
        names = "admin, instructor, hr, employee"
        print(f"Demo accounts: {names}; password: {settings.DEMO_PASSWORD}", flush=True)


def worker_exit(arbiter: object, worker: object) -> None:
    """Wait for the end of background jobs; gunicorn calls this before its worker process ends."""
    # Gunicorn's first process, which runs no jobs, calls it as well when a worker is gone already.
    if _jobs:
        _jobs.stop()
        _jobs.join()


def start_jobs() -> None:
    """Run jobs in this process, as the cache is in its memory."""
    global _jobs
    # They need Django to be set up, and gunicorn reads this module before.
    from portal.jobs.in_process import InProcessWorker
    from portal.jobs.worker import Timing

    grace = min(JOBS_GRACE_SECONDS, settings.WORKER_GRACEFUL_SECONDS)
    timing = Timing(lease=settings.WORKER_LEASE_SECONDS, grace=grace)
    _jobs = InProcessWorker(threads=settings.WORKER_THREADS, timing=timing)
    _jobs.start()
    # Gunicorn waits for requests in flight first; jobs stop in the same time, not after it.
    _call_first(signal.SIGTERM, _jobs.stop)


def _call_first(number: signal.Signals, call: Callable[[], None]) -> None:
    usual = signal.getsignal(number)

    def handle(received: int, frame: FrameType | None) -> None:
        call()
        if callable(usual):
            usual(received, frame)

    signal.signal(number, handle)


def _static_fingerprint() -> str:
    """Return a digest of what collectstatic would read, so that an unchanged set is kept."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements" / "runtime.txt").read_bytes())
    for file in sorted((settings.BASE_DIR / "static").rglob("*")):
        if file.is_file():
            digest.update(f"{file}{file.stat().st_mtime_ns}{file.stat().st_size}".encode())
    return digest.hexdigest()


def collect_static() -> None:
    """Collect static files when they changed since the last start."""
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    fingerprint = _static_fingerprint()
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(fingerprint)


def main() -> None:
    """Prepare the data and hand the process over to gunicorn."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
    django.setup()
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO:
        call_command("seed_demo", verbosity=1)
    collect_static()
    arguments = [sys.executable, "-m", "gunicorn", "--no-control-socket"]
    os.execv(sys.executable, [*arguments, "-c", "python:portal.embedded", "portal.wsgi"])


if __name__ == "__main__":
    main()
