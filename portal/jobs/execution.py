"""Runs one job and records what became of it."""

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, close_old_connections, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks.base import TaskContext
from django_tasks.utils import normalize_json

from portal.common.errors import AppError
from portal.jobs.backend import find_task, task_result
from portal.jobs.context import RunningJob, running
from portal.jobs.errors import JobCancelled, JobInterrupted, JobLost, PermanentError
from portal.jobs.models import Job, JobStatus
from portal.jobs.tasks import MAX_ATTEMPTS, JobTask

logger = logging.getLogger(__name__)
_ERROR_LENGTH = 2000
_TRACEBACK_LENGTH = 20_000
_DATABASE_PAUSE_SECONDS = 1.0
FAILED_KEEP_DAYS = 30


def run(job: Job, attempt: RunningJob, *, stopping: threading.Event) -> None:
    """Run a job that this worker has claimed; never raises."""
    task: JobTask | None = None
    try:
        with running(attempt), override(settings.LANGUAGE_CODE):
            task = find_task(job.task)
            _call(task, job, attempt, stopping)
    except JobLost:
        logger.warning("job %s %s was taken away from this worker", job.pk, job.task)
    except JobCancelled:
        _persist(lambda: _end(attempt, JobStatus.CANCELLED), stopping)
    except JobInterrupted:
        _persist(lambda: give_back(attempt), stopping)
    except (Exception, SystemExit) as error:  # a task may raise anything
        text = describe(error)
        trace = "".join(traceback.format_exception(error))
        is_final = isinstance(error, PermanentError)
        logger.warning("job %s %s failed, attempt %d: %s", job.pk, job.task, attempt.attempt, text)
        _persist(lambda: fail(attempt, task, text, trace, is_final=is_final), stopping)


def _call(task: JobTask, job: Job, attempt: RunningJob, stopping: threading.Event) -> None:
    arguments = job.arguments["args"]
    if task.takes_context:
        arguments = [TaskContext(task_result=task_result(job)), *arguments]
    attempt.stores_progress = not task.atomic
    if task.atomic:
        with transaction.atomic():
            value = task.call(*arguments, **job.arguments["kwargs"])
            _succeed(attempt, task, value)
    else:
        value = task.call(*arguments, **job.arguments["kwargs"])
        # What it did outside of the database must not be done again because that is away now.
        _persist(lambda: _succeed(attempt, task, value), stopping)


def _succeed(attempt: RunningJob, task: JobTask, value: Any) -> None:
    now = timezone.now()
    changed = attempt.held().update(
        status=JobStatus.SUCCESSFUL,
        result=normalize_json(value),
        error="",
        traceback="",
        finished_at=now,
        expires_at=now + timedelta(days=task.keep_days),
    )
    if not changed:
        raise JobLost


def fail(
    attempt: RunningJob, task: JobTask | None, text: str, trace: str, *, is_final: bool = False
) -> None:
    """Record a failed attempt: the job waits for its next one, or has failed for good."""
    now = timezone.now()
    words = {"error": text[:_ERROR_LENGTH], "traceback": trace[-_TRACEBACK_LENGTH:]}
    limit = task.max_attempts if task else MAX_ATTEMPTS
    if is_final or attempt.attempt >= limit:
        attempt.held().update(
            status=JobStatus.FAILED,
            finished_at=now,
            expires_at=now + timedelta(days=FAILED_KEEP_DAYS),
            **words,
        )
        return
    delay = task.retry_delay(attempt.attempt) if task else timedelta(minutes=10)
    attempt.held().update(
        status=JobStatus.READY,
        worker_id=None,
        # By the clock of the database, which is one for all workers.
        run_after=Now() + delay,
        progress_done=0,
        **words,
    )


def give_back(attempt: RunningJob) -> None:
    """Let another worker start the job anew; the broken attempt does not count."""
    attempt.held().update(
        status=JobStatus.READY, worker_id=None, attempts=attempt.attempt - 1, progress_done=0
    )


def _end(attempt: RunningJob, status: JobStatus) -> None:
    now = timezone.now()
    attempt.held().update(
        status=status, finished_at=now, expires_at=now + timedelta(days=FAILED_KEEP_DAYS)
    )


def _persist(write: Callable[[], None], stopping: threading.Event) -> None:
    """Write what became of a job, again and again while the database is away.

    When the worker stops first, another one finds the job without an owner and runs it again.
    """
    while True:
        try:
            write()
            return
        except (DatabaseError, InterfaceError) as error:
            logger.warning("the result of a job cannot be stored: %s", type(error).__name__)
            close_old_connections()
            if stopping.wait(_DATABASE_PAUSE_SECONDS):
                return


def describe(error: BaseException) -> str:
    """Return an error in words for the page of jobs."""
    if isinstance(error, AppError | PermanentError):
        return str(error)
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, ImportError):
        return _("This version of the portal does not have this task: %s") % error
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
