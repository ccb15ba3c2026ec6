"""Enroll, complete, save a place, own programs and figures."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.serializers import progress as schemas
from lms.api.serializers.accounts import SuccessResponse
from lms.api.serializers.base import LARGEST_INTEGER, NoBody
from lms.selectors.progress import enrollments as selectors
from lms.selectors.progress.completions import positions
from lms.services.progress import completions, enrollments
from lms.services.progress.positions import save_position


class EnrollView(APIView):
    """Enroll in a program."""

    @extend_schema(request=None, responses=schemas.EnrolledResponse)
    def post(self, request: Request, program_id: int) -> Response:
        """Enroll the caller; repeat as often as you like."""
        NoBody(data=request.data).is_valid(raise_exception=True)
        row, created = enrollments.enroll(request.user.pk, program_id)
        return Response({"success": True, "created": created, "data": schemas.enrollment_json(row)})


class ProgramProgressView(APIView):
    """How far the caller is in a program."""

    @extend_schema(responses=schemas.ProgressResponse)
    def get(self, request: Request, program_id: int) -> Response:
        """Return the progress; 404 `Enrollment not found` when not enrolled. Writes nothing."""
        progress = completions.program_progress(request.user.pk, program_id)
        return Response({"data": schemas.progress_json(progress)})


class CompleteMaterialView(APIView):
    """Something was opened or completed."""

    @extend_schema(request=schemas.CompleteMaterialRequest, responses=schemas.ProgressResponse)
    def post(self, request: Request, program_id: int) -> Response:
        """Record it and return the progress; enrolls implicitly, repeats change nothing."""
        form = schemas.CompleteMaterialRequest(data=request.data)
        form.is_valid(raise_exception=True)
        progress = completions.complete_material(request.user.pk, program_id, **form.validated_data)
        return Response({"data": schemas.progress_json(progress)})


class EnrollInCourseView(APIView):
    """Enroll in a course of the catalogue."""

    @extend_schema(request=None, responses=SuccessResponse)
    def post(self, request: Request, course_id: UUID) -> Response:
        """Enroll the caller; repeat as often as you like."""
        NoBody(data=request.data).is_valid(raise_exception=True)
        enrollments.enroll_in_course(request.user.pk, course_id)
        return Response({"success": True})


class MyCoursesView(APIView):
    """The caller's courses of the catalogue."""

    @extend_schema(responses=schemas.MyCoursesResponse)
    def get(self, request: Request) -> Response:
        """List them, latest activity first."""
        rows = selectors.my_courses(request.user.pk)
        return Response({"data": [schemas.my_course_json(row) for row in rows]})


class MyProgramsView(APIView):
    """The caller's programs."""

    @extend_schema(responses=schemas.MyProgramsResponse)
    def get(self, request: Request) -> Response:
        """List them, latest activity first."""
        rows = selectors.my_programs(request.user.pk)
        return Response({"data": [schemas.my_program_json(row) for row in rows]})


class MyFiguresView(APIView):
    """The caller's figures."""

    @extend_schema(responses=schemas.FiguresResponse)
    def get(self, request: Request) -> Response:
        """Count programs and materials, and the mean score."""
        figures = selectors.my_figures(request.user.pk)
        data = {name: value for name, value in figures.items() if name != "total_progress"}
        return Response({"data": data})


class SavePositionView(APIView):
    """Remember a place in a video or document."""

    @extend_schema(request=schemas.SavePositionRequest, responses=schemas.SavedResponse)
    def post(self, request: Request) -> Response:
        """Store the place and return it."""
        form = schemas.SavePositionRequest(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        row = save_position(request.user.pk, program_id=values.pop("course_program_id"), **values)
        return Response({"success": True, "data": schemas.saved_json(row)})


class PositionView(APIView):
    """The place in one material."""

    @extend_schema(
        responses=schemas.PositionResponse,
        parameters=[OpenApiParameter("course_program_id", int, required=False)],
    )
    def get(self, request: Request, material_key: str) -> Response:
        """Return the place, or null for a material never opened."""
        if "\0" in material_key:
            return Response({"data": None, "found": False})
        field = serializers.IntegerField(min_value=1, max_value=LARGEST_INTEGER, allow_null=True)
        program_id = field.run_validation(request.query_params.get("course_program_id") or None)
        found = positions(request.user.pk, [material_key], program_id=program_id)
        data = schemas.position_json(found[0]) if found else None
        return Response({"data": data, "found": bool(found)})


class BatchView(APIView):
    """The places in many materials."""

    @extend_schema(request=schemas.BatchRequest, responses=schemas.BatchResponse)
    def post(self, request: Request) -> Response:
        """Return the known places by key."""
        form = schemas.BatchRequest(data=request.data)
        form.is_valid(raise_exception=True)
        found = positions(
            request.user.pk,
            form.validated_data["material_keys"],
            program_id=form.validated_data["course_program_id"],
        )
        data = {}
        for row in found:
            place = schemas.position_json(row)
            data[place.pop("material_key")] = place
        return Response({"data": data, "found": len(found)})
