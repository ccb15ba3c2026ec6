"""Tasks for the tests of the queue. Their effects are rows that are counted afterwards."""

import time

from lms.models import Department
from portal.common.errors import Conflict
from portal.jobs.context import report_progress
from portal.jobs.errors import PermanentError
from portal.jobs.tasks import task


@task(title="Add a department")
def add_department(short_name: str, *, seconds: float = 0) -> int:
    """Add one row; a second run of the same job would break its uniqueness or add another."""
    row = Department.objects.create(name=short_name, short_name=short_name)
    time.sleep(seconds)
    return row.pk


@task(title="Count one up")
def count_up(short_name: str, *, seconds: float = 0) -> None:
    """Add a letter to a name: the length tells how often it ran."""
    row = Department.objects.select_for_update().get(short_name=short_name)
    row.name = f"{row.name}x"
    row.save()
    time.sleep(seconds)


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
        time.sleep(0.01)
    return steps
