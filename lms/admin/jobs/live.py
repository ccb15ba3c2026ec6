"""What the lists about jobs share: for administrators, read-only, renewed without a reload."""

from typing import Any

from django.db.models import Model
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise

from lms.admin.base import ReadOnlyModelAdmin
from lms.admin.jobs.queue_warning import queue_warning
from portal.jobs import selectors

# static/lms/jobs/live.js asks for the changing part of a page by this header.
_PART_HEADER = "X-Portal-Part"
_POLL_SECONDS = 3


class LiveModelAdmin(ReadOnlyModelAdmin):
    """A list whose rows change by themselves; the page asks for them while something runs or waits.

    Only administrators have permissions for these models (lms/models/roles.py).
    """

    list_before_template = "lms/admin/jobs/head.html"
    empty_note: str | Promise = ""

    class Media:
        css = {"all": ["lms/jobs/jobs.css"]}
        js = [Script("lms/jobs/live.js", type="module")]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Old rows are deleted by the portal itself."""
        return False

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """Let administrators act on jobs and schedules, which nobody edits."""
        name = f"{self.opts.app_label}.change_{self.opts.model_name}"
        return bool(request.user.has_perm(name))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, or its changing part alone."""
        context = {**live_context(), "empty_note": self.empty_note, **(extra_context or {})}
        response = super().changelist_view(request, context)
        return only_part(request, response, "lms/admin/jobs/list_part.html")


def live_context() -> dict[str, Any]:
    """Return what every page about jobs shows above its content."""
    counts = selectors.unfinished_counts()
    return {
        "queue_warning": queue_warning(),
        "running_count": counts.get("running", 0),
        "waiting_count": counts.get("ready", 0),
        "poll_seconds": _POLL_SECONDS if counts else None,
    }


def only_part(request: HttpRequest, response: HttpResponse, template: str) -> HttpResponse:
    """Let a page that asks for news get these alone."""
    if _PART_HEADER in request.headers and isinstance(response, TemplateResponse):
        response.template_name = template
    return response
