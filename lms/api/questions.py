"""Tests and results."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.authentication import link_session, user_of
from lms.api.examples import questions as examples
from lms.api.serializers import questions as schemas
from lms.errors import AttemptLimitReached, TestNotFound
from lms.selectors.questions import tests as selectors
from lms.services.questions import attempts, serving
from media_admin.services import objects
from portal.common.errors import NotFound
from portal.common.openapi import errors, request_example, response_example

# The client puts the address straight into <img>; a quiz is over long before.
PICTURE_LINK_SECONDS = 24 * 3600


def _answer(
    request: Request,
    test: selectors.AnyTest | None,
    questions: list[selectors.QuestionRow] | None = None,
) -> Response:
    if test is None:
        return Response({"test": None})
    questions = selectors.questions_of(test) if questions is None else questions
    for question in questions:
        question["image"] = _picture_url(request, question["image"])
    return Response({"test": schemas.test_json(test, questions)})


def _served(request: Request, test: selectors.AnyTest | None) -> Response:
    return _answer(request, test, serving.serve(user_of(request), test) if test else None)


def _picture_url(request: Request, image: str) -> str:
    """Return an address that works without headers; older rows hold addresses, ours object keys."""
    if not image or image.startswith(("http://", "https://", "/")):
        return image
    return objects.presign_download(
        image, expires_in_seconds=PICTURE_LINK_SECONDS, session=link_session(request)
    )


def _is_from_editor(request: Request) -> bool:
    """Tell whether the client's editor of tests asks: it sends the same request as an employee."""
    path = urlsplit(request.headers.get("Referer", "")).path
    return user_of(request).is_editor and f"{path}/".startswith("/admin/")


class ProgramTestView(APIView):
    """The final test of a program."""

    parameter_examples: ClassVar[dict[str, Any]] = {"program_id": 7}

    @extend_schema(
        summary="Get the final test of a program",
        tags=["Tests"],
        responses={200: schemas.TestResponse, **errors(NotFound)},
        examples=[response_example({"test": examples.FINAL_TEST})],
    )
    def get(self, request: Request, program_id: int) -> Response:
        """Return the test, or null when the program has none.

        Who may not take it gets correctAnswer -1 and no explanations.
        """
        return _served(request, selectors.test_of_program(program_id))


class LessonTestView(APIView):
    """The test of a lesson."""

    parameter_examples: ClassVar[dict[str, Any]] = {"lesson_id": 301}

    @extend_schema(
        summary="Get the test of a lesson",
        tags=["Tests"],
        responses={200: schemas.TestResponse, **errors(NotFound)},
        examples=[response_example({"test": examples.LESSON_TEST})],
    )
    def get(self, request: Request, lesson_id: int) -> Response:
        """Return the test, or null when the lesson has none.

        Who may not take it gets correctAnswer -1 and no explanations. Editors of content, on a page
        below /admin/, name the test itself instead of its lesson.
        """
        if _is_from_editor(request):
            return _answer(request, selectors.test_for_editor(lesson_id))
        return _served(request, selectors.test_of_lesson(lesson_id))


class ResultsView(APIView):
    """The caller's results of a test."""

    parameter_examples: ClassVar[dict[str, Any]] = {"test_type": "final", "test_id": 1003}

    @extend_schema(
        summary="List your results of a test",
        tags=["Tests"],
        responses={200: schemas.ResultsResponse, **errors(TestNotFound)},
        examples=[response_example(examples.RESULTS)],
    )
    def get(self, request: Request, test_type: str, test_id: int) -> Response:
        """List the results, newest first. The attempt that follows is timed from here on."""
        test = selectors.active_test(test_type, test_id)
        if not _is_from_editor(request):
            serving.start(user_of(request).pk, test)
        results = selectors.results_of(user_of(request).pk, test)
        data = [schemas.result_json(result) for result in results]
        return Response({"data": data, "total_attempts": len(data)})


class CreateResultView(APIView):
    """One attempt at a test."""

    @extend_schema(
        summary="Submit the answers of a test",
        tags=["Tests"],
        request=schemas.CreateResultRequest,
        responses={201: schemas.StoredResponse, **errors(AttemptLimitReached, TestNotFound)},
        examples=[
            request_example(examples.ANSWERS_REQUEST),
            response_example({"data": examples.STORED_RESULT}),
        ],
    )
    def post(self, request: Request) -> Response:
        """Grade the answers on the server and store the result."""
        form = schemas.CreateResultRequest(data=request.data)
        form.is_valid(raise_exception=True)
        result = attempts.record_result(
            user_of(request),
            kind=form.validated_data["test_type"],
            test_id=form.validated_data["test_id"],
            answers=form.validated_data["answers_data"],
            claimed_score=form.validated_data["score"],
        )
        return Response({"data": schemas.stored_json(result)}, status=status.HTTP_201_CREATED)
