"""Reads what learners did in their programs within a few days, for the weekly report."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils import timezone

from lms.models import (
    Certificate,
    Enrollment,
    EnrollmentStatus,
    Lesson,
    TestResult,
    Topic,
    TopicProgress,
)
from lms.selectors.progress.activity import Days

_Key = tuple[UUID, int]
_VISIBLE = Q(is_active=True, bin_entry__isnull=True)


@dataclass
class ProgramWeek:
    """One program of a learner: how far it is now, and what was completed within the days."""

    title: str
    percent: int
    is_completed: bool
    lessons: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    certificates: list[str] = field(default_factory=list)

    @property
    def has_news(self) -> bool:
        """Whether anything was completed."""
        return bool(self.lessons or self.tests or self.certificates)


def last_full_week() -> Days:
    """Return the last Monday to Sunday that are over, in the portal's time zone."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    return Days(monday - timedelta(days=7), monday - timedelta(days=1))


def program_weeks(user_ids: Collection[UUID], days: Days) -> dict[UUID, list[ProgramWeek]]:
    """Return the programs of several learners, those with news first; six queries.

    Programs that were completed earlier and have no news are left out.
    """
    lessons = _completed_lessons(user_ids, days)
    tests = _passed_tests(user_ids, days)
    certificates = _certificates(user_ids, days)
    weeks: dict[UUID, list[ProgramWeek]] = {user_id: [] for user_id in user_ids}
    for row in _enrollments(user_ids):
        key = (row["user_id"], row["course_program_id"])
        week = ProgramWeek(
            title=row["course_program__title"],
            percent=row["progress_percent"] or 0,
            is_completed=row["status"] == EnrollmentStatus.COMPLETED,
            lessons=lessons[key],
            tests=tests[key],
            certificates=certificates[key],
        )
        if week.has_news or not week.is_completed:
            weeks[row["user_id"]].append(week)
    for found in weeks.values():
        # What is equal stays in the order of the latest activity.
        found.sort(key=lambda week: not week.has_news)
    return weeks


def _enrollments(user_ids: Collection[UUID]) -> Any:
    rows = Enrollment.objects.filter(
        user__in=user_ids, course_program__is_active=True, course_program__bin_entry__isnull=True
    )
    return rows.order_by("-last_activity", "pk").values(
        "user_id", "course_program_id", "course_program__title", "progress_percent", "status"
    )


def _completed_lessons(user_ids: Collection[UUID], days: Days) -> defaultdict[_Key, list[str]]:
    """Return the lessons whose last topic was completed within the days."""
    done = TopicProgress.objects.filter(
        user__in=user_ids,
        completed=True,
        topic__is_active=True,
        topic__bin_entry__isnull=True,
    )
    counted: Any = (
        done.order_by()
        .values("user_id", "topic__lesson_id")
        .annotate(count=Count("pk"), last=Max("completed_at"))
        .filter(days.include("last"))
    )
    by_lesson: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in counted:
        by_lesson[row["topic__lesson_id"]].append(row)
    found: defaultdict[_Key, list[str]] = defaultdict(list)
    for lesson in _lessons(by_lesson):
        for row in by_lesson[lesson["pk"]]:
            if row["count"] >= lesson["topics_total"]:
                found[row["user_id"], lesson["course_program_id"]].append(lesson["title"])
    return found


def _lessons(lesson_ids: Collection[int]) -> list[dict[str, Any]]:
    """Return the visible lessons in order, with their numbers of visible topics."""
    totals = Topic.objects.filter(_VISIBLE, lesson__in=lesson_ids).order_by()
    counts = dict(totals.values_list("lesson").annotate(count=Count("pk")))
    rows = Lesson.objects.filter(_VISIBLE, pk__in=lesson_ids).order_by("order_index", "pk")
    found = rows.values("pk", "title", "course_program_id")
    return [{**row, "topics_total": counts.get(row["pk"], 0)} for row in found]


def _passed_tests(user_ids: Collection[UUID], days: Days) -> defaultdict[_Key, list[str]]:
    rows = TestResult.objects.filter(days.include("completed_at"), user__in=user_ids, passed=True)
    found: defaultdict[_Key, list[str]] = defaultdict(list)
    for user_id, lesson_title, lesson_program, final_title, final_program in rows.order_by(
        "completed_at", "pk"
    ).values_list(
        "user_id",
        "lesson_test__title",
        "lesson_test__lesson__course_program_id",
        "final_test__title",
        "final_test__course_program_id",
    ):
        titles = found[user_id, lesson_program or final_program]
        title = lesson_title or final_title
        # A test may be passed again.
        if title not in titles:
            titles.append(title)
    return found


def _certificates(user_ids: Collection[UUID], days: Days) -> defaultdict[_Key, list[str]]:
    rows = Certificate.objects.valid().filter(days.include("issued_at"), user__in=user_ids)
    found: defaultdict[_Key, list[str]] = defaultdict(list)
    for certificate in rows.exclude(course_program=None).order_by("issued_at", "pk"):
        key = (certificate.user_id, certificate.course_program_id)
        found[key].append(certificate.number or certificate.title)
    return found
