"""Computes all progress again from the completions: a repair after imports and changed programs.

Where only the portal wrote, nothing changes (docs/data-model.md, "Progress"); a test tries this
with many random ways through programs.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from lms.models import Certificate, CourseEnrollment, Enrollment, EnrollmentStatus, UserStats
from lms.selectors.progress import completions as selectors
from lms.selectors.progress.program_content import Material, ProgramContent, read_program_content
from lms.services.progress import certificates, completion_rules, completions, enrollments

_CHUNK_ROWS = 500


def recompute_all() -> tuple[int, int]:
    """Recompute every enrollment that is not completed, and what depends on it.

    It is safe to repeat this, also while people learn. Times of activity stay as they are. A
    completed enrollment stays completed, and gets its certificate if that is missing. Returns how
    many rows changed, and how many enrollments there are.
    """
    changed = total = 0
    # Enrollments of a program in the bin stay as they are until the program is restored.
    visible = Enrollment.objects.filter(course_program__bin_entry__isnull=True)
    programs = visible.order_by("course_program_id")
    for program_id in programs.values_list("course_program_id", flat=True).distinct():
        content = read_program_content(program_id)
        for chunk in _chunks(Enrollment.objects.filter(course_program_id=program_id)):
            total += len(chunk)
            changed += _recompute_chunk(chunk, content)
        changed += certificates.issue_missing(program_id)
    return changed + _recount_programs() + _recount_certificates(), total


def _chunks(rows: QuerySet[Enrollment]) -> Iterator[list[UUID]]:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _CHUNK_ROWS):
        yield keys[start : start + _CHUNK_ROWS]


@transaction.atomic
def _recompute_chunk(keys: list[UUID], content: ProgramContent) -> int:
    locked = Enrollment.objects.select_for_update().filter(pk__in=keys)
    rows = list(locked.order_by("pk"))
    user_ids = [enrollment.user_id for enrollment in rows]
    completed = selectors.completed_materials_of(user_ids, content.program_id)
    topics = selectors.stored_topics_of(user_ids, content.program_id)
    changed = 0
    for enrollment in rows:
        materials = completed[enrollment.user_id]
        changed += _recompute_enrollment(enrollment, content, materials)
        changed += completions.store_topics(
            enrollment.user_id,
            completion_rules.topic_states(content, materials),
            stored=topics[enrollment.user_id],
            now=enrollment.last_activity or timezone.now(),
        )
    changed += _issue_certificates(rows, content)
    return changed + (_update_courses(rows, content) if content.is_active else 0)


def _recompute_enrollment(
    enrollment: Enrollment, content: ProgramContent, completed: set[Material]
) -> int:
    before = (enrollment.progress_percent, enrollment.status)
    count = completion_rules.counted_completed(content, completed)
    completion_rules.set_progress(
        enrollment, content, count, at=enrollment.last_activity or timezone.now()
    )
    if count and enrollment.status in {None, EnrollmentStatus.NOT_STARTED}:
        enrollment.status = EnrollmentStatus.IN_PROGRESS
    if (enrollment.progress_percent, enrollment.status) == before:
        return 0
    enrollment.save(update_fields=["progress_percent", "status", "completed_at", "updated_at"])
    return 1


def _issue_certificates(rows: Iterable[Enrollment], content: ProgramContent) -> int:
    issued = Certificate.objects.filter(course_program=content.program_id)
    holders = set(issued.values_list("user_id", flat=True))
    changed = 0
    for enrollment in rows:
        if enrollment.status == EnrollmentStatus.COMPLETED and enrollment.user_id not in holders:
            new = certificates.issue_if_earned(enrollment.user_id, content.program_id)
            changed += new is not None
    return changed


def _update_courses(rows: Iterable[Enrollment], content: ProgramContent) -> int:
    """Copy the progress to the learners' courses of the station, except completed ones."""
    in_program = {enrollment.user_id: enrollment for enrollment in rows}
    courses = CourseEnrollment.objects.filter(user__in=in_program, course__in=content.course_ids)
    changed = 0
    for course in courses.exclude(status=EnrollmentStatus.COMPLETED):
        source = in_program[course.user_id]
        if (course.progress_percent, course.status) == (source.progress_percent, source.status):
            continue
        course.progress_percent = source.progress_percent
        course.status = source.status
        course.completed_at = source.completed_at
        course.started_at = course.started_at or source.started_at
        course.save(update_fields=[*enrollments.COPIED_COLUMNS, "updated_at"])
        changed += 1
    return changed


def _recount_programs() -> int:
    """Store the numbers of programs of everybody whose numbers are missing or differ."""
    completed = Q(status=EnrollmentStatus.COMPLETED)
    counted = (
        Enrollment.objects.order_by()
        .values("user_id")
        .annotate(active=Count("pk", filter=~completed), completed=Count("pk", filter=completed))
        .values_list("user_id", "active", "completed")
    )
    rows = UserStats.objects.values_list("user_id", "active_courses", "completed_courses")
    stored = {user_id: (active, completed) for user_id, active, completed in rows}
    actual = {user_id: (active, completed) for user_id, active, completed in counted}
    wrong = [pk for pk in actual | stored if stored.get(pk) != actual.get(pk, (0, 0))]
    for user_id in wrong:
        enrollments.count_programs(user_id)
    return len(wrong)


def _recount_certificates() -> int:
    """Store the numbers of valid certificates of everybody whose number is missing or differs."""
    valid = Certificate.objects.valid().order_by().values_list("user_id")
    actual = dict(valid.annotate(count=Count("pk")))
    stored = dict(UserStats.objects.values_list("user_id", "certificates_count"))
    wrong = [pk for pk in actual | stored if stored.get(pk) != actual.get(pk, 0)]
    for user_id in wrong:
        certificates.count_certificates(user_id)
    return len(wrong)
