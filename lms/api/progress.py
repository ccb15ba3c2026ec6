"""Enroll, complete materials, save positions, get your programs and statistics."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.authentication import user_of
from lms.api.examples import progress as examples
from lms.api.examples.base import COURSE_ID, VIDEO_KEY
from lms.api.serializers import progress as schemas
from lms.api.serializers.accounts import SuccessResponse
from lms.api.serializers.base import LARGEST_INTEGER, NoBody
from lms.errors import CourseNotFound, EnrollmentNotFound, ProgramNotFound
from lms.selectors.progress import enrollments as selectors
from lms.selectors.progress.completions import positions
from lms.services.progress import completions, enrollments
from lms.services.progress.positions import save_position
from portal.common.errors import Invalid
from portal.common.openapi import errors, request_example, response_example, shared_errors


class EnrollView(APIView):
    """Enroll in a program."""

    parameter_examples: ClassVar[dict[str, Any]] = {"program_id": 7}

    @extend_schema(
        summary="Enroll in a program",
        tags=["Progress"],
        request=None,
        responses={
            200: schemas.EnrolledResponse,
            **shared_errors(400, 415),
            **errors(ProgramNotFound),
        },
        examples=[response_example(examples.ENROLLED)],
    )
    def post(self, request: Request, program_id: int) -> Response:
        """Enroll the caller; a repeated request changes nothing."""
        NoBody(data=request.data).is_valid(raise_exception=True)
        enrollment, created = enrollments.enroll(user_of(request).pk, program_id)
        data = schemas.enrollment_json(enrollment)
        return Response({"success": True, "created": created, "data": data})


class ProgramProgressView(APIView):
    """How far the caller is in a program."""

    parameter_examples: ClassVar[dict[str, Any]] = {"program_id": 7}

    @extend_schema(
        summary="Get your progress in a program",
        tags=["Progress"],
        responses={200: schemas.ProgressResponse, **errors(EnrollmentNotFound)},
        examples=[response_example({"data": examples.PROGRESS})],
    )
    def get(self, request: Request, program_id: int) -> Response:
        """Return the progress; 404 `Enrollment not found` when not enrolled. Writes nothing."""
        progress = completions.program_progress(user_of(request).pk, program_id)
        return Response({"data": schemas.progress_json(progress)})


class CompleteMaterialView(APIView):
    """A material that the caller opened or completed."""

    parameter_examples: ClassVar[dict[str, Any]] = {"program_id": 7}

    @extend_schema(
        summary="Record that a material was opened or completed",
        tags=["Progress"],
        request=schemas.CompleteMaterialRequest,
        responses={
            200: schemas.ProgressResponse,
            **errors(Invalid(schemas.CompleteMaterialRequest.needed_message), ProgramNotFound),
        },
        examples=[
            request_example(examples.COMPLETE_REQUEST),
            response_example({"data": examples.PROGRESS}),
        ],
    )
    def post(self, request: Request, program_id: int) -> Response:
        """Record the material, enroll the caller if needed, and return the progress."""
        form = schemas.CompleteMaterialRequest(data=request.data)
        form.is_valid(raise_exception=True)
        progress = completions.complete_material(
            user_of(request).pk, program_id, **form.validated_data
        )
        return Response({"data": schemas.progress_json(progress)})


class EnrollInCourseView(APIView):
    """Enroll in a course of the catalogue."""

    parameter_examples: ClassVar[dict[str, Any]] = {"course_id": COURSE_ID}

    @extend_schema(
        summary="Enroll in a course",
        tags=["Courses"],
        request=None,
        responses={
            200: SuccessResponse,
            **shared_errors(400, 415),
            **errors(CourseNotFound),
        },
        examples=[response_example({"success": True})],
    )
    def post(self, request: Request, course_id: UUID) -> Response:
        """Enroll the caller; a repeated request changes nothing."""
        NoBody(data=request.data).is_valid(raise_exception=True)
        enrollments.enroll_in_course(user_of(request).pk, course_id)
        return Response({"success": True})


class MyCoursesView(APIView):
    """The caller's courses of the catalogue."""

    @extend_schema(
        summary="List your courses",
        tags=["Courses"],
        responses=schemas.MyCoursesResponse,
        examples=[response_example({"data": examples.MY_COURSES})],
    )
    def get(self, request: Request) -> Response:
        """List the courses, latest activity first."""
        rows = selectors.my_courses(user_of(request).pk)
        return Response({"data": [schemas.my_course_json(row) for row in rows]})


