"""Serializers of notices."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from lms.api.serializers.base import RowSerializer
from lms.models import Notice

MOST_NOTICES = 100


class UUIDTextField(serializers.UUIDField):
    """A UUID as text; the framework would take a number for one too."""

    def to_internal_value(self, data: Any) -> UUID:
        """Refuse what is no text."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class NoticesQuery(serializers.Serializer):
    """Query of GET /me/notices."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MOST_NOTICES, required=False, default=20
    )
    before = serializers.UUIDField(
        required=False, default=None, help_text="The last notice of the page before."
    )


class NoticeSerializer(RowSerializer):
    """A notice; `path` is the address of a page from the portal's root, or empty."""

    class Meta:
        model = Notice
        fields = Notice.API_FIELDS


NoticeList: Any = inline_serializer(
    "NoticeList",
    {"data": NoticeSerializer(many=True), "unread": serializers.IntegerField()},
)


class ReadNoticesRequest(serializers.Serializer):
    """Body of POST /me/notices/read; without `ids` all notices are meant."""

    ids = serializers.ListField(
        child=UUIDTextField(), max_length=MOST_NOTICES, required=False, allow_empty=True
    )


ReadNotices: Any = inline_serializer("ReadNotices", {"unread": serializers.IntegerField()})
