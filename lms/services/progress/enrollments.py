"""Enrolls learners in programs and in courses of the catalogue."""

from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from lms.errors import CourseNotFound
from lms.models import Course, CourseEnrollment, Enrollment, EnrollmentStatus, UserStats
from lms.selectors.progress import enrollments as selectors
from lms.selectors.progress.program_content import ProgramContent
from lms.services.progress.content_cache import active_program_content

# An enrollment in a course copies these columns from the enrollment in the program.
COPIED_COLUMNS = ("progress_percent", "status", "started_at", "completed_at")


def enroll(user_id: UUID, program_id: int) -> tuple[Enrollment, bool]:
    """Enroll a learner in a program; a repeated call changes nothing.

    Returns the enrollment and whether it is new.

    Raises:
        ProgramNotFound: no such active program.
    """
    content = active_program_content(program_id)
    enrollment = selectors.enrollment(user_id, program_id)
    if enrollment is not None:
        return enrollment, False
    with transaction.atomic():
        return get_or_create_locked(user_id, content)


def enroll_in_course(user_id: UUID, course_id: UUID) -> CourseEnrollment:
    """Enroll a learner in a course of the catalogue; a repeated call changes nothing.

    A new enrollment starts with the progress in the active program of the course's station.

    Raises:
        CourseNotFound: no such active course.
    """
    course = Course.objects.active().filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    values = {"last_activity": timezone.now()}
    in_program = selectors.enrollment_in_program_of(course, user_id)
    if in_program is not None:
        values = {name: getattr(in_program, name) for name in (*COPIED_COLUMNS, "last_activity")}
    enrollment, _created = CourseEnrollment.objects.get_or_create(
        user_id=user_id, course_id=course_id, defaults=values
    )
    return enrollment


def get_or_create_locked(user_id: UUID, content: ProgramContent) -> tuple[Enrollment, bool]:
    """Return the enrollment in a program and whether it is new; call it in a transaction.

    Its row stays locked until the transaction ends.
    """
    locked = Enrollment.objects.select_for_update().filter(
        user_id=user_id, course_program_id=content.program_id
    )
    enrollment = locked.first()
    if enrollment is not None:
        return enrollment, False
    now = timezone.now()
    new = Enrollment(
        user_id=user_id,
        course_program_id=content.program_id,
        status=EnrollmentStatus.IN_PROGRESS,
        started_at=now,
        last_activity=now,
    )
    # Another request may insert the row first; then that row is used.
    Enrollment.objects.bulk_create([new], ignore_conflicts=True)
    enrollment = locked.get()
    if enrollment.pk != new.pk:
        return enrollment, False
    update_courses(enrollment, content)
    count_programs(user_id)
    return enrollment, True


def update_courses(enrollment: Enrollment, content: ProgramContent) -> None:
    """Copy the progress to the learner's courses of the station, except completed ones."""
    if not content.course_ids:
        return
    rows = CourseEnrollment.objects.filter(
        user_id=enrollment.user_id, course__in=content.course_ids
    )
    rows.exclude(status=EnrollmentStatus.COMPLETED).update(
        progress_percent=enrollment.progress_percent,
        status=enrollment.status,
        started_at=Coalesce("started_at", Value(enrollment.started_at)),
        completed_at=enrollment.completed_at,
        last_activity=enrollment.last_activity,
        updated_at=enrollment.last_activity,
    )


def count_programs(user_id: UUID) -> None:
    """Store in user_stats how many programs a learner is taking and has completed."""
    completed = Q(status=EnrollmentStatus.COMPLETED)
    counts = Enrollment.objects.filter(user_id=user_id).aggregate(
        active_courses=Count("pk", filter=~completed),
        completed_courses=Count("pk", filter=completed),
    )
    UserStats.objects.bulk_create(
        [UserStats(user_id=user_id, **counts)],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["active_courses", "completed_courses", "last_updated"],
    )
