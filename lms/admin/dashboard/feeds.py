"""What names people or edits on the start page: latest learning, who stopped, edits, first acts.

Nothing here is kept in the cache.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from lms.admin.dashboard.figures import Links, optional_url
from lms.models import User
from lms.selectors import dashboard as selectors
from lms.selectors import reports


def quick_links(user: User) -> list[dict[str, Any]]:
    """List what this person begins with most often."""
    # Pages that a role has no use for are left out by the permission; missing ones by their name.
    wanted = [
        ("lms.add_courseprogram", "lms_courseprogram_add", _("New program"), "school"),
        ("lms.add_topicfile", "lms_topicfile_add", _("Upload a file"), "upload"),
        ("lms.add_lessontest", "lms_lessontest_add", _("New test"), "quiz"),
        ("lms.add_user", "lms_user_import", _("Import people"), "group_add"),
        ("lms.add_user", "lms_user_add", _("New account"), "person_add"),
        ("lms.export_enrollment", "lms_reports", _("Reports"), "summarize"),
        ("lms.export_enrollment", "lms_enrollment_export", _("Export progress"), "download"),
    ]
    return [
        {"title": title, "icon": icon, "url": url}
        for permission, name, title, icon in wanted
        if user.has_perm(permission) and (url := optional_url(f"admin:{name}"))
    ]


def latest_learning(links: Links) -> list[dict[str, Any]]:
    """List the latest completed topics and tests with person and age."""
    rows = reports.recent_learning()
    for row in rows:
        name = "testresult" if row["kind"] == "test" else "topicprogress"
        row["place"] = reports.workplace(row["person"])
        row["age"] = _age(row["when"])
        row["url"] = links.list_of(name, q=row["person"].username)
    return rows


def stopped(links: Links) -> list[dict[str, Any]]:
    """List who stopped last; most likely they can still be won back."""
    return [
        {
            "person": row.user,
            "place": reports.workplace(row.user),
            "program": row.course_program,
            "percent": row.progress_percent or 0,
            "when": row.last_activity or row.created_at,
            "age": _age(row.last_activity or row.created_at),
            "url": links.list_of("enrollment", stopped=1, q=row.user.username),
        }
        for row in selectors.latest_stopped()
    ]


def edits(user: User) -> list[dict[str, Any]]:
    """List the latest edits of objects that this person may see."""
    entries = LogEntry.objects.select_related("user", "content_type").order_by("-action_time")
    if not user.is_superuser:
        entries = entries.exclude(content_type__model__in=_hidden_models(user))
    return [
        {
            "person": entry.user,
            "verb": _verb(entry),
            "kind": entry.content_type.name if entry.content_type else "",
            "what": entry.object_repr,
            "when": entry.action_time,
            "age": _age(entry.action_time),
            "url": _admin_url(entry),
        }
        for entry in entries[: reports.RECENT_ROWS]
    ]


def _verb(entry: LogEntry) -> str:
    if entry.is_addition():
        return _("added")
    return _("deleted") if entry.is_deletion() else _("changed")


def _age(when: datetime) -> str:
    if timezone.now() - when < timedelta(minutes=1):
        return _("just now")
    return _("%(age)s ago") % {"age": timesince(when, depth=1)}


def _hidden_models(user: User) -> list[str]:
    models = [model._meta for model in admin.site._registry]
    return [
        opts.model_name
        for opts in models
        if not user.has_perm(f"{opts.app_label}.view_{opts.model_name}")
    ]


def _admin_url(entry: LogEntry) -> str | None:
    url = None if entry.is_deletion() else entry.get_admin_url()
    return url if url and entry.content_type.model_class() in admin.site._registry else None
