"""Every route as the client spells it, under both spellings of the final slash."""

from lms.api import accounts, files, stations
from portal.common.routes import route, routes

app_name = "api"

urlpatterns = routes(
    route("auth/login", accounts.LoginView.as_view(), name="login"),
    route("auth/refresh", accounts.RefreshView.as_view(), name="refresh"),
    route("auth/logout", accounts.LogoutView.as_view(), name="logout"),
    route("auth/me", accounts.MeView.as_view(), name="me"),
    route("stations", stations.StationListView.as_view(), name="stations"),
    route("stations/<id:station_id>", stations.StationView.as_view(), name="station"),
    route("stations/<id:station_id>/equipment", stations.EquipmentView.as_view()),
    route("stations/<id:station_id>/specs", stations.SpecificationView.as_view()),
    route("stations/<id:station_id>/safety", stations.SafetyView.as_view()),
    route("stations/<id:station_id>/gas-sources", stations.GasSourceView.as_view()),
    route("stations/<id:station_id>/course-program", stations.CourseProgramView.as_view()),
    route("files/presign", files.PresignView.as_view(), name="presign"),
    route("files/presign-upload", files.PresignUploadView.as_view(), name="presign-upload"),
    route("files/folder-contents", files.FolderContentsView.as_view(), name="folder-contents"),
    route("files/exists", files.ExistsView.as_view(), name="exists"),
    # The key is the rest of the path: it may hold slashes, and a final one would be part of it.
    [
        *route("files/stream/<path:key>", files.StreamView.as_view(), name="stream")[:1],
        *route("files/video/<path:key>", files.VideoView.as_view(), name="video")[:1],
    ],
)
