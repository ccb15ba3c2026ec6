"""Composition root: joins the admin, the API, the media endpoints and the client."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from lms.admin import export_download
from lms.admin.notices.urls import urlpatterns as bell_urlpatterns
from lms.api.urls import page_urlpatterns
from lms.api.urls import urlpatterns as api_routes
from lms.pages.urls import urlpatterns as account_pages
from media_admin.api.urls import public_urlpatterns, staff_urlpatterns
from portal import client, docs, health
from portal.common.routes import route, routes
from portal.internals import for_internals

_docs = routes(
    [path("openapi.yaml", for_internals(docs.contract), name="openapi")],
    route("docs", for_internals(docs.DocsView.as_view()), name="docs"),
)
_health = routes(
    route("health", health.live),
    route("health/live", health.live),
    route("health/ready", health.ready),
)
_api: list[URLPattern | URLResolver] = [
    *api_routes,
    *_docs,
    *_health,
    path("files/", include(public_urlpatterns)),
]

urlpatterns = [
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/media/", include(staff_urlpatterns)),
    path("admin/notices/", include(bell_urlpatterns)),
    path(
        "admin/exports/<uuid:export_id>/",
        admin.site.admin_view(export_download.download),
        name="export-download",
    ),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    *account_pages,
    path("api/", include(_api)),
]
if settings.CLIENT_DIST:
    # The client's own addresses, such as /stations, would meet the API's at the root.
    urlpatterns += [
        *_health,
        *page_urlpatterns,
        re_path(r"^(?!api/|admin/|account/|static/)(?P<path>.*)$", client.index),
    ]
else:
    urlpatterns += [path("", RedirectView.as_view(url="/admin/")), *_api, *page_urlpatterns]

handler400 = "portal.common.api_errors.bad_request"
handler403 = "portal.common.api_errors.forbidden"
handler404 = "portal.common.api_errors.not_found"
handler500 = "portal.common.api_errors.server_error"
