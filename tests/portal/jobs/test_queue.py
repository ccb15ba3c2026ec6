"""Jobs are stored, claimed, run, repeated and cancelled as docs/decisions/0012-jobs.md says."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus

from lms.models import Department
from portal.jobs import context, execution, heartbeat, services
from portal.jobs.context import RunningJob, report_progress
from portal.jobs.errors import JobCancelled, JobInterrupted, JobLost
from portal.jobs.models import Job, JobStatus, Worker
from portal.jobs.worker import claim
from tests.portal.jobs import example_tasks

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def worker() -> UUID:
    """Return the id of a worker that is alive."""
    return Worker.objects.create(name="w", version="1", threads=4).pk


@pytest.fixture
def run_one(worker: UUID) -> Callable[[], Job]:
    """Return a function that claims the next job, runs it and returns its row."""

    def run() -> Job:
        (job,) = claim(1, worker_id=worker)
        execution.run(job, RunningJob(job, worker_id=worker), stopping=threading.Event())
        job.refresh_from_db()
        return job

    return run


def test_a_job_runs_once_and_keeps_its_result(run_one: Callable[[], Job], worker: UUID) -> None:
    result = example_tasks.add_department.enqueue("КС-1")
    assert result.status is TaskResultStatus.READY

    job = run_one()

    row = Department.objects.get(short_name="КС-1")
    assert (job.status, job.result, job.attempts) == (JobStatus.SUCCESSFUL, row.pk, 1)
    assert job.expires_at - job.finished_at == timedelta(days=7)
    assert claim(5, worker_id=worker) == []
    result.refresh()
    assert (result.status, result.return_value) == (TaskResultStatus.SUCCESSFUL, row.pk)


def test_a_rolled_back_transaction_takes_its_job_with_it() -> None:
    with transaction.atomic():
        example_tasks.add_department.enqueue("КС-1")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_the_same_unique_key_gives_the_same_job() -> None:
    task = example_tasks.add_department.using(unique_key="import:7")
    assert task.enqueue("a").id == task.enqueue("b").id
    assert Job.objects.get().arguments["args"] == ["a"]


def test_urgent_jobs_come_first_and_later_ones_wait(worker: UUID) -> None:
    example_tasks.add_department.enqueue("plain")
    example_tasks.add_department.using(priority=10).enqueue("urgent")
    example_tasks.add_department.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(
        "later"
    )

    names = [job.arguments["args"][0] for job in claim(5, worker_id=worker)]

    assert names == ["urgent", "plain"]


def test_one_job_at_a_time_for_each_lock(worker: UUID) -> None:
    task = example_tasks.add_department.using(lock_key="station:1")
    task.enqueue("a")
    task.enqueue("b")
    (first,) = claim(5, worker_id=worker)
    assert claim(5, worker_id=worker) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.update(status=JobStatus.RUNNING)

    Job.objects.filter(pk=first.pk).update(status=JobStatus.SUCCESSFUL)

    assert [job.arguments["args"] for job in claim(5, worker_id=worker)] == [["b"]]


def test_a_failure_is_repeated_with_growing_delay_then_final(run_one: Callable[[], Job]) -> None:
    example_tasks.fail_with_words.enqueue()
    delays = []
    for _attempt in range(2):
        before = timezone.now()
        job = run_one()
        assert (job.status, job.error) == (JobStatus.READY, "Станция занята.")
        delays.append(round((job.run_after - before).total_seconds()))
        Job.objects.update(run_after=None)
    assert delays == [10, 30]

    job = run_one()

    assert (job.status, job.attempts, job.error) == (JobStatus.FAILED, 3, "Станция занята.")
    assert "Conflict" in job.traceback


def test_an_error_undoes_what_the_task_has_changed(run_one: Callable[[], Job]) -> None:
    example_tasks.fail_after_change.enqueue("КС-1")
    assert run_one().error == "ValueError: no good"
    assert not Department.objects.exists()


def test_a_permanent_error_is_not_repeated(run_one: Callable[[], Job]) -> None:
    example_tasks.fail_for_good.enqueue()
    job = run_one()
    assert (job.status, job.attempts, job.error) == (JobStatus.FAILED, 1, "Такого адреса нет.")


def test_a_task_that_is_gone_is_told_in_words(run_one: Callable[[], Job]) -> None:
    Job.objects.create(task="lms.no_such_module.task", arguments={"args": [], "kwargs": {}})
    job = run_one()
    assert job.status == JobStatus.READY
    assert "lms.no_such_module" in job.error


def test_a_worker_that_lost_its_job_commits_nothing(worker: UUID) -> None:
    example_tasks.add_department.enqueue("КС-1")
    (job,) = claim(1, worker_id=worker)
    attempt = RunningJob(job, worker_id=worker)
    heartbeat.bury(worker, 0)
    heartbeat.release_orphans()

    execution.run(job, attempt, stopping=threading.Event())

    job.refresh_from_db()
    assert job.status == JobStatus.READY
    assert not Department.objects.exists()


def test_only_a_silent_worker_is_buried(worker: UUID) -> None:
    example_tasks.add_department.enqueue("КС-1")
    claim(1, worker_id=worker)
    Worker.objects.filter(pk=worker).update(heartbeat=3)
    heartbeat.bury(worker, 2)
    heartbeat.release_orphans()
    assert Job.objects.get().status == JobStatus.RUNNING


def test_a_job_that_kills_its_workers_ends(worker: UUID) -> None:
    example_tasks.add_department.enqueue("КС-1")
    for _attempt in range(example_tasks.add_department.max_attempts):
        claim(1, worker_id=worker)
        Job.objects.update(worker_id=uuid4())
        heartbeat.release_orphans()
    assert Job.objects.get().status == JobStatus.FAILED
    assert Job.objects.get().error


def test_progress_is_stored_and_stops_a_cancelled_job(worker: UUID) -> None:
    example_tasks.go_on.enqueue(100)
    (job,) = claim(1, worker_id=worker)
    attempt = RunningJob(job, worker_id=worker)
    with context.running(attempt):
        report_progress(25, 100)
        job.refresh_from_db()
        assert job.progress_percent == 25
        services.cancel(job)
        attempt._reported = None
        with pytest.raises(JobCancelled):
            report_progress(26, 100)

    execution.run(job, attempt, stopping=threading.Event())

    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED


def test_a_waiting_job_is_cancelled_at_once_and_runs_again_on_request(
    run_one: Callable[[], Job], worker: UUID
) -> None:
    example_tasks.add_department.enqueue("КС-1")
    services.cancel(Job.objects.get())
    assert claim(1, worker_id=worker) == []

    services.retry(Job.objects.get())

    assert run_one().status == JobStatus.SUCCESSFUL


def test_an_interrupted_job_is_given_back_without_losing_an_attempt(worker: UUID) -> None:
    example_tasks.go_on.enqueue(100)
    (job,) = claim(1, worker_id=worker)
    attempt = RunningJob(job, worker_id=worker)
    attempt.interrupted.set()
    with context.running(attempt), pytest.raises(JobInterrupted):
        report_progress(1, 100)

    execution.run(job, attempt, stopping=threading.Event())

    job.refresh_from_db()
    assert (job.status, job.attempts, job.worker_id) == (JobStatus.READY, 0, None)


def test_progress_of_a_job_that_was_taken_away_stops_it(worker: UUID) -> None:
    example_tasks.go_on.enqueue(100)
    (job,) = claim(1, worker_id=worker)
    Job.objects.update(worker_id=uuid4())
    with context.running(RunningJob(job, worker_id=worker)), pytest.raises(JobLost):
        report_progress(1, 100)


def test_progress_outside_of_a_job_does_nothing() -> None:
    report_progress(1, 2)


def test_results_expire_and_what_waits_stays() -> None:
    past = timezone.now() - timedelta(seconds=1)
    for status in JobStatus:
        Job.objects.create(
            task="x", status=status, expires_at=past if status in "successful failed" else None
        )
    assert services.delete_expired() == 2
    assert Job.objects.count() == 3
