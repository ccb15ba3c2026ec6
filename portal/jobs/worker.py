"""The worker: claims jobs and runs them in threads until it is told to stop."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import F
from django.utils import timezone

from portal.jobs import execution
from portal.jobs.context import RunningJob
from portal.jobs.heartbeat import Heartbeat
from portal.jobs.models import Job, JobStatus

logger = logging.getLogger(__name__)
_ORDER = ("-priority", "created_at")
_LAST_CHANCE_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How a worker passes its time, in seconds."""

    poll: float = 1.0
    heartbeat: float = 5.0
    # A worker whose heartbeat stood still for so long is dead: six missed beats.
    lease: float = 30.0
    # How long running jobs may go on after the worker was told to stop.
    grace: float = 25.0


class JobWorker:
    """Runs up to `threads` jobs at once; a lost database is waited for.

    `run` claims jobs in the thread that calls it. Beside it a heartbeat thread shows that the
    worker is alive, takes over the jobs of dead ones and queues scheduled tasks.
    """

    def __init__(self, *, threads: int, timing: Timing | None = None) -> None:
        self.threads = threads
        self.timing = timing or Timing()
        self.stopping = threading.Event()
        self._wake = threading.Event()
        self._running: dict[RunningJob, Job] = {}
        self._guard = threading.Lock()
        self.heartbeat = Heartbeat(
            threads=threads, seconds=self.timing.heartbeat, lease=self.timing.lease, jobs=self.jobs
        )

    def jobs(self) -> dict[RunningJob, Job]:
        """Return what runs now."""
        with self._guard:
            return dict(self._running)

    def stop(self) -> None:
        """Claim nothing more; `run` returns once the running jobs have ended or were given back."""
        self.stopping.set()
        self._wake.set()

    def run(self) -> bool:
        """Work until `stop`; return whether all threads have ended.

        If not, a job ignores that it shall stop, and the process has to end without waiting for it.
        """
        self.heartbeat.start()
        pool = ThreadPoolExecutor(self.threads, thread_name_prefix="job")
        logger.info("the worker runs %d jobs at once", self.threads)
        try:
            while not self.stopping.is_set():
                self._wake.clear()
                if self.heartbeat.has_overdue_job:
                    logger.error("a job ignores its time limit: the worker stops")
                    self.stop()
                elif not self._start_jobs(pool):
                    self._wake.wait(self.timing.poll)
        finally:
            self.stopping.set()
            all_ended = self._let_jobs_end()
            pool.shutdown(wait=all_ended, cancel_futures=True)
            self.heartbeat.stop()
            connection.close()
        return all_ended

    def _start_jobs(self, pool: ThreadPoolExecutor) -> bool:
        """Start as many due jobs as there are free threads; tell whether there was one."""
        free = self.threads - len(self.jobs())
        worker_id = self.heartbeat.worker_id
        if free <= 0 or worker_id is None:
            return False
        try:
            close_old_connections()
            jobs = claim(free, worker_id=worker_id)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("no jobs can be claimed: %s", type(error).__name__)
            connection.close()
            return False
        for job in jobs:
            attempt = RunningJob(job, worker_id=worker_id)
            with self._guard:
                self._running[attempt] = job
            pool.submit(self._run_job, job, attempt)
        return bool(jobs)

    def _run_job(self, job: Job, attempt: RunningJob) -> None:
        try:
            execution.run(job, attempt, stopping=self.stopping)
        finally:
            with self._guard:
                self._running.pop(attempt, None)
            self._wake.set()

    def _let_jobs_end(self) -> bool:
        """Wait for the running jobs, then give back those that go on; tell whether all ended."""
        if self._have_ended(self.timing.grace):
            return True
        for attempt in self.jobs():
            attempt.interrupted.set()
        if self._have_ended(_LAST_CHANCE_SECONDS):
            return True
        for attempt, job in self.jobs().items():
            logger.warning("job %s %s is given back", job.pk, job.task)
            try:
                execution.give_back(attempt)
            except (DatabaseError, InterfaceError):
                logger.warning("job %s stays until the lease of this worker ends", job.pk)
        return not self.jobs()

    def _have_ended(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self.jobs() and time.monotonic() < until:
            time.sleep(0.05)
        return not self.jobs()


def claim(limit: int, *, worker_id: UUID) -> list[Job]:
    """Take up to `limit` due jobs, the most urgent first; of several workers one gets each."""
    due = Job.objects.due().unlocked().order_by(*_ORDER).values_list("pk", flat=True)
    claimed: list[UUID] = []
    for pk in due[: limit * 2]:
        if len(claimed) < limit and _claim_one(pk, worker_id):
            claimed.append(pk)
    return list(Job.objects.filter(pk__in=claimed).order_by(*_ORDER)) if claimed else []


def _claim_one(pk: UUID, worker_id: UUID) -> bool:
    try:
        with transaction.atomic():
            return bool(
                Job.objects.filter(pk=pk, status=JobStatus.READY).update(
                    status=JobStatus.RUNNING,
                    worker_id=worker_id,
                    attempts=F("attempts") + 1,
                    started_at=timezone.now(),
                    progress_done=0,
                )
            )
    except IntegrityError:
        # Another job with this lock was started in the meantime.
        return False
