"""Scheduled tasks run at their times in Tashkent, once, and make up once what was missed."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from lms.schedules import register_schedules
from portal.jobs import schedules
from portal.jobs.models import Job, JobStatus, Schedule
from portal.jobs.schedules import AlreadyQueued, run_due_schedules, store_schedules
from tests.portal.jobs import example_tasks

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NAME = "test"
MIDNIGHT, NIGHT, MONTHLY = "0 0 * * *", "10 3 * * *", "0 4 1 * *"


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, schedules.ScheduledTask]:
    """Begin without any schedule; those of the portal come back afterwards."""
    monkeypatch.setattr(schedules, "_registry", {})
    return schedules._registry


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that sets the clock to a time of UTC."""

    def set_to(moment: str) -> None:
        now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: now)

    return set_to


@pytest.fixture
def schedule(clock: Callable[[str], None]) -> Callable[[str, str], None]:
    """Return a function that stores a schedule at a time of UTC."""

    def store(cron: str, moment: str) -> None:
        clock(moment)
        schedules.register(NAME, cron=cron, task=example_tasks.go_on)
        store_schedules()

    return store


def _next() -> str:
    return Schedule.objects.get(pk=NAME).next_run_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def test_midnight_is_that_of_tashkent(
    schedule: Callable[[str, str], None], clock: Callable[[str], None]
) -> None:
    schedule(MIDNIGHT, "2026-11-28 12:00")
    assert _next() == "2026-11-28 19:00"

    clock("2026-11-28 18:59:59")
    assert run_due_schedules() == 0
    clock("2026-11-28 19:00")
    assert run_due_schedules() == 1

    assert _next() == "2026-11-29 19:00"
    assert run_due_schedules() == 0


@pytest.mark.parametrize(
    ("now", "following"),
    [
        # Where Europe and America change their clocks, Tashkent does not.
        ("2026-03-28 19:00", "2026-03-29 19:00"),
        ("2026-10-24 19:00", "2026-10-25 19:00"),
        ("2026-11-01 19:00", "2026-11-02 19:00"),
        # The end of a year.
        ("2026-12-30 19:00", "2026-12-31 19:00"),
        ("2026-12-31 19:00", "2027-01-01 19:00"),
    ],
)
def test_midnights_are_a_day_apart_all_year(
    now: str, following: str, schedule: Callable[[str, str], None]
) -> None:
    schedule(MIDNIGHT, now)
    assert _next() == following


@pytest.mark.parametrize(
    ("cron", "now", "following"),
    [
        # 04:00 in Tashkent is 23:00 UTC of the day before: months of 28, 29, 30 and 31 days.
        (MONTHLY, "2026-02-01 00:00", "2026-02-28 23:00"),
        (MONTHLY, "2028-02-01 00:00", "2028-02-29 23:00"),
        (MONTHLY, "2026-04-01 00:00", "2026-04-30 23:00"),
        (MONTHLY, "2026-05-01 00:00", "2026-05-31 23:00"),
        ("0 4 31 * *", "2026-03-31 00:00", "2026-05-30 23:00"),
        ("0 4 L * *", "2026-02-01 00:00", "2026-02-27 23:00"),
        ("0 4 L * *", "2028-02-01 00:00", "2028-02-28 23:00"),
        ("0 4 29 2 *", "2026-01-01 00:00", "2028-02-28 23:00"),
        (NIGHT, "2028-02-28 00:00", "2028-02-28 22:10"),
        (NIGHT, "2028-02-28 22:10", "2028-02-29 22:10"),
    ],
)
def test_ends_of_months_and_leap_days(
    cron: str, now: str, following: str, schedule: Callable[[str, str], None]
) -> None:
    schedule(cron, now)
    assert _next() == following


def test_a_week_without_workers_is_made_up_once(
    schedule: Callable[[str, str], None], clock: Callable[[str], None]
) -> None:
    schedule(NIGHT, "2026-11-20 12:00")
    clock("2026-11-27 12:00")
    store_schedules()

    assert [run_due_schedules() for _check in range(3)] == [1, 0, 0]

    assert Job.objects.count() == 1
    assert _next() == "2026-11-27 22:10"


def test_a_clock_that_was_ahead_is_corrected(
    schedule: Callable[[str, str], None], clock: Callable[[str], None]
) -> None:
    schedule(NIGHT, "2031-01-01 12:00")
    clock("2031-01-01 22:10")
    assert run_due_schedules() == 1

    clock("2026-11-28 12:00")
    assert run_due_schedules() == 0
    assert _next() == "2026-11-28 22:10"

    clock("2026-11-28 22:10")
    assert run_due_schedules() == 1


def test_a_clock_that_was_behind_makes_up_one_run(
    schedule: Callable[[str, str], None], clock: Callable[[str], None]
) -> None:
    schedule(NIGHT, "2020-01-01 12:00")
    clock("2026-11-28 12:00")
    assert run_due_schedules() == 1
    assert _next() == "2026-11-28 22:10"


def test_a_worker_whose_clock_is_slow_does_not_repeat_a_run(
    schedule: Callable[[str, str], None], clock: Callable[[str], None]
) -> None:
    schedule(NIGHT, "2026-11-28 12:00")
    clock("2026-11-28 22:10:00")
    assert run_due_schedules() == 1

    clock("2026-11-28 22:09:50")
    assert run_due_schedules() == 0
    clock("2026-11-28 22:10:00")

    assert run_due_schedules() == 0
    assert _next() == "2026-11-29 22:10"


