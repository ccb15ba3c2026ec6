"""Serializers of enrollments and progress, and the values of their answers."""

import math
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from lms.api.serializers.base import LARGEST_INTEGER, IdField, KeyField, NameField, NeedsKeys
from lms.models import (
    CompletedMaterial,
    CourseEnrollment,
    Enrollment,
    EnrollmentStatus,
    MaterialProgress,
)
from lms.services.progress.completions import ProgramProgress


def enrollment_json(row: Enrollment) -> dict[str, Any]:
    """Return an enrollment as the client reads it after enrolling."""
    return {
        "course_program_id": row.course_program_id,
        "progress_percent": row.progress_percent or 0,
        "status": row.status,
        "started_at": row.started_at,
        "completed_at": row.completed_at,
    }


def progress_json(progress: ProgramProgress) -> dict[str, Any]:
    """Return an enrollment with its counts; the client calls a counted material a unit."""
    content = progress.content
    totals = {
        "total_units": progress.total_count,
        "topics": len(content.topics),
        "files": len(content.files),
        "tests": len(content.tests),
    }
    return {
        **enrollment_json(progress.enrollment),
        "totals": totals,
        "completed_units": progress.completed_count,
    }


def my_program_json(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of selectors.progress.enrollments.my_programs for the Profile page."""
    return {
        "id": row["id"],
        "course_program_id": row["course_program_id"],
        "progress_percent": row["progress_percent"] or 0,
        "status": row["status"],
        "started_at": row["started_at"],
        "completed_at": row["completed_at"],
        "last_activity": row["last_activity"],
        "course_program": {
            "id": row["course_program_id"],
            "title": row["course_program__title"],
            "description": row["course_program__description"],
            "station_id": row["course_program__station_id"],
            "duration": row["course_program__duration"],
            "lessons_count": row["course_program__lessons_count"] or 0,
            "topics_count": row["course_program__topics_count"] or 0,
            "tests_count": row["course_program__tests_count"] or 0,
        },
    }


def my_course_json(row: CourseEnrollment) -> dict[str, Any]:
    """Return an enrollment in the catalogue."""
    return {
        "course_id": row.course_id,
        "progress_percent": row.progress_percent or 0,
        "title": row.course.title,
        "description": row.course.description,
        "station_id": row.course.station_id,
    }


def saved_json(row: MaterialProgress) -> dict[str, Any]:
    """Return a saved position."""
    return {
        "id": row.pk,
        "material_key": row.material_key,
        "position_seconds": row.position_seconds,
        "duration_seconds": row.duration_seconds,
        "progress_percent": row.progress_percent,
        "is_completed": bool(row.is_completed),
        "last_viewed_at": row.last_viewed_at,
    }


def position_json(row: MaterialProgress) -> dict[str, Any]:
    """Return a position with the program, lesson and topic that it belongs to."""
    return {
        **saved_json(row),
        "course_program_id": row.course_program_id,
        "material_type": row.material_type,
        "lesson_id": row.lesson_id,
        "topic_id": row.topic_id,
    }


@extend_schema_field(OpenApiTypes.NUMBER)
class SecondsField(serializers.Field):
    """Whole seconds; the client may send fractions, which are rounded."""

    def to_internal_value(self, data: Any) -> int:
        """Round a number of seconds; refuse text, NaN, negative and absurd ones."""
        if isinstance(data, bool) or not isinstance(data, int | float) or not math.isfinite(data):
            raise serializers.ValidationError("expected a number of seconds")
        if not 0 <= data <= LARGEST_INTEGER:
            raise serializers.ValidationError("expected between 0 and 2147483647 seconds")
        return round(data)

    def to_representation(self, value: int) -> int:
        """Return the seconds."""
        return value


class CompleteMaterialRequest(NeedsKeys):
    """Body of POST materials/complete."""

    needed = ("material_type", "material_key")
    needed_message = _("material_type and material_key are required.")

    material_type = NameField(CompletedMaterial.MaterialType.choices)
    material_key = KeyField()


class SavePositionRequest(NeedsKeys):
    """Body of POST /courses/progress/save."""

    needed = ("course_program_id", "material_key")
    needed_message = _("course_program_id and material_key are required.")

    course_program_id = IdField()
    material_key = KeyField()
    material_type = NameField(
        MaterialProgress.MaterialType.choices, default=MaterialProgress.MaterialType.VIDEO
    )
    position_seconds = SecondsField(default=0)
    duration_seconds = SecondsField(required=False, allow_null=True, default=None)
    lesson_id = IdField(required=False, allow_null=True, default=None)
    topic_id = IdField(required=False, allow_null=True, default=None)
    is_completed = serializers.BooleanField(required=False, default=False)


class BatchRequest(serializers.Serializer):
    """Body of POST /courses/progress/batch; at most 1,000 keys."""

    material_keys = serializers.ListField(
        child=KeyField(),
        max_length=1000,
        default=list,
    )
    course_program_id = IdField(required=False, allow_null=True, default=None)


class EnrollmentSerializer(serializers.Serializer):
    """An enrollment; progress in percent."""

    course_program_id = serializers.IntegerField()
    progress_percent = serializers.IntegerField()
    status = serializers.ChoiceField(EnrollmentStatus.choices)
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)


class TotalsSerializer(serializers.Serializer):
    """The units of a program."""

    total_units = serializers.IntegerField()
    topics = serializers.IntegerField()
    files = serializers.IntegerField()
    tests = serializers.IntegerField()


class ProgressSerializer(EnrollmentSerializer):
    """An enrollment with its units."""

    totals = TotalsSerializer()
    completed_units = serializers.IntegerField()


class SavedPositionSerializer(serializers.Serializer):
    """A position in a material."""

    id = serializers.UUIDField()
    material_key = serializers.CharField()
    position_seconds = serializers.IntegerField()
    duration_seconds = serializers.IntegerField(allow_null=True)
    progress_percent = serializers.IntegerField()
    is_completed = serializers.BooleanField()
    last_viewed_at = serializers.DateTimeField()


class PositionSerializer(SavedPositionSerializer):
    """A position with the program, lesson and topic that it belongs to."""

    course_program_id = serializers.IntegerField()
    material_type = serializers.CharField()
    lesson_id = serializers.IntegerField(allow_null=True)
    topic_id = serializers.IntegerField(allow_null=True)


class MyProgramSerializer(EnrollmentSerializer):
    """An enrollment with its program."""

    id = serializers.UUIDField()
    last_activity = serializers.DateTimeField(allow_null=True)
    course_program = serializers.DictField()


class MyCourseSerializer(serializers.Serializer):
    """An enrollment in the catalogue."""

    course_id = serializers.UUIDField()
    progress_percent = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    station_id = serializers.IntegerField(allow_null=True)


class LearningFiguresSerializer(serializers.Serializer):
    """A learner's figures."""

    active_courses = serializers.IntegerField()
    completed_courses = serializers.IntegerField()
    materials = serializers.DictField(child=serializers.IntegerField())
    average_test_score = serializers.FloatField()


EnrolledResponse = inline_serializer(
    "EnrolledResponse",
    {
        "success": serializers.BooleanField(),
        "created": serializers.BooleanField(),
        "data": EnrollmentSerializer(),
    },
)
ProgressResponse = inline_serializer("ProgressResponse", {"data": ProgressSerializer()})
SavedResponse = inline_serializer(
    "SavedResponse", {"success": serializers.BooleanField(), "data": SavedPositionSerializer()}
)
PositionResponse = inline_serializer(
    "PositionResponse",
    {"data": PositionSerializer(allow_null=True), "found": serializers.BooleanField()},
)
# Positions by the key of their material.
BatchResponse = inline_serializer(
    "BatchResponse",
    {
        "data": serializers.DictField(child=serializers.DictField()),
        "found": serializers.IntegerField(),
    },
)
MyProgramsResponse = inline_serializer(
    "MyProgramsResponse", {"data": MyProgramSerializer(many=True)}
)
MyCoursesResponse = inline_serializer("MyCoursesResponse", {"data": MyCourseSerializer(many=True)})
LearningFiguresResponse = inline_serializer(
    "LearningFiguresResponse", {"data": LearningFiguresSerializer()}
)
