"""The worker: claims jobs and runs them in threads until it is told to stop."""

import logging
import threading
import time
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from uuid import UUID

from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import Exists, F
from django.utils import timezone

from portal.jobs import execution
from portal.jobs.context import RunningJob
from portal.jobs.heartbeat import Heartbeat
from portal.jobs.models import Job, JobStatus, Worker
from portal.jobs.threads import JobThreads

logger = logging.getLogger(__name__)
_ORDER = ("-priority", "created_at")
# What comes after the grace period: jobs that report progress stop, then the worker signs off.
_LAST_CHANCE_SECONDS = 2.0
_SIGN_OFF_SECONDS = 3.0


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
        # Seen by the threads of jobs, which give up waiting for a database that is away.
        self.stopping = threading.Event()
        self._is_told_to_stop = False
        # Not an Event: a signal handler that sets one can meet the lock that its own thread holds.
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._running: dict[RunningJob, Job] = {}
        self._guard = threading.Lock()
        self._may_hold_unknown_jobs = False
        self.heartbeat = Heartbeat(
            threads=threads, seconds=self.timing.heartbeat, lease=self.timing.lease, jobs=self.jobs
        )

    def jobs(self) -> dict[RunningJob, Job]:
        """Return what runs now."""
        with self._guard:
            return dict(self._running)

    def stop(self) -> None:
        """Claim nothing more; `run` returns once the running jobs have ended or were given back.

        May be called by a signal handler.
        """
        self._is_told_to_stop = True
        self._wake.put(None)

    def run(self) -> bool:
        """Work until `stop`; return whether all jobs have ended.

        If not, a job ignores that it shall stop, and goes on in its thread.
        """
        self.heartbeat.start()
        threads = JobThreads(self.threads)
        logger.info("the worker runs %d jobs at once", self.threads)
        try:
            while not self._is_told_to_stop:
                if self.heartbeat.has_overdue_job:
                    logger.error("a job ignores its time limit: the worker stops")
                    self.stop()
                elif not self._start_jobs(threads):
                    self._wait()
        finally:
            self.stopping.set()
            all_ended = self._let_jobs_end()
            threads.close()
            # SQLite may be locked by the very job that goes on: do not wait for that.
            sign_off = threading.Thread(target=self._sign_off, name="sign-off", daemon=True)
            sign_off.start()
            sign_off.join(_SIGN_OFF_SECONDS)
            connection.close()
        return all_ended

    def _wait(self) -> None:
        """Wait for the next poll, the end of a job or `stop`, whichever is first."""
        try:
            self._wake.get(timeout=self.timing.poll)
            while True:
                self._wake.get_nowait()
        except Empty:
            pass

    def _start_jobs(self, threads: JobThreads) -> bool:
        """Start as many due jobs as there are free threads; tell whether there was one."""
        free = self.threads - len(self.jobs())
        worker_id = self.heartbeat.worker_id
        if free <= 0 or worker_id is None:
            return False
        try:
            close_old_connections()
            self._give_back_unknown_jobs(worker_id)
            jobs = claim(free, worker_id=worker_id)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("no jobs can be claimed: %s", type(error).__name__)
            # The connection may have been lost after the database had committed.
            self._may_hold_unknown_jobs = True
            connection.close()
            return False
        for job in jobs:
            attempt = RunningJob(job, worker_id=worker_id)
            with self._guard:
                self._running[attempt] = job
            threads.submit(partial(self._run_job, job, attempt))
        return bool(jobs)

    def _run_job(self, job: Job, attempt: RunningJob) -> None:
        try:
            close_old_connections()
            execution.run(job, attempt, stopping=self.stopping)
        except Exception:  # this thread has to run other jobs
            logger.exception("job %s %s could not be run", job.pk, job.task)
            self._may_hold_unknown_jobs = True
        finally:
            with self._guard:
                self._running.pop(attempt, None)
            self._wake.put(None)

    def _give_back_unknown_jobs(self, worker_id: UUID) -> None:
        """Give back what was claimed for this worker without its knowing."""
        if self._may_hold_unknown_jobs:
            known = [job.pk for job in self.jobs().values()]
            claimed = Job.objects.filter(status=JobStatus.RUNNING, worker_id=worker_id)
            claimed.exclude(pk__in=known).update(
                status=JobStatus.READY, worker_id=None, attempts=F("attempts") - 1
            )
            self._may_hold_unknown_jobs = False

    def _let_jobs_end(self) -> bool:
        """Wait for the running jobs, then interrupt those that go on; tell whether all ended."""
        if self._have_ended(self.timing.grace):
            return True
        for attempt in self.jobs():
            attempt.interrupted.set()
        return self._have_ended(_LAST_CHANCE_SECONDS)

    def _have_ended(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self.jobs() and time.monotonic() < until:
            time.sleep(0.05)
        return not self.jobs()

    def _sign_off(self) -> None:
        """Give back the jobs that go on, and delete the row of this worker."""
        for attempt, job in self.jobs().items():
            logger.warning("job %s %s is given back", job.pk, job.task)
            try:
                execution.give_back(attempt)
            except (DatabaseError, InterfaceError):
                logger.warning("job %s stays until the lease of this worker ends", job.pk)
        self.heartbeat.stop()
        connection.close()


def claim(limit: int, *, worker_id: UUID) -> list[Job]:
    """Take up to `limit` due jobs, the most urgent first; of several workers one gets each.

    A worker that was taken for dead gets none.
    """
    due = Job.objects.due().unlocked().order_by(*_ORDER)
    # Most often there is nothing to do, and then nothing is locked.
    if not due.exists():
        return []
    try:
        with transaction.atomic():
            # What another worker is about to claim is passed over: it may have been halted there.
            jobs = _one_of_each_lock(list(due.select_for_update(skip_locked=True)[:limit]))
            if not _mark_running(jobs, worker_id):
                return []
    except IntegrityError:
        # Another worker has just started a job with one of these locks.
        return []
    return jobs


def _one_of_each_lock(jobs: list[Job]) -> list[Job]:
    first: dict[str, Job] = {}
    for job in jobs:
        first.setdefault(job.lock_key or str(job.pk), job)
    return list(first.values())


def _mark_running(jobs: list[Job], worker_id: UUID) -> bool:
    now = timezone.now()
    is_known = Exists(Worker.objects.filter(pk=worker_id))
    changed = Job.objects.filter(is_known, pk__in=[job.pk for job in jobs]).update(
        status=JobStatus.RUNNING,
        worker_id=worker_id,
        attempts=F("attempts") + 1,
        started_at=now,
        progress_done=0,
    )
    for job in jobs:
        job.status, job.worker_id, job.started_at = JobStatus.RUNNING, worker_id, now
        job.attempts += 1
    return bool(changed)
