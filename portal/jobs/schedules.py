"""Scheduled tasks: names, times and tasks in the code, the time of the next run in the database.

Every worker looks. The one that moves `next_run_at` on queues the job, in the same transaction, so
each run happens once however many workers there are. Runs missed while no worker was there are made
up by one.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cronsim import CronSim
from django.db import transaction
from django.utils import timezone

from portal.jobs.models import Job, Schedule
from portal.jobs.tasks import JobTask

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScheduledTask:
    """A task and its times, in the five fields of cron, in the portal's time zone."""

    name: str
    title: Any
    cron: str
    task: JobTask


_registry: dict[str, ScheduledTask] = {}


def register(name: str, *, title: Any, cron: str, task: JobTask) -> None:
    """Add a scheduled task; called once when the portal starts."""
    _registry[name] = ScheduledTask(name, title, cron, task)


def registered() -> dict[str, ScheduledTask]:
    """Return all scheduled tasks by name."""
    return dict(_registry)


def next_run(cron: str, after: datetime) -> datetime:
    """Return the first time of a cron expression after a moment, in the portal's time zone."""
    return next(CronSim(cron, timezone.localtime(after)))


def store_schedules() -> None:
    """Bring the table up to date with the code: new ones, changed times, those that are gone."""
    now = timezone.now()
    known = {schedule.name: schedule for schedule in Schedule.objects.all()}
    for item in _registry.values():
        schedule = known.get(item.name)
        if schedule is None:
            Schedule.objects.bulk_create(
                [Schedule(name=item.name, cron=item.cron, next_run_at=next_run(item.cron, now))],
                ignore_conflicts=True,
            )
        elif schedule.cron != item.cron:
            Schedule.objects.filter(pk=item.name).update(
                cron=item.cron, next_run_at=next_run(item.cron, now)
            )
    Schedule.objects.exclude(name__in=_registry).delete()


def run_due_schedules() -> int:
    """Queue a job for each schedule whose time has come; return how many."""
    now = timezone.now()
    count = 0
    for schedule in Schedule.objects.filter(is_active=True):
        item = _registry.get(schedule.name)
        if item is None:
            continue
        following = next_run(item.cron, now)
        if schedule.is_due(now):
            count += _start(schedule, item, following, now)
        elif schedule.next_run_at > following:
            # The clock was ahead when this was computed.
            Schedule.objects.filter(pk=schedule.pk, next_run_at=schedule.next_run_at).update(
                next_run_at=following
            )
    return count


def _start(schedule: Schedule, item: ScheduledTask, following: datetime, now: datetime) -> int:
    with transaction.atomic():
        mine = Schedule.objects.filter(
            pk=schedule.pk, next_run_at=schedule.next_run_at, is_active=True
        ).update(next_run_at=following, last_run_at=now)
        if mine:
            _queue(item)
    return mine


def run_now(name: str) -> Job:
    """Queue a scheduled task at once; its next run stays as planned.

    Raises:
        KeyError: there is no such schedule.
    """
    item = _registry[name]
    with transaction.atomic():
        Schedule.objects.filter(pk=name).update(last_run_at=timezone.now())
        return _queue(item)


def _queue(item: ScheduledTask) -> Job:
    # A run that takes longer than the time between two runs never overlaps with the next one.
    result = item.task.using(lock_key=f"schedule:{item.name}").enqueue()
    Schedule.objects.filter(pk=item.name).update(last_job_id=result.id)
    return Job.objects.get(pk=result.id)
