"""A bare Django project for comparison: one view that returns given bytes, no middleware."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    SECRET_KEY="bench-" + "b" * 50,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    LOGGING_CONFIG=None,
)
BODIES = {file.name: file.read_bytes() for file in Path(os.environ["BENCH_BODIES"]).iterdir()}


def body(request: HttpRequest, name: str) -> HttpResponse:
    """Return the bytes that the portal answered under this name."""
    return HttpResponse(BODIES[name], content_type="application/json")


urlpatterns = [path("<str:name>", body)]
application = get_wsgi_application()
