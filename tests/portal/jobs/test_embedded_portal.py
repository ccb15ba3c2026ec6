"""The embedded portal runs background jobs in its own process and stops them with itself."""

import json
import signal
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portal.jobs.in_process import InProcessWorker
from portal.jobs.models import Worker
from portal.jobs.worker import Timing
from tests.browser import portal_server
from tests.portal.jobs.processes import wait_until

pytestmark = [pytest.mark.embedded, pytest.mark.slow]
_QUEUE = """
from tests.portal.jobs import example_tasks
example_tasks.%s
"""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[portal_server.Portal]:
    """Start what `make run` starts."""
    running = portal_server.start_embedded(tmp_path / "portal")
    yield running
    running.stop()


def _jobs(portal: portal_server.Portal) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(portal.log.parent / "portal.sqlite3")) as database:
        query = "SELECT status, attempts FROM jobs WHERE task LIKE 'tests.%' ORDER BY created_at"
        return database.execute(query).fetchall()


def _queue(portal: portal_server.Portal, call: str) -> None:
    portal.run(_QUEUE % call)


def test_jobs_run_beside_the_portal_and_stop_with_it(portal: portal_server.Portal) -> None:
    _queue(portal, "add_department.enqueue('КС-99')")
    wait_until(lambda: _jobs(portal) == [("successful", 1)])
    with urllib.request.urlopen(f"{portal.url}/health/ready") as answer:
        health = json.load(answer)
    _queue(portal, "wait_then_count_up.enqueue('КС-99', seconds=600)")
    wait_until(lambda: ("running", 1) in _jobs(portal))

    # Ctrl-C, while a job runs that does not notice.
    (gunicorn,) = portal.processes
    gunicorn.send_signal(signal.SIGINT)

    assert gunicorn.wait(60) == 0
    assert _jobs(portal) == [("successful", 1), ("ready", 0)]
    assert (health["status"], health["worker"]["status"]) == ("ok", "ok")
    assert health["worker"]["workers"] == 1
    assert "Background jobs run" in portal.log.read_text("utf-8")


def test_a_worker_that_ends_by_itself_is_followed_by_another(committed_database: None) -> None:
    jobs = InProcessWorker(threads=1, timing=Timing(poll=0.05, heartbeat=0.05))
    jobs.start()
    try:
        wait_until(Worker.objects.exists)
        (first,) = Worker.objects.values_list("pk", flat=True)

        # As the heartbeat does when a job ignores its time limit.
        jobs._worker.heartbeat.has_overdue_job = True

        wait_until(lambda: Worker.objects.exclude(pk=first).exists())
        assert not Worker.objects.filter(pk=first).exists()
    finally:
        jobs.stop()
        jobs.join()
    assert not Worker.objects.exists()
