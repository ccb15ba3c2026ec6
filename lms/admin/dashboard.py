"""The start page of each role: figures, what is missing, what happened, where to begin."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.models import EnrollmentStatus, User
from lms.selectors import reports
from lms.services.courses import size_text


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the start page shows to this person; named by UNFOLD["DASHBOARD_CALLBACK"]."""
    user = request.user
    sees_content = user.has_perm("lms.view_courseprogram")
    sees_people = user.has_perm("lms.view_enrollment")
    content = reports.content_figures() if sees_content else {}
    cards = (_people_cards() if sees_people else []) + (_content_cards(content))
    context.update(
        cards=cards,
        quick_links=_quick_links(request),
        todo=_missing(content),
        first_steps=_first_steps(content) if _is_new(content) else [],
        edits=_edits(request) if sees_content else None,
        learning=_learning() if sees_people else None,
        greeting=user.get_full_name(),
        is_reader=not sees_content,
    )
    return context


def _people_cards() -> list[dict[str, Any]]:
    people = reports.people_figures()
    tests = reports.test_figures()
    statuses = [
        {
            "text": f"{number_format(people[status.value])} {status.label}",
            "url": _list("enrollment", f"status__exact={status.value}"),
        }
        for status in EnrollmentStatus
    ]
    total = sum(people[status.value] for status in EnrollmentStatus)
    return [
        {
            "title": _("People"),
            "icon": "group",
            "value": number_format(people["accounts"]),
            "url": _list("user", "is_active__exact=1"),
            "note": ngettext(
                "%(count)s learned in the last %(days)s days",
                "%(count)s learned in the last %(days)s days",
                people["learning"],
            )
            % {"count": number_format(people["learning"]), "days": people["days"]},
        },
        {
            "title": _("Enrolments"),
            "icon": "how_to_reg",
            "value": number_format(total),
            "url": _list("enrollment"),
            "links": statuses,
        },
        {
            "title": _("Tests passed"),
            "icon": "grading",
            "value": number_format(tests["passes"]),
            "url": _list("testresult", "passed__exact=1"),
            "note": _("of %(attempts)s attempts in the last %(days)s days")
            % {"attempts": number_format(tests["attempts"]), "days": tests["days"]},
        },
    ]


def _content_cards(content: dict[str, Any]) -> list[dict[str, Any]]:
    if not content:
        return []
    return [
        {
            "title": _("Programs"),
            "icon": "school",
            "value": number_format(content["programs"]),
            "url": _list("courseprogram", "is_active__exact=1"),
            "note": ngettext(
                "active, for %(count)s station",
                "active, for %(count)s stations",
                content["stations"],
            )
            % {"count": number_format(content["stations"])},
        },
        {
            "title": _("Files"),
            "icon": "attach_file",
            "value": number_format(content["files"]),
            "url": _list("topicfile"),
            "note": _("%(size)s in %(topics)s topics")
            % {
                "size": size_text(content["size_bytes"]),
                "topics": number_format(content["topics"]),
            },
        },
    ]


def _missing(content: dict[str, Any]) -> list[dict[str, Any]]:
    if not content:
        return []
    rows = [
        (
            content["without_lessons"],
            ngettext(
                "%d program without lessons",
                "%d programs without lessons",
                content["without_lessons"],
            ),
            _list("courseprogram", "is_active__exact=1&lesson=without"),
        ),
        (
            content["without_files"],
            ngettext("%d topic without files", "%d topics without files", content["without_files"]),
            _list("topic", "is_active__exact=1&file=without"),
        ),
        (
            content["without_questions"],
            ngettext(
                "%d lesson test without questions",
                "%d lesson tests without questions",
                content["without_questions"],
            ),
            _list("lessontest", "is_active__exact=1&question=without"),
        ),
    ]
    return [{"text": text % count, "url": url} for count, text, url in rows if count]


def _is_new(content: dict[str, Any]) -> bool:
    return bool(content) and not (content["programs"] and content["files"])


def _first_steps(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "title": _("Add a station"),
            "note": _("Its name, figures, equipment and pictures."),
            "url": _add("station"),
            "done": content["stations"] > 0,
        },
        {
            "title": _("Make its program"),
            "note": _("A title, what is learned, and the lessons."),
            "url": _add("courseprogram"),
            "done": content["programs"] > 0,
        },
        {
            "title": _("Fill the lessons with topics"),
            "note": _("Each topic takes a PDF, videos and documents."),
            "url": _list("lesson"),
            "done": content["topics"] > 0,
        },
        {
            "title": _("Upload the files"),
            "note": _("Drop them on a topic; they go straight to the store."),
            "url": _list("topic"),
            "done": content["files"] > 0,
        },
    ]


def _quick_links(request: HttpRequest) -> list[dict[str, Any]]:
    wanted = [
        ("courseprogram", _("New program"), "school"),
        ("station", _("New station"), "factory"),
        ("topicfile", _("Upload a file"), "upload"),
        ("lessontest", _("New test"), "quiz"),
        ("user", _("New account"), "person_add"),
    ]
    links = [
        {"title": title, "icon": icon, "url": _add(name)}
        for name, title, icon in wanted
        if request.user.has_perm(f"lms.add_{name}")
    ]
    if request.user.has_perm("lms.export_enrollment"):
        url = reverse("admin:lms_enrollment_export")
        links.append({"title": _("Export progress"), "icon": "download", "url": url})
    return links


def _learning() -> list[dict[str, Any]]:
    rows = reports.recent_learning()
    for row in rows:
        row["place"] = reports.workplace(row["person"])
        row["age"] = _age(row["when"])
        row["url"] = _list(
            "testresult" if row["kind"] == "test" else "topicprogress",
            f"q={row['person'].username}",
        )
    return rows


def _edits(request: HttpRequest) -> list[dict[str, Any]]:
    entries = LogEntry.objects.select_related("user", "content_type").order_by("-action_time")
    if not request.user.is_superuser:
        entries = entries.exclude(content_type__model__in=_hidden_models(request.user))
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


def _list(name: str, query: str = "") -> str:
    return reverse(f"admin:lms_{name}_changelist") + (f"?{query}" if query else "")


def _add(name: str) -> str:
    return reverse(f"admin:lms_{name}_add")
