"""Goes through many people with few of them in memory."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from lms.models import User
from portal.jobs.context import report_progress

_AT_ONCE = 200


def in_batches(people: QuerySet[User]) -> Iterator[list[User]]:
    """Yield the people in lists, each by a query of its own; report the progress of the job.

    A cursor over all of them would not outlive the transactions in between.
    """
    total = people.count()
    done = 0
    last: UUID | None = None
    while True:
        rows = people.filter(pk__gt=last) if last else people
        batch: list[User] = list(rows.order_by("pk")[:_AT_ONCE])
        if not batch:
            return
        yield batch
        last = batch[-1].pk
        done += len(batch)
        report_progress(done, total)
