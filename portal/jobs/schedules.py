"""Scheduled tasks: names, times and tasks in the code, the time of the next run in the database.

Every worker looks. The one that moves `next_run_at` on queues the job, in the same transaction, so
each run happens once however many workers there are. Runs missed while no worker was there are made
up by one.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cronsim import CronSim
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.common.errors import Conflict
from portal.jobs.models import Job, Schedule
from portal.jobs.tasks import JobTask

logger = logging.getLogger(__name__)
# Of the clocks of two workers, and less than the shortest time between two runs.
_CLOCK_DIFFERENCE = timedelta(seconds=30)


@dataclass(frozen=True)
class ScheduledTask:
    """A task and its times, in the five fields of cron, in the portal's time zone."""

    name: str
    title: Any
    cron: str
    task: JobTask


_registry: dict[str, ScheduledTask] = {}


class AlreadyQueued(Conflict):
    """The last run of a schedule has not ended yet."""

    code = "schedule_is_queued"
    message = _("It waits or runs already.")


def register(name: str, *, cron: str, task: JobTask) -> None:
    """Add a scheduled task; called once when the portal starts."""
    _registry[name] = ScheduledTask(name, task.title, cron, task)


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
        elif schedule.next_run_at > following and not _has_just_run(schedule, following):
            # The clock was ahead when this was computed.
            Schedule.objects.filter(pk=schedule.pk, next_run_at=schedule.next_run_at).update(
                next_run_at=following
            )
    return count


def _has_just_run(schedule: Schedule, planned: datetime) -> bool:
    """Tell whether a worker whose clock is ahead of ours has started this run already."""
    last = schedule.last_run_at
    return last is not None and abs(last - planned) < _CLOCK_DIFFERENCE


def _start(schedule: Schedule, item: ScheduledTask, following: datetime, now: datetime) -> int:
    with transaction.atomic():
        mine = Schedule.objects.filter(
            pk=schedule.pk, next_run_at=schedule.next_run_at, is_active=True
        ).update(next_run_at=following, last_run_at=now)
        if mine:
            _queue(item)
    return mine


def run_now(name: str, *, requested_by_id: UUID | None = None) -> Job:
    """Queue a scheduled task at once; its next run stays as planned.

    Raises:
        KeyError: there is no such schedule.
        AlreadyQueued: its last run has not ended yet.
    """
    item = _registry[name]
    with transaction.atomic():
        # Locks the schedule, so that a second request waits and then finds the job.
        schedule = Schedule.objects.select_for_update().get(pk=name)
        if schedule.last_job is not None and not schedule.last_job.has_ended:
            raise AlreadyQueued
        Schedule.objects.filter(pk=name).update(last_run_at=timezone.now())
        return _queue(item, requested_by_id=requested_by_id)


def set_active(name: str, *, is_active: bool) -> None:
    """Switch a schedule on or off; what it missed while it was off is not made up.

    Raises:
        KeyError: there is no such schedule.
    """
    following = next_run(_registry[name].cron, timezone.now())
    changed = Schedule.objects.filter(pk=name, is_active=not is_active)
    changed.update(is_active=is_active, next_run_at=following)


def _queue(item: ScheduledTask, *, requested_by_id: UUID | None = None) -> Job:
    # A run that takes longer than the time between two runs never overlaps with the next one.
    task = item.task.using(lock_key=f"schedule:{item.name}", requested_by_id=requested_by_id)
    result = task.enqueue()
    Schedule.objects.filter(pk=item.name).update(last_job_id=result.id)
    return Job.objects.get(pk=result.id)
