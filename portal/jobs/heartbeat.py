"""The second thread of a worker: shows that it is alive, and takes over from those that are not."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from portal import __version__
from portal.jobs import execution, schedules
from portal.jobs.backend import find_task
from portal.jobs.context import RunningJob
from portal.jobs.models import Job, JobStatus, Worker
from portal.jobs.tasks import JobTask

logger = logging.getLogger(__name__)
# What a job gets to notice that its time is over, before the worker is stopped.
_OVERDUE_PAUSE_SECONDS = 30.0
# Long enough for what the thread may be doing; the database may be away.
_STOP_SECONDS = 2.0


@dataclass
class _Observation:
    heartbeat: int
    since: float


class Heartbeat:
    """Counts up a number in this worker's row, and watches the numbers of the others.

    A worker whose number stands still for the length of the lease, by the watcher's own monotonic
    clock, is dead: its row is deleted and its jobs wait again. The time of day may be wrong.
    """

    def __init__(
        self,
        *,
        threads: int,
        seconds: float,
        lease: float,
        jobs: Callable[[], dict[RunningJob, Job]],
    ) -> None:
        self.worker_id: UUID | None = None
        self.has_overdue_job = False
        self._threads = threads
        self._seconds = seconds
        self._lease = lease
        self._jobs = jobs
        self._stopped = threading.Event()
        self._observed: dict[UUID, _Observation] = {}
        self._looked = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and delete the row of this worker."""
        self._stopped.set()
        self._thread.join(timeout=_STOP_SECONDS)
        if self.worker_id is None:
            return
        try:
            Worker.objects.filter(pk=self.worker_id).delete()
        except (DatabaseError, InterfaceError):
            logger.warning("the worker could not sign off: others wait for its lease to end")

    def _run(self) -> None:
        has_schedules = False
        while True:
            try:
                close_old_connections()
                self.beat()
                self.watch_others()
                if not has_schedules:
                    schedules.store_schedules()
                    has_schedules = True
                schedules.run_due_schedules()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("no heartbeat: %s", type(error).__name__)
                connection.close()
            except Exception:  # a broken schedule must not silence a worker that still claims jobs
                logger.exception("the heartbeat met an error")
            self.enforce_time_limits()
            if self._stopped.wait(self._seconds):
                connection.close()
                return

    def beat(self) -> None:
        """Show that this worker is alive; a worker that others took for dead starts anew."""
        if self.worker_id is not None:
            mine = Worker.objects.filter(pk=self.worker_id)
            if mine.update(heartbeat=F("heartbeat") + 1, seen_at=Now()):
                return
            logger.warning("this worker was taken for dead: its jobs run elsewhere")
            for attempt in self._jobs():
                attempt.lost.set()
        if self._stopped.is_set():
            return
        worker = Worker.objects.create(
            id=uuid4(),
            name=f"{socket.gethostname()}:{os.getpid()}"[:100],
            version=__version__,
            threads=self._threads,
        )
        self.worker_id = worker.pk

    def watch_others(self) -> None:
        """Take the jobs of workers that have stopped beating."""
        now = time.monotonic()
        if now - self._looked > self._lease / 2:
            # This worker was halted, or the database was away and nobody could beat.
            self._observed.clear()
        self._looked = now
        seen = dict(Worker.objects.values_list("pk", "heartbeat"))
        self._observed = {pk: item for pk, item in self._observed.items() if pk in seen}
        for worker_id, heartbeat in seen.items():
            known = self._observed.get(worker_id)
            if known is None or known.heartbeat != heartbeat:
                self._observed[worker_id] = _Observation(heartbeat, now)
            elif now - known.since >= self._lease:
                bury(worker_id, heartbeat)
        release_orphans()

    def enforce_time_limits(self) -> None:
        """Fail the jobs that run for too long; note one that does not end even then."""
        for attempt, job in self._jobs().items():
            task = _task_or_none(job.task)
            seconds = time.monotonic() - attempt.started
            limit = task.time_limit_seconds if task else 0
            if not limit or seconds < limit:
                continue
            if seconds > limit + _OVERDUE_PAUSE_SECONDS:
                self.has_overdue_job = True
            if attempt.lost.is_set():
                continue
            text = _("The job took longer than %d minutes.") % max(1, limit // 60)
            logger.error("job %s %s exceeds its limit of %d s", job.pk, job.task, limit)
            try:
                execution.fail(attempt, task, text, "")
            except (DatabaseError, InterfaceError):
                continue
            attempt.lost.set()


def bury(worker_id: UUID, heartbeat: int) -> None:
    """Delete the row of a dead worker, unless it has beaten again; its jobs run elsewhere."""
    dead, _rows = Worker.objects.filter(pk=worker_id, heartbeat=heartbeat).delete()
    if dead:
        logger.warning("worker %s is dead", worker_id)


def release_orphans() -> None:
    """Let jobs wait again whose worker has no row: it died, or was taken for dead.

    The broken attempt counts, so that a job that kills its workers comes to an end.
    """
    orphans = Job.objects.filter(status=JobStatus.RUNNING).exclude(
        worker_id__in=Worker.objects.values("pk")
    )
    if not orphans.exists():
        return
    with transaction.atomic():
        # A locked row is passed over: its worker is about to commit, or was halted while it did.
        for job in orphans.select_for_update(skip_locked=True):
            _release(job)


def _release(job: Job) -> None:
    if job.worker_id is None:
        return
    attempt = RunningJob(job, worker_id=job.worker_id)
    task = _task_or_none(job.task)
    if task is None or job.attempts < task.max_attempts:
        attempt.held().update(status=JobStatus.READY, worker_id=None, progress_done=0)
        return
    text = _("The worker stopped unexpectedly while it ran this job.")
    execution.fail(attempt, task, text, "", is_final=True)


def _task_or_none(path: str) -> JobTask | None:
    try:
        return find_task(path)
    except Exception:  # importing a module may raise anything
        return None
