"""Reads enrollments in programs and in courses of the catalogue, and a learner's figures."""

from typing import Any, TypedDict
from uuid import UUID

from django.db.models import Avg, Count, Q, UUIDField

from lms.models import (
    CompletedMaterial,
    Course,
    CourseEnrollment,
    Enrollment,
    EnrollmentStatus,
    TestResult,
)
from portal.fastpath.compiled_query import CompiledQuery


class Figures(TypedDict):
    """The figures of one learner; `materials` counts completed materials by their type."""

    active_courses: int
    completed_courses: int
    total_progress: int
    materials: dict[str, int]
    average_test_score: float


def enrollment(user_id: UUID, program_id: int) -> Enrollment | None:
    """Return a learner's enrollment in a program, or None."""
    return Enrollment.objects.filter(user_id=user_id, course_program_id=program_id).first()


def enrollment_in_program_of(course: Course, user_id: UUID) -> Enrollment | None:
    """Return a learner's enrollment in the active program of a course's station, or None."""
    if course.station_id is None:
        return None
    rows = Enrollment.objects.filter(
        user_id=user_id,
        course_program__station_id=course.station_id,
        course_program__is_active=True,
        course_program__bin_entry__isnull=True,
    )
    return rows.first()


_MY_PROGRAM_COLUMNS: tuple[str, ...] = (
    "id",
    "course_program_id",
    "progress_percent",
    "status",
    "started_at",
    "completed_at",
    "last_activity",
    "course_program__title",
    "course_program__description",
    "course_program__station_id",
    "course_program__duration",
    "course_program__lessons_count",
    "course_program__topics_count",
    "course_program__tests_count",
)
_MY_PROGRAMS = CompiledQuery(
    lambda user: (
        Enrollment.objects.filter(user=user, course_program__bin_entry__isnull=True)
        .order_by("-last_activity", "pk")
        .values(*_MY_PROGRAM_COLUMNS)
    ),
    UUIDField(),
    sample=UUID("5e1f0a3c-7d42-4b59-9c1e-2a6b8d0f4e71"),
)


def my_programs(user_id: UUID) -> list[dict[str, Any]]:
    """List a learner's enrollments with their programs as rows, latest activity first; one query.

    The columns of the program are named course_program__*.
    """
    return _MY_PROGRAMS.rows(user_id)


def my_courses(user_id: UUID) -> list[CourseEnrollment]:
    """List a learner's enrollments in the catalogue with their courses; one query."""
    rows = CourseEnrollment.objects.filter(user_id=user_id, course__bin_entry__isnull=True)
    rows = rows.select_related("course")
    return list(rows.order_by("-last_activity", "pk"))


def my_figures(user_id: UUID) -> Figures:
    """Count a learner's programs and completed materials, and average the scores; three queries."""
    visible = Enrollment.objects.filter(user_id=user_id, course_program__bin_entry__isnull=True)
    counts = visible.aggregate(
        active=Count("pk", filter=~Q(status=EnrollmentStatus.COMPLETED)),
        completed=Count("pk", filter=Q(status=EnrollmentStatus.COMPLETED)),
        progress=Avg("progress_percent"),
    )
    materials = dict.fromkeys(CompletedMaterial.MaterialType.values, 0)
    completed = CompletedMaterial.objects.filter(
        user_id=user_id, is_completed=True, is_confirmed=True
    )
    materials.update(
        completed.values_list("material_type").annotate(count=Count("pk")).order_by("material_type")
    )
    # An attempt that was refused has no score.
    scored = TestResult.objects.filter(user_id=user_id, refused__isnull=True)
    mean = scored.aggregate(mean=Avg("score"))["mean"]
    return {
        "active_courses": counts["active"],
        "completed_courses": counts["completed"],
        "total_progress": round(counts["progress"] or 0),
        "materials": materials,
        "average_test_score": round(float(mean or 0), 1),
    }
