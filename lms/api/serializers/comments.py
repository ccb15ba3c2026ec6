"""Serializers of comments on topics and files."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from lms.api.serializers.base import (
    LARGEST_INTEGER,
    IdField,
    KeyField,
    LinesField,
    NeedsKeys,
    PositionField,
)
from lms.models import Comment

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


class CommentsQuery(NeedsKeys):
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


class CommentSerializer(serializers.Serializer):
    """A comment."""

    id = serializers.IntegerField()
    userId = serializers.CharField()
    userName = serializers.CharField()
    userRole = serializers.CharField()
    text = serializers.CharField()
    createdAt = serializers.DateTimeField()
    fileObjectKey = serializers.CharField(allow_null=True)


CommentList = inline_serializer("CommentList", {"data": CommentSerializer(many=True)})
CommentResponse = inline_serializer("CommentResponse", {"data": CommentSerializer()})
