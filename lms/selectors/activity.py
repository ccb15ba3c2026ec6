"""Who learned on which day: spans of days in the portal's time zone, and counts per day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Model, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from lms.models import CompletedMaterial, MaterialProgress, TestResult, TopicProgress

# What shows that somebody learned. Instants that move (last opened) come with one that stays, so
# that a day loses nobody later.
_FACTS: list[tuple[type[Model], str]] = [
    (TopicProgress, "completed_at"),
    (CompletedMaterial, "viewed_at"),
    (MaterialProgress, "created_at"),
    (MaterialProgress, "last_viewed_at"),
    (TestResult, "completed_at"),
]

# The ORM cannot group the rows of a UNION.
_BY_DAY = """
WITH facts (person, learned_on) AS (%(facts)s)
SELECT 'every', learned_on, COUNT(*) FROM facts GROUP BY learned_on
UNION ALL
SELECT 'latest', last_on, COUNT(*) FROM (
  SELECT MAX(learned_on) AS last_on FROM facts GROUP BY person
) AS people GROUP BY last_on
"""


@dataclass(frozen=True)
class Days:
    """The days from first to last, both included."""

    first: date
    last: date

    @classmethod
    def latest(cls, count: int) -> "Days":
        """Return today and the days before it, `count` in all."""
        today = timezone.localdate()
        return cls(today - timedelta(days=count - 1), today)

    def __iter__(self) -> Iterator[date]:
        """Go through the days, the oldest first."""
        for number in range(len(self)):
            yield self.first + timedelta(days=number)

    def __len__(self) -> int:
        """Return the number of days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Days":
        """Return as many days right before these."""
        return Days(self.first - timedelta(days=len(self)), self.first - timedelta(days=1))

    @property
    def starts_at(self) -> datetime:
        """Return the first instant."""
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def ends_at(self) -> datetime:
        """Return the first instant after the last day."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))

    def holds(self, field: str) -> Q:
        """Return the condition that the instant `field` lies in these days."""
        return Q(**{f"{field}__gte": self.starts_at, f"{field}__lt": self.ends_at})


def learned_in(days: Days) -> Q:
    """Return the condition on users that they opened or completed something, or took a test."""
    condition = Q()
    for rows, field in _facts(days):
        condition |= Q(pk__in=rows.filter(**{f"{field}__isnull": False}).values("user"))
    return condition


def learners_by_day(days: Days) -> tuple[list[int], list[int]]:
    """Count the people who learned on each day, and those for whom it was the latest such day.

    The latter add up: whoever learned in the last n days had the latest day among them. One query.
    """
    people = [
        rows.annotate(learned_on=TruncDate(field)).values_list("user", "learned_on")
        for rows, field in _facts(days)
    ]
    facts, values = people[0].union(*people[1:]).query.get_compiler(using="default").as_sql()
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY % {"facts": facts}, values)
        counted = cursor.fetchall()
    found = {(kind, _day(day)): count for kind, day, count in counted}
    every, latest = ([found.get((kind, day), 0) for day in days] for kind in ("every", "latest"))
    return every, latest


def count_by_day(rows: QuerySet, field: str, days: Days, **filters: Q) -> dict[str, list[int]]:
    """Count rows by the day of the instant `field`, once for each named filter; one query.

    Days without rows count 0.
    """
    counted = (
        rows.filter(days.holds(field))
        .annotate(counted_on=TruncDate(field))
        .order_by()
        .values("counted_on")
        # Prefixed: a filter may have the name of a column.
        .annotate(**{f"n_{name}": Count("pk", filter=part) for name, part in filters.items()})
    )
    found = {row["counted_on"]: row for row in counted}
    return {name: [found.get(day, {}).get(f"n_{name}", 0) for day in days] for name in filters}


def _facts(days: Days) -> list[tuple[QuerySet, str]]:
    return [
        (model._default_manager.filter(days.holds(field)).order_by(), field)
        for model, field in _FACTS
    ]


def _day(value: date | str) -> date:
    """Return a day as PostgreSQL gives it, or SQLite, which knows only text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
