"""Every route as the client spells it, under both spellings of the final slash."""

from django.urls import path, register_converter

from lms.api import (
    accounts,
    certificates,
    comments,
    courses,
    departments,
    files,
    notices,
    profiles,
    progress,
    questions,
    site,
    stations,
)
from lms.api.response_cache import cached_response
from portal.common.routes import route, routes


class TestKindConverter:
    """lesson or final, nothing else, so that the routes beside it stay reachable."""

    regex = "lesson|final"

    def to_python(self, value: str) -> str:
        """Return the kind."""
        return value

    def to_url(self, value: str) -> str:
        """Return the kind."""
        return value


register_converter(TestKindConverter, "kind")

_accounts = routes(
    route("auth/login", accounts.LoginView.as_view(), name="login"),
    route("auth/refresh", accounts.RefreshView.as_view(), name="refresh"),
    route("auth/logout", accounts.LogoutView.as_view(), name="logout"),
    route("auth/me", accounts.MeView.as_view(), name="me"),
    route("auth/register-profile", profiles.RegisterProfileView.as_view()),
    route("users/me", profiles.MyProfileView.as_view()),
    route("users/me/password", accounts.ChangePasswordView.as_view()),
    route("users/me/sessions", accounts.MySessionsView.as_view()),
    route("users/me/sessions/end-others", accounts.EndOtherSessionsView.as_view()),
    route("users/me/sessions/<uuid:session_id>", accounts.MySessionView.as_view()),
    route("users/me/avatar", profiles.AvatarView.as_view()),
    route("users/me/stats", profiles.MyStatsView.as_view()),
    route("me/notices", notices.NoticesView.as_view()),
    route("me/notices/read", notices.ReadNoticesView.as_view()),
    route("site/hero-image", site.HeroImageView.as_view()),
    route("site/hero-slider", site.HeroSliderView.as_view()),
)
_stations = routes(
    route("stations", cached_response(stations.StationListView.as_view()), name="stations"),
    route("stations/departments", departments.DepartmentListView.as_view()),
    route("stations/departments/<id:department_id>", departments.DepartmentView.as_view()),
    route(
        "stations/<id:station_id>",
        cached_response(stations.StationView.as_view()),
        name="station",
    ),
    route("stations/<id:station_id>/equipment", stations.EquipmentView.as_view()),
    route("stations/<id:station_id>/specs", stations.SpecificationView.as_view()),
    route("stations/<id:station_id>/safety", stations.SafetyView.as_view()),
    route("stations/<id:station_id>/gas-sources", stations.GasSourceView.as_view()),
    route("stations/<id:station_id>/promo-video", stations.PromoVideoView.as_view()),
    route(
        "stations/<id:station_id>/course-program",
        cached_response(courses.CourseProgramView.as_view()),
    ),
    route(
        "stations/<id:station_id>/course-program/topics/<id:topic_id>/files",
        courses.TopicFilesView.as_view(),
    ),
)
_courses = routes(
    route("courses/stations/<id:station_id>", courses.CourseListView.as_view()),
    route("courses/comments", comments.CommentsView.as_view()),
    route("courses/<uuid:course_id>", courses.CourseView.as_view()),
    route("courses/<uuid:course_id>/programs", courses.CourseProgramsView.as_view()),
    route("courses/<uuid:course_id>/enroll", progress.EnrollInCourseView.as_view()),
    route("courses/me/enrollments", progress.MyCoursesView.as_view()),
    route("courses/me/programs", progress.MyProgramsView.as_view()),
    route("courses/me/stats", progress.MyFiguresView.as_view()),
    route("courses/programs/<id:program_id>/enroll", progress.EnrollView.as_view()),
    route("courses/programs/<id:program_id>/progress", progress.ProgramProgressView.as_view()),
    route(
        "courses/programs/<id:program_id>/materials/complete",
        progress.CompleteMaterialView.as_view(),
    ),
    route("courses/progress/save", progress.SavePositionView.as_view()),
    route("courses/progress/batch", progress.BatchView.as_view()),
    # After its two siblings: a key holds slashes, and a final one would be part of it.
    [path("courses/progress/<path:material_key>", progress.PositionView.as_view())],
    route("courses/tests/results/create", questions.CreateResultView.as_view()),
    route("courses/tests/course-program/<id:program_id>", questions.ProgramTestView.as_view()),
    route("courses/tests/lesson/<id:lesson_id>", questions.LessonTestView.as_view()),
    route("courses/tests/<kind:test_type>/<id:test_id>/results", questions.ResultsView.as_view()),
)
_files = routes(
    route("files/presign", files.PresignView.as_view(), name="presign"),
    route("files/presign-upload", files.PresignUploadView.as_view(), name="presign-upload"),
    route("files/folder-contents", files.FolderContentsView.as_view(), name="folder-contents"),
    route("files/exists", files.ExistsView.as_view(), name="exists"),
    # The key is the rest of the path: it may hold slashes, and a final one would be part of it.
    [
        path("files/stream/<path:key>", files.StreamView.as_view(), name="stream"),
        path("files/video/<path:key>", files.VideoView.as_view(), name="video"),
        path("files/hls/<path:key>", files.HlsView.as_view(), name="hls"),
    ],
)

_certificates = routes(
    route("certificates/me", certificates.MyCertificatesView.as_view()),
    route("certificates/<str:number>/pdf", certificates.CertificatePdfView.as_view()),
)

# The most often asked first: a path is compared with one route after the other.
urlpatterns = [*_files, *_courses, *_accounts, *_stations, *_certificates]
# Pages for people, at the root whatever stands before the portal; after the API's own routes.
page_urlpatterns = route(
    "certificates/<str:number>", certificates.CertificatePageView.as_view(), name="certificate"
)
