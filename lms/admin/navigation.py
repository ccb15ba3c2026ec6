"""The sidebar by area, the tabs between sister lists, and the small callbacks of unfold."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

# Area, and its lists with their icons.
AREAS: list[tuple[Any, list[tuple[str, str]]]] = [
    (
        _("Training"),
        [
            ("lms.courseprogram", "school"),
            ("lms.lesson", "menu_book"),
            ("lms.topic", "topic"),
            ("lms.topicfile", "attach_file"),
            ("lms.lessontest", "quiz"),
            ("lms.finaltest", "workspace_premium"),
            ("lms.question", "help"),
            ("lms.course", "local_library"),
            ("lms.comment", "chat"),
        ],
    ),
    (
        _("Stations"),
        [("lms.station", "factory"), ("lms.department", "corporate_fare")],
    ),
    (
        _("People"),
        [
            ("lms.user", "group"),
            ("lms.profile", "badge"),
            ("lms.usersession", "devices"),
            ("lms.mail", "mail"),
        ],
    ),
    (
        _("Progress"),
        [
            ("lms.enrollment", "how_to_reg"),
            ("lms.topicprogress", "checklist"),
            ("lms.testresult", "grading"),
            ("lms.completedmaterial", "task_alt"),
            ("lms.certificate", "license"),
        ],
    ),
    (
        _("Media library"),
        [("media_admin.mediafile", "perm_media"), ("lms.videotranscodejob", "movie_edit")],
    ),
    (
        _("Changes"),
        [("lms.contentchange", "history"), ("lms.binentry", "delete")],
    ),
    (
        _("Site"),
        [("lms.herosliderimage", "view_carousel"), ("lms.sitesettings", "tune")],
    ),
    (_("System"), [("jobs.job", "pending_actions")]),
]
# Lists that share one entry of the sidebar; the first names it.
SISTERS: list[list[str]] = [
    ["lms.courseprogram", "lms.learningoutcome", "lms.programrequirement", "lms.targetaudience"],
    ["lms.lesson", "lms.lessonmaterial"],
    ["lms.question", "lms.option"],
    [
        "lms.station",
        "lms.stationequipment",
        "lms.stationspecification",
        "lms.safetysystem",
        "lms.safetyfeature",
        "lms.gassource",
        "lms.stationphoto",
        "lms.normativedocument",
        "lms.promovideo",
    ],
    ["lms.profile", "lms.userstats"],
    ["lms.usersession", "lms.ldaptempsession"],
    ["lms.enrollment", "lms.courseenrollment"],
    ["lms.completedmaterial", "lms.materialprogress"],
    ["jobs.job", "jobs.schedule", "jobs.worker"],
]


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of the sidebar with what this person may see."""
    home = {"title": _("Overview"), "icon": "home", "link": reverse("admin:index")}
    groups: list[dict[str, Any]] = [{"items": [home]}]
    for title, entries in AREAS:
        items = [
            {**entry, "icon": icon}
            for label, icon in entries
            if (entry := _list_entry(request, label)) is not None
        ]
        if items:
            groups.append({"title": title, "items": items})
    return groups


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the tabs that join sister lists."""
    groups = []
    for labels in SISTERS:
        items = [entry for label in labels if (entry := _list_entry(request, label)) is not None]
        if len(items) > 1:
            groups.append({"models": labels, "items": items})
    return groups


def environment(request: HttpRequest) -> tuple[Any, str] | None:
    """Mark the demo, whose passwords are public."""
    return (_("Demo"), "warning") if settings.DEMO else None


def site_url(request: HttpRequest) -> str | None:
    """Return the client's address where the portal serves it."""
    return "/" if settings.CLIENT_DIST else None


def _list_entry(request: HttpRequest, label: str) -> dict[str, Any] | None:
    model = apps.get_model(label)
    if not admin.site.is_registered(model):
        return None
    model_admin = admin.site.get_model_admin(model)
    if not model_admin.has_view_or_change_permission(request):
        return None
    opts = model._meta
    return {
        "title": capfirst(opts.verbose_name_plural),
        "link": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
    }
