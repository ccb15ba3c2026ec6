"""Reads who learned on which day, and counts by day in the portal's time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Model, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.utils import timezone

from lms.models import CompletedMaterial, MaterialProgress, TestResult, TopicProgress

# The rows that show that somebody learned: the model, its instant, and which of its rows count as a
# completed topic or material. Because "last opened" moves to later days, the day of the first
# opening counts too.
_ACTIVITIES: list[tuple[type[Model], str, dict[str, Q]]] = [
    (TopicProgress, "completed_at", {"topics": Q(completed=True)}),
    (CompletedMaterial, "viewed_at", {"materials": Q(is_completed=True, is_confirmed=True)}),
    (MaterialProgress, "created_at", {}),
    (MaterialProgress, "last_viewed_at", {}),
    (TestResult, "completed_at", {}),
]

_NOTHING = (0, 0, 0)

# The ORM cannot group the rows of a UNION. Without the casts PostgreSQL sums into the slow numeric.
_BY_DAY = """
WITH activities (person, learned_on, topics, materials) AS (%(activities)s),
days (person, learned_on, topics, materials) AS (
  SELECT person, learned_on, SUM(CAST(topics AS integer)), SUM(CAST(materials AS integer))
  FROM activities GROUP BY person, learned_on
)
SELECT 'people', learned_on, COUNT(*), SUM(CAST(topics AS integer)), SUM(CAST(materials AS integer))
FROM days GROUP BY learned_on
UNION ALL
SELECT 'latest', last_on, COUNT(*), 0, 0 FROM (
  SELECT MAX(learned_on) AS last_on FROM days GROUP BY person
) AS people GROUP BY last_on
"""


@dataclass(frozen=True)
class Days:
    """A span of days; the first and the last belong to it."""

    first: date
    last: date

    @classmethod
    def latest(cls, count: int) -> "Days":
        """Return the last `count` days, today included."""
        today = timezone.localdate()
        return cls(today - timedelta(days=count - 1), today)

    def __iter__(self) -> Iterator[date]:
        """Yield the days, the oldest first."""
        for number in range(len(self)):
            yield self.first + timedelta(days=number)

    def __len__(self) -> int:
        """Return the number of days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Days":
        """Return the same number of days immediately before these."""
        return Days(self.first - timedelta(days=len(self)), self.first - timedelta(days=1))

    @property
    def starts_at(self) -> datetime:
        """Return the first instant."""
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def ends_at(self) -> datetime:
        """Return the first instant after the last day."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))

    def include(self, field: str) -> Q:
        """Return the condition that the instant `field` is in these days."""
        return Q(**{f"{field}__gte": self.starts_at, f"{field}__lt": self.ends_at})


def learned_in(days: Days) -> Q:
    """Return the condition that a user opened or completed something or took a test."""
    condition = Q()
    for model, field, _counted in _ACTIVITIES:
        rows = model._default_manager.filter(days.include(field), **{f"{field}__isnull": False})
        condition |= Q(pk__in=rows.order_by().values("user"))
    return condition


def learning_by_day(days: Days) -> dict[str, list[int]]:
    """Count by day: `people` who learned, `topics` and `materials` completed; one query.

    `latest` counts the people who learned on this day for the last time. Their sum over the last n
    days is the number of people who learned in these days.
    """
    rows = [_rows_of(days, *activity) for activity in _ACTIVITIES]
    compiler = rows[0].union(*rows[1:], all=True).query.get_compiler(using="default")
    sql, values = compiler.as_sql()
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY % {"activities": sql}, values)
        counted = {(kind, _day(day)): numbers for kind, day, *numbers in cursor.fetchall()}

    def by_day(kind: str, column: int) -> list[int]:
        return [int(counted.get((kind, day), _NOTHING)[column]) for day in days]

    return {
        "people": by_day("people", 0),
        "topics": by_day("people", 1),
        "materials": by_day("people", 2),
        "latest": by_day("latest", 0),
    }


def count_by_day(rows: QuerySet[Any], field: str, days: Days, **filters: Q) -> dict[str, list[int]]:
    """Count rows by the day of the instant `field`, for each named filter; one query.

    A day without rows has the count 0.
    """
    counted = (
        rows.filter(days.include(field))
        .annotate(counted_on=TruncDate(field))
        .order_by()
        .values("counted_on")
        # The prefix is needed because a filter can have the name of a column.
        .annotate(**{f"n_{name}": Count("pk", filter=part) for name, part in filters.items()})
    )
    found = {row["counted_on"]: row for row in counted}
    return {name: [found.get(day, {}).get(f"n_{name}", 0) for day in days] for name in filters}


def _rows_of(
    days: Days, model: type[Model], field: str, counted: dict[str, Q]
) -> QuerySet[Any, tuple[Any, ...]]:
    """Select person, day, and the numbers of topics and materials completed on it."""
    rows = model._default_manager.filter(days.include(field)).order_by()
    rows = rows.annotate(learned_on=TruncDate(field)).values("user", "learned_on")
    counts = {
        # It counts the instant, so that the index alone is read.
        name: Count(field, filter=counted[name]) if name in counted else Value(0)
        for name in ("topics", "materials")
    }
    counted_rows: QuerySet[Any, tuple[Any, ...]] = rows.annotate(
        **{f"n_{name}": count for name, count in counts.items()}
    ).values_list("user", "learned_on", "n_topics", "n_materials")
    return counted_rows


def _day(value: date | str) -> date:
    """Return the day of a row; SQLite returns it as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
