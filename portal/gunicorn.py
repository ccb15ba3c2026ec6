"""Configuration of gunicorn in the image; read as --config python:portal.gunicorn.

Threads and not processes carry the load: a request mostly waits for the database or the store.
"""

import sys

from portal.settings import environment as e
from portal.settings.fastpath import GUNICORN_WORKER
from portal.settings.logs import logging_config

bind = e.read("WEB_BIND", default="0.0.0.0:8000")
worker_class = GUNICORN_WORKER
workers = e.read("WEB_WORKERS", e.positive, default=2)
threads = e.read("WEB_THREADS", e.positive, default=24)
# A worker that does not report for this long is replaced; streams report, however long they take.
timeout = e.read("WEB_TIMEOUT_SECONDS", e.positive, default=60)
# How long a stop waits for requests in flight; the container's own grace period must be longer.
graceful_timeout = e.read("WEB_GRACEFUL_SECONDS", e.positive, default=30)
keepalive = 5
# A key of 1024 bytes in Cyrillic takes some 3 KB of percent signs, and signed queries come on top.
limit_request_line = 8190
# The heartbeat file must not touch the disk, and the container's file system is read-only.
worker_tmp_dir = "/dev/shm"  # noqa: S108 - memory, created unlinked by gunicorn
# Nobody steers the server from inside the container, and the socket would need a writable home.
control_socket_disable = True
logconfig_dict = logging_config(
    level=e.read("LOG_LEVEL", e.one_of("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO"),
    style=e.read("LOG_FORMAT", e.one_of("json", "console"), default="json"),
)
logconfig_dict["loggers"] |= {
    "gunicorn.error": {"propagate": True},
    # portal.common.request_id logs each request once, with its id and duration.
    "gunicorn.access": {"level": "WARNING", "propagate": True},
}


def post_worker_init(worker: object) -> None:
    """Let waiting requests have the interpreter after 1 ms, not 5; named so by gunicorn.

    A sign-in or an export computes for many milliseconds beside requests that need half of one.
    """
    sys.setswitchinterval(0.001)
