"""The lists of the start page that name people: latest learning, who stopped, edits; quick links.

Nothing here is cached.
"""

from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.admin.dashboard.figures import Links, optional_url
from lms.admin.deletion import kind_word
from lms.admin.object_history import change_url, object_url
from lms.models import CourseProgram, User
from lms.selectors import dashboard as selectors
from lms.selectors import reports
from lms.selectors.history import changes
from lms.services.history.changes import RECORDED_MODELS


class QuickLink(TypedDict):
    """A page that a person opens often."""

    title: str
    icon: str
    url: str


class StoppedRow(TypedDict):
    """An enrollment without activity."""

    person: User
    place: str
    program: CourseProgram
    percent: int
    when: datetime
    age: str
    url: str | None


class Edit(TypedDict):
    """What somebody has changed: one change, or the number of changes in `verb`."""

    person: User | str
    verb: str
    kind: str
    what: str
    when: datetime
    age: str
    url: str | None


def quick_links(user: User) -> list[QuickLink]:
    """List the pages that this person opens most often."""
    # Pages that the person may not open, and pages that are not installed, are left out.
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


def stopped(links: Links) -> list[StoppedRow]:
    """List who stopped last: they are the most likely to go on."""
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


def edits(request: HttpRequest, user: User) -> list[Edit]:
    """List the latest edits of objects that this person may see.

    Edits of content come from the history, which also has those of the builder, the editors and
    imports; the others come from the admin's log. All edits of one person in a program or station
    on one day are one row.
    """
    rows = _logged(user)
    if user.has_perm("lms.view_contentchange"):
        rows += _changed(request)
    return sorted(rows, key=lambda row: row["when"], reverse=True)[: reports.RECENT_ROWS]


def _logged(user: User) -> list[Edit]:
    entries = LogEntry.objects.select_related("user", "content_type").order_by("-action_time")
    if user.has_perm("lms.view_contentchange"):
        entries = entries.exclude(
            content_type__app_label="lms", content_type__model__in=RECORDED_MODELS
        )
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


def _changed(request: HttpRequest) -> list[Edit]:
    found = changes.latest_edits(reports.RECENT_ROWS)
    titles = changes.root_titles([change for change, count in found if count > 1])
    rows: list[Edit] = []
    for change, count in found:
        edit: Edit = {
            "person": change.user or _("by the server"),
            "verb": change.get_kind_display(),
            "kind": kind_word(change.model),
            "what": change.title,
            "when": change.happened_at,
            "age": _age(change.happened_at),
            "url": change_url(request, change),
        }
        root = titles.get((change.root_model, change.root_id))
        if count > 1 and root:
            verb = ngettext("%(count)s change", "%(count)s changes", count) % {"count": count}
            url = object_url(request, change.root_model, change.root_id)
            edit |= {"verb": verb, "what": root, "kind": kind_word(change.root_model), "url": url}
        rows.append(edit)
    return rows


def _verb(entry: LogEntry) -> str:
    if entry.is_addition():
        return _("added")
    return _("deleted") if entry.is_deletion() else _("changed")


def _age(when: datetime) -> str:
    if timezone.now() - when < timedelta(minutes=1):
        return _("just now")
    return _("%(age)s ago") % {"age": timesince(when, depth=1)}


def _hidden_models(user: User) -> list[str]:
    return [
        str(opts.model_name)
        for opts in (model._meta for model in apps.get_models() if admin.site.is_registered(model))
        if not user.has_perm(f"{opts.app_label}.view_{opts.model_name}")
    ]


def _admin_url(entry: LogEntry) -> str | None:
    model = entry.content_type.model_class() if entry.content_type else None
    if entry.is_deletion() or model is None or not admin.site.is_registered(model):
        return None
    return entry.get_admin_url()
