"""The heartbeat beside broken schedules and locked rows, on a database without a transaction."""

import threading

import psycopg2
import pytest

from lms.models import Department
from portal.jobs import heartbeat
from portal.jobs.heartbeat import Heartbeat
from portal.jobs.models import Job, JobStatus, Worker
from portal.jobs.worker import claim
from tests.portal.jobs import example_tasks
from tests.portal.jobs.processes import database_url

pytestmark = pytest.mark.both


def test_a_broken_schedule_does_not_silence_a_worker(
    committed_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_called = threading.Event()

    def fail() -> None:
        is_called.set()
        raise ValueError("no such cron expression")

    monkeypatch.setattr(heartbeat.schedules, "run_due_schedules", fail)
    beating = Heartbeat(threads=1, seconds=0.02, lease=30, jobs=dict)
    beating.start()
    is_called.wait(10)
    is_called.clear()
    is_called.wait(10)
    beating.stop()

    assert is_called.is_set()
    assert not Worker.objects.exists()


@pytest.mark.services
def test_rows_that_a_halted_worker_has_locked_are_passed_over(committed_database: None) -> None:
    mine = Worker.objects.create(name="w", version="1", threads=4).pk
    for name in ("КС-1", "КС-2", "КС-3"):
        example_tasks.add_department.enqueue(name)
    Job.objects.filter(arguments__args=["КС-1"]).update(
        status=JobStatus.RUNNING, worker_id="00000000-0000-4000-8000-000000000000", attempts=1
    )
    halted = psycopg2.connect(database_url())
    with halted.cursor() as cursor:
        cursor.execute("SELECT 1 FROM jobs WHERE arguments::text !~ 'КС-3' FOR UPDATE")
        heartbeat.release_orphans()
        claimed = [job.arguments["args"] for job in claim(5, worker_id=mine)]
    halted.close()
    heartbeat.release_orphans()

    assert claimed == [["КС-3"]]
    assert Job.objects.filter(status=JobStatus.READY).count() == 2
    assert not Department.objects.exists()
