"""Who learned on which day: spans of days in the portal's time zone, and counts per day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Model, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.utils import timezone

from lms.models import CompletedMaterial, MaterialProgress, TestResult, TopicProgress

# What shows that somebody learned, and what a row of it completes. Instants that move (last opened)
# come with one that stays, so that a day loses nobody later.
_FACTS: list[tuple[type[Model], str, dict[str, Q]]] = [
    (TopicProgress, "completed_at", {"topics": Q(completed=True)}),
    (CompletedMaterial, "viewed_at", {"materials": Q(is_completed=True)}),
    (MaterialProgress, "created_at", {}),
    (MaterialProgress, "last_viewed_at", {}),
    (TestResult, "completed_at", {}),
]

_NOTHING = (0, 0, 0)

# The ORM cannot group the rows of a UNION. Sums of larger integers would be numerics, and slow.
_BY_DAY = """
WITH facts (person, learned_on, topics, materials) AS (%(facts)s),
days (person, learned_on, topics, materials) AS (
  SELECT person, learned_on, SUM(CAST(topics AS integer)), SUM(CAST(materials AS integer))
  FROM facts GROUP BY person, learned_on
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
    for model, field, _counted in _FACTS:
        rows = model._default_manager.filter(days.holds(field), **{f"{field}__isnull": False})
        condition |= Q(pk__in=rows.order_by().values("user"))
    return condition


def learning_by_day(days: Days) -> dict[str, list[int]]:
    """Count by day: `people` who learned, `topics` and `materials` completed; one query.

    `latest` counts the people for whom it was the latest such day. These add up: whoever learned
    in the last n days had the latest day among them.
    """
    facts = [_facts_of(days, *fact) for fact in _FACTS]
    compiler = facts[0].union(*facts[1:], all=True).query.get_compiler(using="default")
    sql, values = compiler.as_sql()
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY % {"facts": sql}, values)
        counted = {(kind, _day(day)): numbers for kind, day, *numbers in cursor.fetchall()}

    def by_day(kind: str, place: int) -> list[int]:
        return [int(counted.get((kind, day), _NOTHING)[place]) for day in days]

    return {
        "people": by_day("people", 0),
        "topics": by_day("people", 1),
        "materials": by_day("people", 2),
        "latest": by_day("latest", 0),
    }


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


def _facts_of(days: Days, model: type[Model], field: str, counted: dict[str, Q]) -> QuerySet:
    """Select person, day, topics and materials; rows that count are added up for each day."""
    rows = model._default_manager.filter(days.holds(field)).order_by()
    rows = rows.annotate(learned_on=TruncDate(field)).values("user", "learned_on")
    counts = {
        # Of the instant, which is in the index: that alone answers.
        name: Count(field, filter=counted[name]) if name in counted else Value(0)
        for name in ("topics", "materials")
    }
    return rows.annotate(**{f"n_{name}": count for name, count in counts.items()}).values_list(
        "user", "learned_on", "n_topics", "n_materials"
    )


def _day(value: date | str) -> date:
    """Return a day as PostgreSQL gives it, or SQLite, which knows only text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
