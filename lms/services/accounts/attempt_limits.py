"""Limits how often something may be tried; the counters are in the database.

An attempt takes its place before it is carried out, so that many at the same moment cannot exceed
the limit.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from lms.models import AttemptCounter

PERIOD = timedelta(days=1)
_DELETE_AT_ONCE = 1000


@dataclass(frozen=True)
class Limit:
    """So many free attempts in a day; then each doubles the delay, up to the longest."""

    key: str
    free: int
    longest_delay_seconds: int


def reserve(limits: list[Limit]) -> int:
    """Count an attempt under each limit; return for how many seconds it has to wait instead.

    0 means that the attempt may go on. An attempt that has to wait is not counted.
    """
    now = timezone.now()
    # Always in one order, so that two attempts cannot wait for each other.
    limits = sorted(limits, key=lambda limit: limit.key)
    with transaction.atomic():
        AttemptCounter.objects.bulk_create(
            [AttemptCounter(key=limit.key) for limit in limits], ignore_conflicts=True
        )
        rows = AttemptCounter.objects.select_for_update().order_by("key")
        counters = {row.key: row for row in rows.filter(key__in=[limit.key for limit in limits])}
        waits = [
            (row.blocked_until - now).total_seconds()
            for row in counters.values()
            if row.blocked_until is not None and row.blocked_until > now
        ]
        if waits:
            return int(max(waits)) + 1
        for limit in limits:
            _count(counters[limit.key], limit)
    return 0


def wait_seconds(key: str) -> int:
    """Return for how many seconds the next attempt has to wait; 0 without a delay."""
    until = AttemptCounter.objects.filter(key=key).values_list("blocked_until", flat=True).first()
    return max(0, int((until - timezone.now()).total_seconds()) + 1) if until else 0


def _count(counter: AttemptCounter, limit: Limit) -> None:
    now = timezone.now()
    if now - counter.since > PERIOD:
        counter.attempts, counter.since = 0, now
    counter.attempts += 1
    counter.blocked_until = None
    if counter.attempts >= limit.free:
        # The exponent is bounded: 2 ** 30 seconds are 34 years.
        delay = min(2 ** min(counter.attempts - limit.free, 30), limit.longest_delay_seconds)
        counter.blocked_until = now + timedelta(seconds=delay)
    counter.save()


def forget(key: str) -> None:
    """Begin to count anew."""
    AttemptCounter.objects.filter(key=key).delete()


def give_back(keys: list[str]) -> None:
    """Take an attempt back that turned out to be rightful; a delay that it caused goes too."""
    AttemptCounter.objects.filter(key__in=keys, attempts__gt=0).update(
        attempts=F("attempts") - 1, blocked_until=None
    )


def delete_old() -> int:
    """Delete the counters of past periods; return how many."""
    old = AttemptCounter.objects.filter(since__lt=timezone.now() - PERIOD - PERIOD)
    count = 0
    while found := list(old.values_list("pk", flat=True)[:_DELETE_AT_ONCE]):
        count += AttemptCounter.objects.filter(pk__in=found).delete()[0]
    return count
