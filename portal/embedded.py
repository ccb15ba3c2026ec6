"""The embedded run: prepares SQLite, demo and static files, then becomes gunicorn.

Started by `make run`; needs no service. One process with many threads, so that the cache in memory
is one and a slow reader of a video occupies a thread, not the portal.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from portal.settings.fastpath import GUNICORN_WORKER

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


def post_worker_init(worker: object) -> None:
    """Say that the portal can be used; gunicorn calls this once its worker has loaded it."""
    print(f"Portal ready: http://{HOST}:{PORT}/admin/", flush=True)
    if settings.DEMO:
        names = "admin, instructor, hr, employee"
        print(f"Demo accounts: {names}; password: {settings.DEMO_PASSWORD}", flush=True)


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
