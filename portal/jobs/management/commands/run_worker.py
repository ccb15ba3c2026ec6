"""Runs background jobs until SIGTERM or SIGINT."""

import os
import signal
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.jobs.worker import JobWorker, Timing


class Command(BaseCommand):
    """manage.py run_worker."""

    help = (
        "Runs background jobs and scheduled tasks. SIGTERM lets running jobs end; those that need "
        "longer than the grace period are given back and start again in another worker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options; the defaults are the settings WORKER_*."""
        default = Timing()
        parser.add_argument("--threads", type=int, default=settings.WORKER_THREADS)
        parser.add_argument("--poll", type=float, default=default.poll)
        parser.add_argument("--heartbeat", type=float, default=default.heartbeat)
        parser.add_argument("--lease", type=float, default=settings.WORKER_LEASE_SECONDS)
        parser.add_argument("--grace", type=float, default=settings.WORKER_GRACEFUL_SECONDS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until a signal comes."""
        timing = Timing(**{name: options[name] for name in ("poll", "heartbeat", "lease", "grace")})
        worker = JobWorker(threads=options["threads"], timing=timing)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        all_ended = worker.run()
        if not all_ended:
            # A thread that ignores the end cannot be stopped, and Python would wait for it.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(1 if worker.heartbeat.has_overdue_job else 0)
        if worker.heartbeat.has_overdue_job:
            sys.exit(1)
