"""Rows for the tests of the pages of jobs."""

from datetime import timedelta

from django.utils import timezone

from portal.jobs import schedules
from portal.jobs.models import Job, JobStatus, Schedule, Worker

TASK = "lms.services.history.tasks.empty_bin"


def add_worker(name: str = "host:1") -> Worker:
    """Add a worker that is alive."""
    return Worker.objects.create(name=name, version="1.0.0", threads=4)


def add_job(status: JobStatus = JobStatus.READY, **values: object) -> Job:
    """Add a job of the bin in any state."""
    now = timezone.now()
    if status != JobStatus.READY:
        values.setdefault("started_at", now - timedelta(seconds=75))
        values.setdefault("attempts", 1)
    if status in (JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.SUCCESSFUL):
        values.setdefault("finished_at", now)
    values.setdefault("task", TASK)
    values.setdefault("arguments", {"args": [], "kwargs": {}})
    return Job.objects.create(status=status, **values)


def add_schedules() -> list[Schedule]:
    """Store the schedules of the portal, as a worker does when it starts."""
    schedules.store_schedules()
    return list(Schedule.objects.order_by("next_run_at"))
