"""Declares tasks: functions that workers run, with their options."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast, override
from uuid import UUID

import django_tasks
from django_tasks.base import Task

from portal.jobs.models import RETRY_DELAY_LIMIT

# Long enough for a mail server that is down for a night: 10 s, 30 s, 90 s ... 6 h.
MAX_ATTEMPTS = 10
_RETRY_DELAY_SECONDS = 10
_RETRY_FACTOR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTask(Task[Any, Any]):
    """A task with what `@task(...)` may say beyond Django's options.

    With `atomic`, the changes of the task and its completion are committed together, so that its
    effect on the database happens exactly once. Turn it off for tasks that take longer than a few
    seconds or act outside of the database, and make their steps safe to repeat.
    """

    title: Any = ""
    atomic: bool = True
    max_attempts: int = MAX_ATTEMPTS
    time_limit_seconds: int = 600
    keep_days: int = 7
    unique_key: str | None = None
    lock_key: str = ""
    requested_by_id: UUID | None = None

    @override
    def using(  # type: ignore[override]  # the base has other options
        self,
        *,
        priority: int | None = None,
        run_after: datetime | None = None,
        unique_key: str | None = None,
        lock_key: str | None = None,
        requested_by_id: UUID | None = None,
    ) -> "JobTask":
        """Return the task with other options for one call.

        unique_key: a second call with the same key gets the job of the first, as long as that is
            kept.
        lock_key: jobs with the same key never run at the same time.
        requested_by_id: the person who waits for the job.
        """
        return dataclasses.replace(
            self,
            priority=self.priority if priority is None else priority,
            run_after=run_after or self.run_after,
            unique_key=unique_key or self.unique_key,
            lock_key=lock_key or self.lock_key,
            requested_by_id=requested_by_id or self.requested_by_id,
        )

    def retry_delay(self, attempt: int) -> timedelta:
        """Return how long to wait after the failure of this attempt, counted from 1."""
        seconds = _RETRY_DELAY_SECONDS * _RETRY_FACTOR ** (attempt - 1)
        return min(timedelta(seconds=seconds), RETRY_DELAY_LIMIT)


def task(
    *,
    title: Any,
    atomic: bool = True,
    priority: int = 0,
    max_attempts: int = MAX_ATTEMPTS,
    time_limit_seconds: int = 600,
    keep_days: int = 7,
) -> Callable[[Callable[..., Any]], JobTask]:
    """Mark a function of a module as a task; `title` is what the page of jobs calls it."""
    decorator = django_tasks.task(
        title=title,
        atomic=atomic,
        priority=priority,
        max_attempts=max_attempts,
        time_limit_seconds=time_limit_seconds,
        keep_days=keep_days,
    )
    return cast(Callable[[Callable[..., Any]], JobTask], decorator)
