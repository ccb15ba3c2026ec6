"""Remembers which files were sent to whom, and counts the completions that waited for it.

A delivery costs queries once per person, file and day in each process; after that it is a look into
a set. Reading a file never fails because of this.
"""

import logging
import threading
import time
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone

from lms.models import FileDelivery
from lms.selectors.progress import completions as selectors
from lms.services.progress import completions

logger = logging.getLogger(__name__)

# About 15 MB when full.
_MOST_SEEN = 50_000


class _Memory:
    """What this process has stored today; midnight empties it."""

    def __init__(self) -> None:
        self._ends_at = 0.0
        self._seen: set[tuple[str, str, str]] = set()
        self._lock = threading.Lock()

    def has(self, delivery: tuple[str, str, str]) -> bool:
        # Seconds are compared, because the date in a time zone costs ten times as much.
        return time.time() < self._ends_at and delivery in self._seen

    def add(self, delivery: tuple[str, str, str], day: date) -> None:
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time())
        ends_at = timezone.make_aware(midnight).timestamp()
        with self._lock:
            if ends_at != self._ends_at or len(self._seen) >= _MOST_SEEN:
                self._ends_at, self._seen = ends_at, set()
            self._seen.add(delivery)

    def forget(self) -> None:
        with self._lock:
            self._ends_at, self._seen = 0.0, set()


_memory = _Memory()
# For tests: their rows go, and this memory would stay.
forget = _memory.forget


def record(user_id: str, key: str, etag: str) -> None:
    """Store that a file is being sent to a person; MEDIA_DELIVERED of the settings names this.

    An error of the database is logged: the file is sent all the same.
    """
    delivery = (user_id, key, etag)
    if _memory.has(delivery):
        return
    today = timezone.localdate()
    try:
        _store(UUID(user_id), key, etag, today)
    except DatabaseError:
        logger.exception("delivery not stored user=%s", user_id)
        return
    _memory.add(delivery, today)


def _store(user_id: UUID, key: str, etag: str, today: date) -> None:
    row = FileDelivery(user_id=user_id, object_key=key, etag=etag[:100], delivered_on=today)
    with transaction.atomic():
        FileDelivery.objects.bulk_create([row], ignore_conflicts=True)
    # After the commit: a completion that is being stored now looks for this row afterwards.
    for program_id in selectors.programs_waiting_for(user_id, key):
        completions.confirm_file(user_id, program_id, key=key)
