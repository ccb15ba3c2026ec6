"""The task backend: stores a job for each call, in the transaction of the caller."""

from typing import Any, cast, override

from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json

from portal.jobs.models import Job, JobStatus
from portal.jobs.tasks import JobTask

_STATUSES = {
    JobStatus.READY: TaskResultStatus.READY,
    JobStatus.RUNNING: TaskResultStatus.RUNNING,
    JobStatus.SUCCESSFUL: TaskResultStatus.SUCCESSFUL,
    JobStatus.FAILED: TaskResultStatus.FAILED,
    JobStatus.CANCELLED: TaskResultStatus.FAILED,
}


class DatabaseBackend(BaseTaskBackend):
    """Queues tasks in the table `jobs`; `manage.py run_worker` runs them."""

    task_class = JobTask
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    @override
    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Queue a call; a transaction that rolls back takes the job with it."""
        task = cast(JobTask, task)
        self.validate_task(task)
        job = Job(
            task=task.module_path,
            arguments=normalize_json({"args": args, "kwargs": kwargs}),
            priority=task.priority,
            run_after=task.run_after,
            unique_key=task.unique_key,
            lock_key=task.lock_key,
            requested_by_id=task.requested_by_id,
        )
        if task.unique_key is None:
            job.save(force_insert=True)
        else:
            Job.objects.bulk_create([job], ignore_conflicts=True)
            job = Job.objects.get(unique_key=task.unique_key)
        result = task_result(job)
        task_enqueued.send(type(self), task_result=result)
        return result

    @override
    def get_result(self, result_id: str) -> TaskResult[Any]:
        """Return the state of a job.

        Raises:
            TaskResultDoesNotExist: no such job, or it has expired.
        """
        try:
            return task_result(Job.objects.get(pk=result_id))
        except (Job.DoesNotExist, ValidationError) as error:
            raise TaskResultDoesNotExist(result_id) from error


def find_task(path: str) -> JobTask:
    """Return the task of a job.

    Raises:
        ImportError: there is no such task, for instance after an upgrade.
    """
    task = import_string(path)
    if not isinstance(task, JobTask):
        raise ImportError(f"{path} is not a task")
    return task


def task_result(job: Job) -> TaskResult[Any]:
    """Return a job as Django's interface shows it."""
    result: TaskResult[Any] = TaskResult(
        task=find_task(job.task),
        id=str(job.pk),
        status=_STATUSES[JobStatus(job.status)],
        enqueued_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.started_at,
        args=job.arguments["args"],
        kwargs=job.arguments["kwargs"],
        backend="default",
        errors=[TaskError(exception_class_path="", traceback=job.traceback)] if job.error else [],
        worker_ids=[str(job.worker_id)] * job.attempts,
    )
    # Set as the package's own backends do: the class is frozen.
    object.__setattr__(result, "_return_value", job.result)
    return result
