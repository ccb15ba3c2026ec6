"""Shapes for the catalogue, departments, comments, promo video and home page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from lms.api.serializers.base import (
    LARGEST_INTEGER,
    IdField,
    KeyField,
    LinesField,
    NeedsKeys,
    PositionField,
)
from lms.models import Comment, PromoVideo

COMMENT_MAX_CHARACTERS = 5000


def comment_json(comment: Comment) -> dict[str, Any]:
    """Return a comment in the client's names."""
    return {
        "id": comment.pk,
        "userId": str(comment.user_id),
        "userName": comment.user.full_name or comment.user.username,
        "userRole": comment.user.role,
        "text": comment.comment_text,
        "createdAt": comment.created_at,
        "fileObjectKey": comment.file_object_key,
    }


def promo_video_json(video: PromoVideo | None) -> dict[str, Any] | None:
    """Return an introduction video in the client's names."""
    if video is None:
        return None
    return {
        "id": video.pk,
        "stationId": video.station_id,
        "title": video.title,
        "objectKey": video.object_key,
    }


class CourseShape(serializers.Serializer):
    """A course of the catalogue."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    station_id = serializers.IntegerField(allow_null=True)
    duration_hours = serializers.IntegerField(allow_null=True)
    level = serializers.CharField(allow_null=True)
    is_active = serializers.BooleanField()
    icon = serializers.CharField(allow_null=True)


class CourseDetailShape(CourseShape):
    """A course with its instants."""

    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ProgramRowShape(serializers.Serializer):
    """A program without its tree."""

    id = serializers.IntegerField()
    station_id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    duration = serializers.CharField(allow_null=True)
    topics_count = serializers.IntegerField(allow_null=True)
    lessons_count = serializers.IntegerField(allow_null=True)
    tests_count = serializers.IntegerField(allow_null=True)
    format = serializers.CharField(allow_null=True)
    is_active = serializers.BooleanField()
    order_index = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CourseList(serializers.Serializer):
    """Answer of GET /courses/stations/{id}."""

    data = CourseShape(many=True)


class CourseResponse(serializers.Serializer):
    """Answer of GET /courses/{id}."""

    course = CourseDetailShape()
    programs = ProgramRowShape(many=True)


class ProgramList(serializers.Serializer):
    """Answer of GET /courses/{id}/programs."""

    data = ProgramRowShape(many=True)


class PromoVideoShape(serializers.Serializer):
    """An introduction video."""

    id = serializers.IntegerField()
    stationId = serializers.IntegerField()
    title = serializers.CharField(allow_null=True)
    objectKey = serializers.CharField()


class PromoVideoResponse(serializers.Serializer):
    """Answer of GET /stations/{id}/promo-video."""

    video = PromoVideoShape(allow_null=True)


class DepartmentShape(serializers.Serializer):
    """A department."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    name_ru = serializers.CharField(allow_null=True)
    name_en = serializers.CharField(allow_null=True)
    description_ru = serializers.CharField(allow_null=True)
    description_en = serializers.CharField(allow_null=True)
    image = serializers.CharField(allow_null=True)
    status = serializers.CharField(allow_null=True)


class DepartmentDetailShape(DepartmentShape):
    """A department with its instants."""

    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DepartmentList(serializers.Serializer):
    """Answer of GET /stations/departments."""

    data = DepartmentShape(many=True)


class DepartmentResponse(serializers.Serializer):
    """Answer of GET /stations/departments/{id}."""

    data = DepartmentDetailShape()


class CommentsQuery(NeedsKeys, serializers.Serializer):
    """Query of GET /courses/comments."""

    needed = ("station_id",)
    needed_message = _("station_id is missing.")

    station_id = serializers.IntegerField(min_value=1, max_value=LARGEST_INTEGER)
    lesson_index = serializers.IntegerField(
        min_value=0, max_value=LARGEST_INTEGER, required=False, default=None
    )
    topic_index = serializers.IntegerField(
        min_value=0, max_value=LARGEST_INTEGER, required=False, default=None
    )
    file_object_key = KeyField(required=False, allow_blank=True, default=None)


class CommentRequest(serializers.Serializer):
    """Body of POST /courses/comments."""

    station_id = IdField()
    lesson_index = PositionField(required=False, allow_null=True, default=None)
    topic_index = PositionField(required=False, allow_null=True, default=None)
    file_object_key = KeyField(required=False, allow_blank=True, allow_null=True, default=None)
    comment_text = LinesField(max_length=COMMENT_MAX_CHARACTERS, allow_blank=True)


class CommentShape(serializers.Serializer):
    """A comment."""

    id = serializers.IntegerField()
    userId = serializers.CharField()
    userName = serializers.CharField()
    userRole = serializers.CharField()
    text = serializers.CharField()
    createdAt = serializers.DateTimeField()
    fileObjectKey = serializers.CharField(allow_null=True)


class CommentList(serializers.Serializer):
    """Answer of GET /courses/comments."""

    data = CommentShape(many=True)


class CommentResponse(serializers.Serializer):
    """Answer of POST /courses/comments."""

    data = CommentShape()


class HeroImageResponse(serializers.Serializer):
    """Answer of GET /site/hero-image."""

    image_key = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)


class SlideShape(serializers.Serializer):
    """A picture of the slider."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    orderIndex = serializers.IntegerField()


class SlidesResponse(serializers.Serializer):
    """Answer of GET /site/hero-slider."""

    items = SlideShape(many=True)
