"""Content that comes while what it belongs under goes to the bin, on PostgreSQL."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from lms.errors import ParentInBin
from lms.models import Lesson, Topic
from lms.services.history import recycle_bin
from tests.factories import LessonFactory, TopicFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def _in_thread(pool: ThreadPoolExecutor, work: Callable[[], Any]) -> Future:
    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return pool.submit(run)


def _await_waiting(other: Future) -> None:
    """Wait until the other connection waits for a lock of this one."""
    for _attempt in range(200):
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return
        assert not other.done(), "did not wait for the lock"
        time.sleep(0.05)
    pytest.fail("nobody waited")


def _visible_below_the_bin() -> int:
    lessons = Lesson.objects.filter(course_program__bin_entry__isnull=False)
    return Topic.objects.filter(lesson__bin_entry__isnull=False).count() + lessons.count()


def _delete(lesson: Lesson, whole: str) -> None:
    recycle_bin.put(lesson if whole == "lesson" else lesson.course_program, by=None)


@pytest.mark.parametrize("whole", ["lesson", "program"])
def test_a_deletion_waits_for_content_that_is_coming_and_takes_it_along(whole: str) -> None:
    lesson = LessonFactory()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            topic = Topic.objects.create(lesson=lesson, title="Новая")
            deletion = _in_thread(pool, lambda: _delete(lesson, whole))
            _await_waiting(deletion)
        deletion.result(timeout=20)

    assert Topic.everything.get(pk=topic.pk).bin_entry_id is not None
    assert _visible_below_the_bin() == 0


@pytest.mark.parametrize("whole", ["lesson", "program"])
def test_content_that_comes_too_late_is_refused(whole: str) -> None:
    lesson = LessonFactory()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            _delete(lesson, whole)
            coming = _in_thread(pool, lambda: _create(lesson))
            _await_waiting(coming)
        with pytest.raises(ParentInBin):
            coming.result(timeout=20)

    assert not Topic.everything.exists()


@transaction.atomic
def _create(lesson: Lesson) -> None:
    Topic.objects.create(lesson=lesson, title="Новая")


def test_what_comes_back_while_its_parent_goes_goes_along() -> None:
    topic = TopicFactory()
    entry = recycle_bin.put(topic, by=None)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            recycle_bin.restore(entry, by=None)
            deletion = _in_thread(pool, lambda: _delete(topic.lesson, "lesson"))
            _await_waiting(deletion)
        deletion.result(timeout=20)

    assert _visible_below_the_bin() == 0


def test_nothing_comes_back_below_what_is_going() -> None:
    topic = TopicFactory()
    entry = recycle_bin.put(topic, by=None)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            _delete(topic.lesson, "program")
            coming = _in_thread(pool, lambda: recycle_bin.restore(entry, by=None))
            _await_waiting(coming)
        with pytest.raises(ParentInBin):
            coming.result(timeout=20)

    assert Topic.everything.get(pk=topic.pk).bin_entry_id == entry.pk
