"""Routes of the bell, below /admin/notices/."""

from django.urls import path

from lms.admin.notices import bell

urlpatterns = [
    path("", bell.latest, name="notices-latest"),
    path("read/", bell.read, name="notices-read"),
]
