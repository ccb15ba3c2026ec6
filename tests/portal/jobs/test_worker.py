"""What a worker does when something goes wrong beside it: tests of single parts."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from portal.jobs import context, execution, heartbeat, worker
from portal.jobs.context import RunningJob, report_progress
from portal.jobs.heartbeat import Heartbeat
from portal.jobs.models import Job, JobStatus, Worker
from portal.jobs.threads import JobThreads
from portal.jobs.worker import JobWorker, claim
from tests.portal.jobs import example_tasks

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def worker_id() -> UUID:
    """Return the id of a worker that is alive."""
    return Worker.objects.create(name="w", version="1", threads=4).pk


def _run(job: Job, worker_id: UUID) -> None:
    execution.run(job, RunningJob(job, worker_id=worker_id), stopping=threading.Event())
    job.refresh_from_db()


def test_a_worker_that_was_taken_for_dead_claims_nothing(worker_id: UUID) -> None:
    example_tasks.add_department.enqueue("КС-1")
    heartbeat.bury(worker_id, 0)
    assert claim(5, worker_id=worker_id) == []
    assert Job.objects.get().attempts == 0


def test_jobs_that_were_claimed_without_its_knowing_are_given_back(
    worker_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the connection is lost after the database has committed, before it says so."""
    example_tasks.add_department.enqueue("КС-1")
    mine = JobWorker(threads=1)
    mine.heartbeat.worker_id = worker_id

    def claim_and_lose(limit: int, *, worker_id: UUID) -> list[Job]:
        assert claim(limit, worker_id=worker_id)
        raise OperationalError

    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(worker, "claim", claim_and_lose)
    threads = JobThreads(0)
    mine._start_jobs(threads)
    lost = Job.objects.get()
    monkeypatch.setattr(worker, "claim", lambda *_, **__: [])
    mine._start_jobs(threads)
    found = Job.objects.get()

    assert (lost.status, lost.attempts) == (JobStatus.RUNNING, 1)
    assert (found.status, found.attempts, found.worker_id) == (JobStatus.READY, 0, None)


def test_an_atomic_job_does_not_lock_its_row_by_its_progress(
    worker_id: UUID, django_assert_num_queries
) -> None:
    example_tasks.add_department.enqueue("КС-1")
    (job,) = claim(1, worker_id=worker_id)
    attempt = RunningJob(job, worker_id=worker_id)
    attempt.stores_progress = False
    with context.running(attempt), django_assert_num_queries(1):
        report_progress(1, 2)
    job.refresh_from_db()
    assert job.progress_done == 0


def test_a_task_that_exits_has_failed(worker_id: UUID) -> None:
    example_tasks.exit_from_python.enqueue()
    (job,) = claim(1, worker_id=worker_id)
    _run(job, worker_id)
    assert (job.status, job.error) == (JobStatus.READY, "SystemExit: 3")


def test_a_retry_that_a_wrong_clock_put_far_ahead_is_due(worker_id: UUID) -> None:
    for attempts, hours in ((1, 30), (1, 5), (0, 30)):
        Job.objects.create(
            task="x",
            arguments={"attempts": attempts, "hours": hours},
            attempts=attempts,
            run_after=timezone.now() + timedelta(hours=hours),
        )
    due = [job.arguments for job in claim(5, worker_id=worker_id)]
    assert due == [{"attempts": 1, "hours": 30}]


def test_who_was_halted_begins_to_watch_anew(
    worker_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(heartbeat.time, "monotonic", lambda: now[0])
    watcher = Heartbeat(threads=1, seconds=5, lease=30, jobs=dict)
    watcher.watch_others()

    now[0] += 60
    watcher.watch_others()
    after_halt = Worker.objects.filter(pk=worker_id).exists()
    for _look in range(6):
        now[0] += 5
        watcher.watch_others()

    assert after_halt
    assert not Worker.objects.filter(pk=worker_id).exists()
