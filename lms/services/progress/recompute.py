"""Derives all progress from the facts: a repair after imports and changes of programs.

Nothing changes where only the portal wrote (docs/data-model.md, "Progress"): a property test.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from lms.models import (
    Certificate,
    CompletedMaterial,
    CourseEnrollment,
    Enrollment,
    EnrollmentStatus,
    TopicProgress,
    UserStats,
)
from lms.selectors.progress import completions as selectors
from lms.selectors.progress.completions import Facts, ProgramUnits
from lms.services.progress import certificates, completions

_CHUNK_ROWS = 500


def recompute_all() -> tuple[int, int]:
    """Derive every open enrollment and what follows from it; safe to repeat, also while in use.

    Returns how many rows changed, and how many enrollments there are. Leaves instants of activity
    alone. What is completed stays completed, and gets its certificate where that is missing.
    """
    changed = total = 0
    # What lies in the bin is not there; its enrollments wait as they are.
    shown = Enrollment.objects.filter(course_program__bin_entry__isnull=True)
    programs = shown.order_by("course_program_id")
    for program_id in programs.values_list("course_program_id", flat=True).distinct():
        units = selectors.program_units(program_id)
        for chunk in _chunks(Enrollment.objects.filter(course_program_id=program_id)):
            total += len(chunk)
            changed += _recompute_chunk(chunk, units)
        changed += certificates.issue_missing(program_id)
    return changed + _recount_courses() + _recount_certificates(), total


def _chunks(rows: Iterable) -> Iterator[list[UUID]]:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _CHUNK_ROWS):
        yield keys[start : start + _CHUNK_ROWS]


@transaction.atomic
def _recompute_chunk(keys: list[UUID], units: ProgramUnits) -> int:
    rows = list(Enrollment.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    user_ids = [row.user_id for row in rows]
    facts = _facts_by_user(user_ids, units.program_id)
    topics = _topics_by_user(user_ids, units.program_id)
    changed = 0
    certified = set(
        Certificate.objects.filter(course_program=units.program_id).values_list(
            "user_id", flat=True
        )
    )
    for row in rows:
        changed += _recompute_enrollment(row, units, facts[row.user_id])
        states = units.topic_states(facts[row.user_id])
        changed += completions.write_topics(
            row.user_id, states, topics[row.user_id], now=row.last_activity or timezone.now()
        )
        if row.status == EnrollmentStatus.COMPLETED and row.user_id not in certified:
            issued = certificates.issue_if_earned(row.user_id, row.course_program_id)
            changed += issued is not None
    return changed + (_follow(rows, units) if units.is_active else 0)


def _facts_by_user(user_ids: list[UUID], program_id: int) -> dict[UUID, Facts]:
    facts: dict[UUID, Facts] = defaultdict(set)
    rows = CompletedMaterial.objects.filter(
        user__in=user_ids, course_program=program_id, is_completed=True
    ).order_by()
    for user_id, kind, key in rows.values_list("user_id", "material_type", "material_key"):
        facts[user_id].add((kind, key))
    return facts


def _topics_by_user(user_ids: list[UUID], program_id: int) -> dict[UUID, dict[int, bool]]:
    topics: dict[UUID, dict[int, bool]] = defaultdict(dict)
    rows = TopicProgress.objects.filter(
        user__in=user_ids, topic__lesson__course_program=program_id
    ).order_by()
    for user_id, topic_id, completed in rows.values_list("user_id", "topic_id", "completed"):
        topics[user_id][topic_id] = completed
    return topics


def _recompute_enrollment(row: Enrollment, units: ProgramUnits, facts: Facts) -> int:
    before = (row.progress_percent, row.status)
    done = units.done(facts)
    completions.derive(row, units, done, at=row.last_activity or timezone.now())
    if done and row.status in {None, EnrollmentStatus.NOT_STARTED}:
        row.status = EnrollmentStatus.IN_PROGRESS
    if (row.progress_percent, row.status) == before:
        return 0
    row.save(update_fields=["progress_percent", "status", "completed_at", "updated_at"])
    return 1


def _follow(rows: list[Enrollment], units: ProgramUnits) -> int:
    """Let the courses of the station follow these enrollments."""
    followed = {row.user_id: row for row in rows}
    courses = CourseEnrollment.objects.filter(user__in=followed, course__in=units.course_ids)
    changed = 0
    for course in courses.exclude(status=EnrollmentStatus.COMPLETED):
        row = followed[course.user_id]
        if (course.progress_percent, course.status) == (row.progress_percent, row.status):
            continue
        for name in ("progress_percent", "status", "completed_at"):
            setattr(course, name, getattr(row, name))
        course.started_at = course.started_at or row.started_at
        course.save(update_fields=[*completions.FOLLOWED, "updated_at"])
        changed += 1
    return changed


def _recount_courses() -> int:
    """Store the numbers of programs of everybody whose figures are missing or differ."""
    done = Q(status=EnrollmentStatus.COMPLETED)
    counted = (
        Enrollment.objects.order_by()
        .values("user_id")
        .annotate(active=Count("pk", filter=~done), completed=Count("pk", filter=done))
        .values_list("user_id", "active", "completed")
    )
    figures = UserStats.objects.values_list("user_id", "active_courses", "completed_courses")
    stored = {user_id: (active, completed) for user_id, active, completed in figures}
    real = {user_id: (active, completed) for user_id, active, completed in counted}
    wrong = [pk for pk in real | stored if stored.get(pk) != real.get(pk, (0, 0))]
    for user_id in wrong:
        completions.count_courses(user_id)
    return len(wrong)


def _recount_certificates() -> int:
    """Store the numbers of valid certificates of everybody whose figure is missing or differs."""
    valid = Certificate.objects.valid().order_by().values_list("user_id")
    real = dict(valid.annotate(count=Count("pk")))
    stored = dict(UserStats.objects.values_list("user_id", "certificates_count"))
    wrong = [pk for pk in real | stored if stored.get(pk) != real.get(pk, 0)]
    for user_id in wrong:
        certificates.count(user_id)
    return len(wrong)
