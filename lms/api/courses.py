"""Courses and training programs: public, read-only."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from lms.api.examples import courses as examples
from lms.api.examples.base import COURSE_ID
from lms.api.public import PublicView
from lms.api.serializers import courses as schemas
from lms.errors import CourseNotFound, StationNotFound, TopicNotFound
from lms.selectors import stations
from lms.selectors.courses import catalogue, outline, program_json
from portal.common.errors import NotFound
from portal.common.openapi import errors, response_example


class CourseListView(PublicView):
    """The courses of a station."""

    parameter_examples: ClassVar[dict[str, Any]] = {"station_id": 1}

    @extend_schema(
        summary="List the courses of a station",
        tags=["Courses"],
        operation_id="courses_of_station",
        responses={200: schemas.CourseList, **errors(NotFound)},
        examples=[response_example({"data": [examples.COURSE]})],
    )
    def get(self, request: Request, station_id: int) -> Response:
        """List the active courses of a station."""
        return Response({"data": catalogue.course_rows(station_id)})


class CourseView(PublicView):
    """A course with the programs of its station."""

    parameter_examples: ClassVar[dict[str, Any]] = {"course_id": COURSE_ID}

    @extend_schema(
        summary="Get a course with its programs",
        tags=["Courses"],
        responses={200: schemas.CourseResponse, **errors(CourseNotFound)},
        examples=[response_example(examples.COURSE_WITH_PROGRAMS)],
    )
    def get(self, request: Request, course_id: UUID) -> Response:
        """Return the course; 404 when it does not exist."""
        course = catalogue.course_row(course_id)
        programs = catalogue.program_rows(course["station_id"])
        return Response({"course": course, "programs": programs})


class CourseProgramsView(PublicView):
    """The programs of a course's station."""

    parameter_examples: ClassVar[dict[str, Any]] = {"course_id": COURSE_ID}

    @extend_schema(
        summary="List the programs of a course",
        tags=["Courses"],
        responses={200: schemas.ProgramList, **errors(CourseNotFound)},
        examples=[response_example({"data": [examples.PROGRAM_LIST_ITEM]})],
    )
    def get(self, request: Request, course_id: UUID) -> Response:
        """List the active programs; 404 when the course does not exist."""
        course = catalogue.course_row(course_id)
        return Response({"data": catalogue.program_rows(course["station_id"])})


class CourseProgramView(PublicView):
    """The active program of a station."""

    parameter_examples: ClassVar[dict[str, Any]] = {"station_id": 1}

    @extend_schema(
        summary="Get the active program of a station",
        tags=["Programs"],
        responses={200: schemas.CourseProgramResponse, **errors(StationNotFound)},
        examples=[response_example({"courseProgram": examples.PROGRAM})],
    )
    def get(self, request: Request, station_id: int) -> Response:
        """Return the program, or null when the station has none; 404 for an unknown station."""
        program = outline.active_program(station_id)
        if program is None:
            stations.require_station(station_id)
            return Response({"courseProgram": None})
        lessons = outline.program_outline(program["id"])
        texts = outline.program_texts(program["id"])
        return Response({"courseProgram": program_json.program_json(program, lessons, texts)})


class TopicFilesView(PublicView):
    """The files of a topic."""

    parameter_examples: ClassVar[dict[str, Any]] = {"station_id": 1, "topic_id": 401}

    @extend_schema(
        summary="List the files of a topic",
        tags=["Programs"],
        responses={200: schemas.TopicFilesResponse, **errors(TopicNotFound)},
        examples=[response_example({"data": examples.TOPIC_FILES})],
    )
    def get(self, request: Request, station_id: int, topic_id: int) -> Response:
        """List the active files; 404 for a topic of another station."""
        files = catalogue.topic_files(station_id, topic_id)
        data = [{**program_json.file_json(file), "isActive": True} for file in files]
        return Response({"data": data})
