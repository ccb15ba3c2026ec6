"""What pages show of jobs, beside the rows themselves."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count

from portal.jobs.backend import find_task
from portal.jobs.models import Job, JobStatus
from portal.jobs.tasks import JobTask


def task_or_none(path: str) -> JobTask | None:
    """Return a task by its path, or None where this version does not have it any more."""
    try:
        return find_task(path)
    except ImportError:
        return None


def task_title(path: str) -> Any:
    """Return what people call a task."""
    task = task_or_none(path)
    return task.title if task and task.title else path.rpartition(".")[2]


def task_titles() -> dict[str, str]:
    """Return path and title of each task that has a job."""
    paths = Job.objects.order_by().values_list("task", flat=True).distinct()
    return {path: str(task_title(path)) for path in paths}


def unfinished_counts() -> dict[str, int]:
    """Return how many jobs run and how many wait, the deferred ones among them."""
    rows = Job.objects.filter(status__in=[JobStatus.RUNNING, JobStatus.READY])
    return dict(rows.order_by().values_list("status").annotate(Count("pk")))


def running_by_worker(worker_ids: Iterable[UUID]) -> dict[UUID, list[Job]]:
    """Return the running jobs of each of these workers, by one query."""
    found: dict[UUID, list[Job]] = defaultdict(list)
    jobs = Job.objects.filter(status=JobStatus.RUNNING, worker_id__in=list(worker_ids))
    for job in jobs.order_by("started_at"):
        if job.worker_id is not None:
            found[job.worker_id].append(job)
    return found
