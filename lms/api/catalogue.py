"""The course catalogue, departments, introduction videos, files of topics, and comments."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.public import PublicView
from lms.api.serializers import catalogue as schemas
from lms.api.serializers import courses as course_schemas
from lms.selectors import stations
from lms.selectors.courses import catalogue, program_json
from lms.services.courses import comments


class CourseListView(PublicView):
    """The courses of a station."""

    @extend_schema(responses=schemas.CourseList, operation_id="courses_of_station")
    def get(self, request: Request, station_id: int) -> Response:
        """List the active courses of a station."""
        return Response({"data": catalogue.course_rows(station_id)})


class CourseView(PublicView):
    """A course with the programs of its station."""

    @extend_schema(responses=schemas.CourseResponse)
    def get(self, request: Request, course_id: UUID) -> Response:
        """Return the course; 404 when it does not exist."""
        course = catalogue.course_row(course_id)
        programs = catalogue.program_rows(course["station_id"])
        return Response({"course": course, "programs": programs})


class CourseProgramsView(PublicView):
    """The programs of a course's station."""

    @extend_schema(responses=schemas.ProgramList)
    def get(self, request: Request, course_id: UUID) -> Response:
        """List them; 404 when the course does not exist."""
        course = catalogue.course_row(course_id)
        return Response({"data": catalogue.program_rows(course["station_id"])})


class TopicFilesView(PublicView):
    """The files of a topic."""

    @extend_schema(responses=course_schemas.TopicFilesResponse)
    def get(self, request: Request, station_id: int, topic_id: int) -> Response:
        """List the active files; 404 for a topic of another station."""
        files = catalogue.topic_files(station_id, topic_id)
        data = [{**program_json.file_json(file), "isActive": True} for file in files]
        return Response({"data": data})


class PromoVideoView(PublicView):
    """The introduction video of a station."""

    @extend_schema(responses=schemas.PromoVideoResponse)
    def get(self, request: Request, station_id: int) -> Response:
        """Return the video, or null; 404 for an unknown station."""
        video = catalogue.promo_video(station_id)
        if video is None:
            stations.require_station(station_id)
        return Response({"video": schemas.promo_video_json(video)})


class DepartmentListView(PublicView):
    """All departments."""

    @extend_schema(responses=schemas.DepartmentList, operation_id="departments_list")
    def get(self, request: Request) -> Response:
        """List the departments."""
        return Response({"data": catalogue.department_rows()})


class DepartmentView(PublicView):
    """One department."""

    @extend_schema(responses=schemas.DepartmentResponse)
    def get(self, request: Request, department_id: int) -> Response:
        """Return the department; 404 when it does not exist."""
        return Response({"data": catalogue.department_row(department_id)})


class CommentsView(APIView):
    """Comments on a topic or a file."""

    @extend_schema(parameters=[schemas.CommentsQuery], responses=schemas.CommentList)
    def get(self, request: Request) -> Response:
        """List the comments of a place, newest first."""
        query = schemas.CommentsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = catalogue.comments(**query.validated_data)
        return Response({"data": [schemas.comment_json(comment) for comment in found]})

    @extend_schema(request=schemas.CommentRequest, responses={201: schemas.CommentResponse})
    def post(self, request: Request) -> Response:
        """Store a comment and return it."""
        form = schemas.CommentRequest(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        comment = comments.add_comment(request.user.pk, text=values.pop("comment_text"), **values)
        data = schemas.comment_json(comment)
        return Response({"data": data}, status=status.HTTP_201_CREATED)
