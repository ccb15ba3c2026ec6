"""What the portal tells the caller."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.authentication import user_of
from lms.api.examples import notices as examples
from lms.api.serializers import notices as schemas
from lms.selectors import notices as selectors
from lms.services.notices.notices import mark_read
from portal.common.openapi import request_example, response_example


class NoticesView(APIView):
    """The caller's notices."""

    parameter_examples: ClassVar[dict[str, Any]] = {"limit": 20, "before": examples.NOTICE_ID}

    @extend_schema(
        summary="List your notices",
        tags=["Notices"],
        parameters=[schemas.NoticesQuery],
        responses=schemas.NoticeList,
        examples=[response_example(examples.NOTICES)],
    )
    def get(self, request: Request) -> Response:
        """List the notices, newest first; `unread` counts all unread ones."""
        query = schemas.NoticesQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        user_id = user_of(request).pk
        rows = selectors.notice_rows(user_id, **query.validated_data)
        return Response({"data": rows, "unread": selectors.unread_count(user_id)})


class ReadNoticesView(APIView):
    """The caller's notices as they are read."""

    @extend_schema(
        summary="Mark notices as read",
        tags=["Notices"],
        request=schemas.ReadNoticesRequest,
        responses=schemas.ReadNotices,
        examples=[request_example(examples.READ_REQUEST), response_example(examples.READ)],
    )
    def post(self, request: Request) -> Response:
        """Mark the named notices of the caller, or all; other people's are left alone."""
        form = schemas.ReadNoticesRequest(data=request.data)
        form.is_valid(raise_exception=True)
        user = user_of(request)
        mark_read(user, form.validated_data.get("ids"))
        return Response({"unread": selectors.unread_count(user.pk)})