class MyProgramsView(APIView):
    """The caller's programs."""

    @extend_schema(
        summary="List your programs",
        tags=["Progress"],
        responses=schemas.MyProgramsResponse,
        examples=[response_example({"data": examples.MY_PROGRAMS})],
    )
    def get(self, request: Request) -> Response:
        """List the programs, latest activity first."""
        rows = selectors.my_programs(user_of(request).pk)
        return Response({"data": [schemas.my_program_json(row) for row in rows]})


class MyFiguresView(APIView):
    """The caller's learning statistics."""

    @extend_schema(
        summary="Get your learning statistics",
        tags=["Progress"],
        responses=schemas.LearningFiguresResponse,
        examples=[response_example({"data": examples.LEARNING_FIGURES})],
    )
    def get(self, request: Request) -> Response:
        """Count programs and materials, and return the average score of tests."""
        figures = selectors.my_figures(user_of(request).pk)
        data = {name: value for name, value in figures.items() if name != "total_progress"}
        return Response({"data": data})


class SavePositionView(APIView):
    """The position in a video or document, as the client saves it."""

    @extend_schema(
        summary="Save the position in a video or document",
        tags=["Progress"],
        request=schemas.SavePositionRequest,
        responses={
            200: schemas.SavedResponse,
            **errors(Invalid(schemas.SavePositionRequest.needed_message), ProgramNotFound),
        },
        examples=[request_example(examples.SAVE_REQUEST), response_example(examples.SAVED)],
    )
    def post(self, request: Request) -> Response:
        """Store the position and return it."""
        form = schemas.SavePositionRequest(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        position = save_position(
            user_of(request).pk, program_id=values.pop("course_program_id"), **values
        )
        return Response({"success": True, "data": schemas.saved_json(position)})


class PositionView(APIView):
    """The position in one material."""

    parameter_examples: ClassVar[dict[str, Any]] = {
        "material_key": VIDEO_KEY,
        "course_program_id": 7,
    }

    @extend_schema(
        summary="Get the position in a material",
        tags=["Progress"],
        parameters=[OpenApiParameter("course_program_id", int, required=False)],
        responses=schemas.PositionResponse,
        examples=[response_example(examples.POSITION)],
    )
    def get(self, request: Request, material_key: str) -> Response:
        """Return the position, or null for a material that was never opened."""
        if "\0" in material_key:
            return Response({"data": None, "found": False})
        field = serializers.IntegerField(min_value=1, max_value=LARGEST_INTEGER, allow_null=True)
        program_id = field.run_validation(request.query_params.get("course_program_id") or None)
        found = positions(user_of(request).pk, [material_key], program_id=program_id)
        data = schemas.position_json(found[0]) if found else None
        return Response({"data": data, "found": bool(found)})


class BatchView(APIView):
    """The positions in several materials."""

    @extend_schema(
        summary="Get the positions in several materials",
        tags=["Progress"],
        request=schemas.BatchRequest,
        responses=schemas.BatchResponse,
        examples=[request_example(examples.BATCH_REQUEST), response_example(examples.BATCH)],
    )
    def post(self, request: Request) -> Response:
        """Return the known positions by the key of the material."""
        form = schemas.BatchRequest(data=request.data)
        form.is_valid(raise_exception=True)
        found = positions(
            user_of(request).pk,
            form.validated_data["material_keys"],
            program_id=form.validated_data["course_program_id"],
        )
        data = {}
        for row in found:
            position = schemas.position_json(row)
            data[position.pop("material_key")] = position
        return Response({"data": data, "found": len(found)})
