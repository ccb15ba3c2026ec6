"""Every job has its effect exactly once, whatever happens to workers, database and clock."""

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from django.db import connection

from lms.models import Department
from portal.jobs.models import Job, JobStatus, Worker
from tests.portal.jobs import example_tasks
from tests.portal.jobs.cluster import Cluster
from tests.portal.jobs.processes import (
    Workers,
    departments,
    is_running,
    lengths,
    unfinished,
    wait_until,
)

pytestmark = [pytest.mark.both, pytest.mark.long]
JOBS = 200
KILLS = 50
SECONDS = (0, 0.01, 0.05, 0.2, 0.5)


def _add_jobs(total: int, rng: random.Random) -> None:
    for name in departments(total):
        example_tasks.count_up.enqueue(name, seconds=rng.choice(SECONDS))


def _expect_each_once() -> None:
    wait_until(lambda: unfinished() == 0, seconds=300)
    assert lengths() == {"x"}
    # A clock that jumps by days also starts scheduled tasks.
    counted = Job.objects.filter(task__startswith="tests.")
    assert set(counted.values_list("status", flat=True)) == {JobStatus.SUCCESSFUL}
    assert counted.count() == Department.objects.count() >= JOBS


def _sign_on(workers: Workers, *options: str) -> subprocess.Popen[bytes]:
    known = set(Worker.objects.values_list("name", flat=True))
    process = workers.start(*options)
    wait_until(lambda: set(Worker.objects.values_list("name", flat=True)) - known)
    return process


@pytest.mark.parametrize("count", [1, 2])
def test_killed_workers(workers: Workers, count: int) -> None:
    rng = random.Random(count)
    _add_jobs(JOBS, rng)
    alive = [_sign_on(workers) for _worker in range(count)]

    for _kill in range(KILLS):
        # Sometimes longer than the lease, so that jobs of those killed before are taken over.
        time.sleep(rng.uniform(0.05, 4 / count))
        victim = alive.pop(rng.randrange(count))
        victim.kill()
        victim.wait()
        if Job.objects.filter(status=JobStatus.READY).count() < 20:
            _add_jobs(Department.objects.count() + 20, rng)
        alive.append(_sign_on(workers))

    _expect_each_once()
    # Jobs were met in the middle: else this would show nothing.
    assert Job.objects.filter(attempts__gt=1).count() > KILLS / 4


@pytest.mark.services
def test_a_database_that_restarts(cluster: Cluster, workers_on_cluster: Workers) -> None:
    rng = random.Random(3)
    _add_jobs(JOBS, rng)
    processes = [_sign_on(workers_on_cluster) for _worker in range(2)]

    for _restart in range(8):
        time.sleep(rng.uniform(0.5, 3))
        cluster.restart()
        connection.close()
        _add_jobs(Department.objects.count() + 20, rng)
    # Jobs that failed with the database wait for their next attempt.
    Job.objects.filter(status=JobStatus.READY).update(run_after=None)

    _expect_each_once()
    assert [process.poll() for process in processes] == [None, None]


def test_a_wrong_clock(workers: Workers, tmp_path: Path, libfaketime: str) -> None:
    rng = random.Random(4)
    _add_jobs(JOBS, rng)
    clock = tmp_path / "clock"
    clock.write_text("+0")
    variables = {
        "LD_PRELOAD": libfaketime,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    workers.start("--lease", "20", **variables)
    workers.start("--lease", "20")
    wait_until(lambda: Worker.objects.count() == 2)

    seen = set()
    while unfinished():
        for offset in ("+1d", "+0", "-1d", "+0"):
            clock.write_text(offset)
            time.sleep(0.5)
            seen |= set(Job.objects.values_list("started_at__date", flat=True))

    _expect_each_once()
    assert set(
        Job.objects.filter(task__startswith="tests.").values_list("attempts", flat=True)
    ) == {1}
    assert len(seen) >= 3


def test_a_worker_that_is_halted_for_longer_than_its_lease(workers: Workers) -> None:
    rng = random.Random(5)
    _add_jobs(JOBS, rng)
    processes = [_sign_on(workers) for _worker in range(2)]

    for _halt in range(6):
        time.sleep(rng.uniform(0.1, 1))
        halted = rng.choice(processes)
        halted.send_signal(signal.SIGSTOP)
        time.sleep(4)
        halted.send_signal(signal.SIGCONT)
        _add_jobs(Department.objects.count() + 20, rng)

    _expect_each_once()
    assert [process.poll() for process in processes] == [None, None]


def test_a_job_that_ignores_its_time_limit_ends_its_worker(workers: Workers) -> None:
    example_tasks.notice_nothing.enqueue(600)
    worker = workers.start("--grace", "0.2")
    wait_until(lambda: is_running("notice_nothing"))

    # What supervises the worker starts it again.
    assert worker.wait(90) == 1
    job = Job.objects.get()
    assert (job.status, job.worker_id) == (JobStatus.READY, None)
    assert job.error == "Задание выполнялось дольше 1 мин."
