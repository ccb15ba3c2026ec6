"""The start page: what people learned, which content is missing, and where to begin."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from lms.admin.dashboard import content, feeds, learning
from lms.admin.dashboard.figures import Links
from lms.admin.jobs.queue_warning import queue_warning
from lms.admin.request_user import request_user


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the start page shows to this person; UNFOLD["DASHBOARD_CALLBACK"] names it.

    Administrators see everything, instructors the content and results without names, HR the people.
    """
    user = request_user(request)
    links = Links(user)
    sees_content = user.has_perm("lms.view_courseprogram")
    sees_people = user.has_perm("lms.view_enrollment")
    context.update(greeting=user.get_full_name(), today=timezone.localdate())
    if sees_content or sees_people:
        context.update(learning.parts(links, sees_people=sees_people))
    if sees_content:
        context.update(content.parts(links), edits=feeds.edits(request, user))
    if sees_people:
        context.update(latest=feeds.latest_learning(links), stopped=feeds.stopped(links))
    if user.has_perm("jobs.view_job"):
        context["queue_warning"] = queue_warning()
    context["quick_links"] = feeds.quick_links(user)
    context["totals"] = [*context.get("content_totals", []), *context.get("people_totals", [])]
    return context
