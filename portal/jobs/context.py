"""What a running job knows of itself: reports progress, notices that it shall stop."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from portal.jobs.errors import JobCancelled, JobInterrupted, JobLost
from portal.jobs.models import Job, JobQuerySet

# Often enough for a progress bar; a task may report after each row.
_REPORT_SECONDS = 1.0
_current: ContextVar["RunningJob | None"] = ContextVar("running_job", default=None)


class RunningJob:
    """One attempt of a job in this process."""

    def __init__(self, job: Job, *, worker_id: UUID) -> None:
        self.job_id = job.pk
        self.attempt = job.attempts
        self.worker_id = worker_id
        self.started = time.monotonic()
        # Not inside of the one transaction of an atomic task: nobody could see it, and who
        # wants to change the row (cancel the job, take it over) would have to wait for the end.
        self.stores_progress = True
        # Set by the worker's other threads.
        self.interrupted = threading.Event()
        self.lost = threading.Event()
        self._reported: float | None = None

    def held(self) -> JobQuerySet:
        """Return the queryset of this job, empty once it was taken away."""
        return Job.objects.filter(pk=self.job_id).held(
            worker_id=self.worker_id, attempt=self.attempt
        )

    def report(self, done: int, total: int | None) -> None:
        """Store the progress; raise where the job shall stop.

        Raises:
            JobCancelled, JobInterrupted, JobLost: stop now; what was not committed is undone.
        """
        if self.lost.is_set():
            raise JobLost
        if self.interrupted.is_set():
            raise JobInterrupted
        now = time.monotonic()
        if self._reported is not None and now - self._reported < _REPORT_SECONDS:
            return
        self._reported = now
        if self.stores_progress:
            self.held().update(progress_done=done, progress_total=total)
        is_cancelled = self.held().values_list("cancel_requested", flat=True).first()
        if is_cancelled is None:
            raise JobLost
        if is_cancelled:
            raise JobCancelled


@contextmanager
def running(job: RunningJob) -> Iterator[None]:
    """Make a job the current one of this thread."""
    token = _current.set(job)
    try:
        yield
    finally:
        _current.reset(token)


def report_progress(done: int, total: int | None = None) -> None:
    """Say how far the current job is; does nothing outside of a job.

    A long task calls it after each step. It writes once a second at most, and raises where somebody
    cancelled the job or the worker stops: let these exceptions pass. An atomic task only notices
    that it shall stop: its progress cannot be seen.
    """
    job = _current.get()
    if job is not None:
        job.report(done, total)