def test_a_schedule_that_is_switched_off_does_not_run_and_makes_up_nothing(
    schedule: Callable[[str, str], None], clock: Callable[[str], None]
) -> None:
    schedule(NIGHT, "2026-11-20 12:00")
    schedules.set_active(NAME, is_active=False)
    clock("2026-11-27 12:00")
    assert run_due_schedules() == 0

    schedules.set_active(NAME, is_active=True)

    assert run_due_schedules() == 0
    assert _next() == "2026-11-27 22:10"


def test_a_schedule_that_the_code_does_not_have_any_more_disappears(
    schedule: Callable[[str, str], None], registry: dict[str, schedules.ScheduledTask]
) -> None:
    schedule(NIGHT, "2026-11-20 12:00")
    registry.clear()
    assert run_due_schedules() == 0

    store_schedules()

    assert not Schedule.objects.exists()


def test_new_times_in_the_code_replace_the_old_ones_and_the_switch_stays(
    schedule: Callable[[str, str], None],
) -> None:
    schedule(NIGHT, "2026-11-20 12:00")
    schedules.set_active(NAME, is_active=False)

    schedule("40 5 * * *", "2026-11-20 12:00")

    stored = Schedule.objects.get()
    assert (stored.cron, stored.is_active, _next()) == ("40 5 * * *", False, "2026-11-21 00:40")


def test_a_run_on_request_leaves_the_plan_as_it_is(
    schedule: Callable[[str, str], None], make_user: Callable[..., object]
) -> None:
    schedule(NIGHT, "2026-11-28 12:00")
    person = make_user("admin", role="admin")

    job = schedules.run_now(NAME, requested_by_id=person.pk)

    stored = Schedule.objects.get()
    assert (stored.last_job, job.requested_by, job.lock_key) == (job, person, "schedule:test")
    assert stored.last_run_at == timezone.now()
    assert _next() == "2026-11-28 22:10"


def test_a_run_on_request_waits_for_the_last_one_to_end(
    schedule: Callable[[str, str], None],
) -> None:
    schedule(NIGHT, "2026-11-28 12:00")
    schedules.run_now(NAME)
    for status in (JobStatus.READY, JobStatus.RUNNING):
        Job.objects.update(status=status, worker_id=uuid4())
        with pytest.raises(AlreadyQueued):
            schedules.run_now(NAME)

    Job.objects.update(status=JobStatus.FAILED)
    schedules.run_now(NAME)

    assert Job.objects.count() == 2


def test_what_a_run_changed_is_undone_with_its_job(
    schedule: Callable[[str, str], None], clock: Callable[[str], None]
) -> None:
    schedule(NIGHT, "2026-11-28 12:00")
    clock("2026-11-28 22:10")
    with transaction.atomic():
        assert run_due_schedules() == 1
        transaction.set_rollback(True)

    assert (Job.objects.count(), _next()) == (0, "2026-11-28 22:10")
    assert run_due_schedules() == 1


@pytest.fixture
def database_file(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Use a file where the tests' database is in memory, so that threads lock as processes do."""
    if connection.vendor != "sqlite":
        yield
        return
    name, opened = connection.settings_dict["NAME"], connection.connection
    file = tmp_path / "portal.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        opened.backup(copy)
    # The dictionary is that of all threads.
    connection.settings_dict["NAME"], connection.connection = file, None
    yield
    connection.close()
    connection.settings_dict["NAME"], connection.connection = name, opened


@pytest.mark.usefixtures("database_file")
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_starts_a_run(
    schedule: Callable[[str, str], None], clock: Callable[[str], None]
) -> None:
    workers = 8
    schedule(NIGHT, "2026-11-28 12:00")
    for day in range(10):
        begin = threading.Barrier(workers)
        clock(_next())

        def work(begin: threading.Barrier = begin) -> int:
            try:
                begin.wait(20)
                return run_due_schedules()
            finally:
                connection.close()

        with ThreadPoolExecutor(workers) as pool:
            futures = [pool.submit(work) for _worker in range(workers)]
        started = [future.result() for future in futures]

        assert sum(started) == 1
        assert Job.objects.count() == day + 1


def test_the_portal_cleans_up_at_night_and_mails_in_the_morning_each_at_a_time_of_its_own(
    clock: Callable[[str], None], registry: dict[str, schedules.ScheduledTask]
) -> None:
    # A Saturday, 17:00 in Tashkent.
    clock("2026-11-28 12:00")
    register_schedules()
    store_schedules()

    times = {
        schedule.name: timezone.localtime(schedule.next_run_at).strftime("%d %H:%M")
        for schedule in Schedule.objects.all()
    }

    assert times == {
        "empty_bin": "29 03:10",
        "purge_abandoned_uploads": "29 03:20",
        "delete_ended_sessions": "29 03:30",
        "clear_admin_sessions": "29 03:35",
        "delete_job_results": "29 03:40",
        "delete_old_counters": "29 03:42",
        "delete_old_mails_and_notices": "29 03:45",
        "delete_expired_exports": "29 03:47",
        "queue_weekly_reports": "30 07:30",
        "queue_digests": "29 08:00",
        "issue_due_certificates": "28 17:05",
    }


def test_history_has_a_schedule_where_it_has_a_limit(
    registry: dict[str, schedules.ScheduledTask], monkeypatch: pytest.MonkeyPatch
) -> None:
    register_schedules()
    assert "forget_history" not in registry

    monkeypatch.setattr(settings, "HISTORY_KEEP_DAYS", 30)
    register_schedules()

    assert "forget_history" in registry
