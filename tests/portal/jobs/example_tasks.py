"""Tasks for the tests of the queue. Their effects are rows that are counted afterwards."""

import threading

from lms.models import Department
from portal.common.errors import Conflict
from portal.jobs.context import report_progress
from portal.jobs.errors import PermanentError
from portal.jobs.tasks import task


def pause(seconds: float) -> None:
    """Wait; `time.sleep` fails where libfaketime changes the clock meanwhile."""
    threading.Event().wait(seconds)


@task(title="Add a department")
def add_department(short_name: str, *, seconds: float = 0) -> int:
    """Add one row; a second run of the same job would break its uniqueness or add another."""
    row = Department.objects.create(name=short_name, short_name=short_name)
    pause(seconds)
    return row.pk


@task(title="Count one up")
def count_up(short_name: str, *, seconds: float = 0) -> None:
    """Add a letter to a name: the length tells how often it ran."""
    row = Department.objects.select_for_update().get(short_name=short_name)
    row.name = f"{row.name}x"
    row.save()
    pause(seconds)


@task(title="Fail with words", max_attempts=3)
def fail_with_words() -> None:
    """Fail as a rule does."""
    raise Conflict("Станция занята.")


@task(title="Fail after a change", max_attempts=2)
def fail_after_change(short_name: str) -> None:
    """Change something, then fail."""
    Department.objects.create(name=short_name, short_name=short_name)
    raise ValueError("no good")


@task(title="Fail for good")
def fail_for_good() -> None:
    """Fail in a way that cannot be mended."""
    raise PermanentError("Такого адреса нет.")


@task(title="Go on for long", atomic=False, time_limit_seconds=1)
def go_on(steps: int) -> int:
    """Report after each of many short steps."""
    for step in range(steps):
        report_progress(step, steps)
        pause(0.01)
    return steps


@task(title="Wait, then count one up", atomic=False)
def wait_then_count_up(short_name: str, *, seconds: float) -> None:
    """Wait without noticing anything and without a transaction, then add a letter."""
    pause(seconds)
    row = Department.objects.get(short_name=short_name)
    row.name = f"{row.name}x"
    row.save()


@task(title="Go on for very long", atomic=False)
def go_on_for_long() -> None:
    """Report after each of many short steps, within the time limit."""
    for step in range(60_000):
        report_progress(step, 60_000)
        pause(0.01)


@task(title="Notice nothing", atomic=False, time_limit_seconds=1)
def notice_nothing(seconds: float) -> None:
    """Wait much longer than it may, without a report of progress."""
    pause(seconds)


@task(title="Exit")
def exit_from_python() -> None:
    """End the program, as a command does that was called wrongly."""
    raise SystemExit(3)
