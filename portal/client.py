"""Serves the built client's index.html for every page address that only its router knows."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe


@require_safe
def index(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Answer with index.html; WhiteNoise has served whatever exists as a file."""
    page = Path(settings.CLIENT_DIST) / "index.html"
    response = FileResponse(page.open("rb"), content_type="text/html; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
