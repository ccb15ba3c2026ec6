"""Comments on topics and files."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.authentication import user_of
from lms.api.examples import company as examples
from lms.api.examples.base import PDF_KEY
from lms.api.serializers import comments as schemas
from lms.errors import EmptyComment, StationNotFound
from lms.selectors.courses import catalogue
from lms.services.courses import comments
from portal.common.errors import Invalid
from portal.common.openapi import errors, request_example, response_example


class CommentsView(APIView):
    """Comments on a topic or a file."""

    parameter_examples: ClassVar[dict[str, Any]] = {
        "station_id": 1,
        "lesson_index": 0,
        "topic_index": 0,
        "file_object_key": PDF_KEY,
    }

    @extend_schema(
        summary="List the comments on a topic or a file",
        tags=["Comments"],
        parameters=[schemas.CommentsQuery],
        responses={
            200: schemas.CommentList,
            **errors(Invalid(schemas.CommentsQuery.needed_message)),
        },
        examples=[response_example({"data": [examples.COMMENT]})],
    )
    def get(self, request: Request) -> Response:
        """List the comments on a topic or a file, newest first."""
        query = schemas.CommentsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = catalogue.comments(**query.validated_data)
        return Response({"data": [schemas.comment_json(comment) for comment in found]})

    @extend_schema(
        summary="Write a comment",
        tags=["Comments"],
        request=schemas.CommentRequest,
        responses={201: schemas.CommentResponse, **errors(EmptyComment, StationNotFound)},
        examples=[
            request_example(examples.COMMENT_REQUEST),
            response_example({"data": examples.COMMENT}),
        ],
    )
    def post(self, request: Request) -> Response:
        """Store a comment and return it."""
        form = schemas.CommentRequest(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        comment = comments.add_comment(
            user_of(request).pk, text=values.pop("comment_text"), **values
        )
        data = schemas.comment_json(comment)
        return Response({"data": data}, status=status.HTTP_201_CREATED)
