"""Worker processes: they run jobs, stop gracefully, and survive being killed."""

import signal

import pytest

from portal.jobs.models import Job, JobStatus, Worker
from tests.portal.jobs import example_tasks
from tests.portal.jobs.processes import (
    Workers,
    departments,
    is_running,
    lengths,
    unfinished,
    wait_until,
)

pytestmark = [pytest.mark.both, pytest.mark.slow]


def test_one_worker_runs_all_jobs_and_leaves_no_row(workers: Workers) -> None:
    for name in departments(20):
        example_tasks.count_up.enqueue(name)
    worker = workers.start()
    wait_until(lambda: unfinished() == 0)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(20) == 0
    assert lengths() == {"x"}
    assert set(Job.objects.values_list("status", "attempts")) == {(JobStatus.SUCCESSFUL, 1)}
    assert not Worker.objects.exists()


def test_two_workers_never_run_one_job_twice(workers: Workers) -> None:
    processes = [workers.start(), workers.start()]
    wait_until(lambda: Worker.objects.count() == 2)
    for name in departments(40):
        example_tasks.count_up.enqueue(name)

    wait_until(lambda: unfinished() == 0)

    assert lengths() == {"x"}
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}
    assert [process.poll() for process in processes] == [None, None]


def test_a_stop_lets_a_short_job_end(workers: Workers) -> None:
    (name,) = departments(1)
    example_tasks.wait_then_count_up.enqueue(name, seconds=1)
    worker = workers.start("--grace", "20")
    wait_until(lambda: is_running("wait_then_count_up"))

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(20) == 0
    job = Job.objects.get()
    assert (job.status, job.attempts, lengths()) == (JobStatus.SUCCESSFUL, 1, {"x"})


def test_a_stop_gives_long_jobs_back(workers: Workers) -> None:
    """One notices that it shall stop, one does not."""
    departments(1)
    example_tasks.go_on_for_long.enqueue()
    example_tasks.wait_then_count_up.enqueue("КС-0", seconds=600)
    worker = workers.start("--grace", "0.2")
    wait_until(lambda: is_running("go_on_for_long") and is_running("wait_then_count_up"))

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(20) == 0
    states = set(Job.objects.values_list("status", "attempts", "worker_id"))
    assert states == {(JobStatus.READY, 0, None)}
    assert not Worker.objects.exists()


def test_another_worker_finishes_the_job_of_a_killed_one(workers: Workers) -> None:
    (name,) = departments(1)
    example_tasks.count_up.enqueue(name, seconds=3)
    first = workers.start()
    wait_until(lambda: is_running("count_up"))

    first.kill()
    first.wait()
    second = workers.start()
    wait_until(lambda: unfinished() == 0)

    job = Job.objects.get()
    assert (job.attempts, lengths()) == (2, {"x"})
    assert second.poll() is None
    # The killed one has left no row.
    assert Worker.objects.count() == 1
