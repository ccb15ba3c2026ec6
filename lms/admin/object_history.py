"""The history page of an object of content: its changes, and how to restore it."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from lms.admin.deletion import kind_word
from lms.models import ChangeKind, ContentChange, CourseProgram, Station
from lms.models.history import model_name_of
from lms.selectors.history import changes as selectors
from lms.selectors.history import comparison
from lms.services.history.changes import RECORDED_MODELS
from portal.common.mixin_bases import AdminBase

_PAGE_SIZE = 25
# The key of a change has at most so many digits.
_MOST_DIGITS = 19
_ROOTS = (CourseProgram, Station)
_ICONS = {
    ChangeKind.CREATED.value: "add_circle",
    ChangeKind.CHANGED.value: "edit",
    ChangeKind.DELETED.value: "delete",
    ChangeKind.RESTORED.value: "restore_from_trash",
}


class ObjectHistoryMixin(AdminBase):
    """Shows the recorded changes of content; other models keep Django's page."""

    def get_urls(self) -> list[URLPattern]:
        """Add the comparison of two moments."""
        urls = super().get_urls()
        if self.opts.model_name not in RECORDED_MODELS:
            return urls
        view = self.admin_site.admin_view(self.compare_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_compare"
        return [path("<path:object_id>/history/compare/", view, name=name), *urls]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the changes of the object; those of programs and stations with all below them."""
        if self.opts.model_name not in RECORDED_MODELS:
            return super().history_view(request, object_id, extra_context)
        obj = self._seen(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        changes = _changes(obj)
        page = Paginator(comparison.operations(changes), _PAGE_SIZE).get_page(request.GET.get("p"))
        context = {
            "title": _("History: %(title)s") % {"title": obj},
            "page": page,
            "acts": _shown_operations(request, changes, list(page)),
            **(extra_context or {}),
        }
        return self._shown(request, "lms/admin/history/object.html", obj, context)

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the net effect of all changes between two moments.

        `since` and `until` are keys of changes: the state before the one is compared with the
        state after the other. Without them the oldest listed moment is compared with now.
        """
        obj = self._seen(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        changes = _changes(obj)
        asked = {name: _number(request, name) for name in ("since", "until")}
        moments = comparison.moments(changes, named=[n for n in asked.values() if n is not None])
        newest, oldest = (moments[0].last, moments[-1].first) if moments else (0, 0)
        since = oldest if asked["since"] is None else asked["since"]
        until = newest if asked["until"] is None else asked["until"]
        found, is_cut = comparison.net_changes(changes, since=since, until=until)
        context = {
            "title": _("Comparison: %(title)s") % {"title": obj},
            "moments": moments,
            "since": since,
            "until": until,
            "changes": shown_changes(request, found),
            "most": comparison.MOST_OBJECTS if is_cut else None,
        }
        return self._shown(request, "lms/admin/history/compare.html", obj, context)

    def _seen(self, request: HttpRequest, object_id: str) -> Model | None:
        """Return the object, if this person may see it and the history."""
        obj = self.get_object(request, unquote(object_id))
        may_view = obj is None or self.has_view_or_change_permission(request, obj)
        if not (may_view and request.user.has_perm("lms.view_contentchange")):
            raise PermissionDenied
        return obj

    def _shown(
        self, request: HttpRequest, template: str, obj: Model, context: dict[str, Any]
    ) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": obj,
            "original": obj,
            "with_parts": isinstance(obj, _ROOTS),
            "media": self.media,
            "preserved_filters": self.get_preserved_filters(request),
        }
        return TemplateResponse(request, template, {**shared, **context})


def _changes(obj: Model) -> QuerySet:
    find = selectors.changes_under if isinstance(obj, _ROOTS) else selectors.changes_of
    return find(model_name_of(obj), obj.pk)


def _shown_operations(
    request: HttpRequest, changes: QuerySet, spans: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Prepare operations for the template: {first, last, row, others, more}.

    `row` is the first change, which belongs to the highest of the objects; `more` counts those of
    `others` that are left out.
    """
    found = comparison.changes_of_operations(changes, spans)
    rows = shown_changes(request, [change for changed in found.values() for change in changed])
    by_change = {row["change"].pk: row for row in rows}
    shown = []
    for span in spans:
        listed = [by_change[change.pk] for change in found.get(span["act_id"], [])]
        if listed:
            row, *others = listed
            more = span["count"] - len(listed)
            shown.append({**span, "row": row, "others": others, "more": more})
    return shown


def _number(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < _MOST_DIGITS):
        raise Http404
    return int(value)


def shown_changes(request: HttpRequest, changes: Sequence[ContentChange]) -> list[dict[str, Any]]:
    """Prepare changes for the templates, with a way to undo them for those who may.

    Each is {change, icon, kind, url, rows, undo}; undo is None or {url, entry}, where `entry` is
    the entry of the bin that a deletion made.
    """
    differences = selectors.differences(changes)
    entries = selectors.bin_entries_of(changes)
    return [
        {
            "change": change,
            "icon": _ICONS.get(change.kind, "history"),
            "kind": kind_word(change.model),
            "url": change_url(request, change),
            "rows": differences[change.pk],
            "undo": _undo(request, change, entries.get((change.model, change.object_id))),
        }
        for change in changes
    ]


def change_url(request: HttpRequest, change: ContentChange) -> str | None:
    """Return the address of the object's page for the one who may see it."""
    is_gone = change.kind == ChangeKind.DELETED
    return None if is_gone else object_url(request, change.model, change.object_id)


def object_url(request: HttpRequest, model: str, object_id: str) -> str | None:
    """Return the address of an object of content for the one who may see it."""
    if selectors.model_named(model) is None or not request.user.has_perm(f"lms.view_{model}"):
        return None
    return reverse(f"admin:lms_{model}_change", args=[object_id])


def may_restore(request: HttpRequest, change: ContentChange) -> bool:
    """Tell whether a person may put the object back as it was before."""
    return request.user.has_perm(f"lms.change_{change.model}")


def _undo(
    request: HttpRequest, change: ContentChange, entry_id: int | None
) -> dict[str, Any] | None:
    if not may_restore(request, change):
        return None
    if change.kind == ChangeKind.CHANGED:
        return {"url": reverse("admin:lms_contentchange_restore", args=[change.pk]), "entry": None}
    if change.kind == ChangeKind.DELETED and entry_id is not None:
        return {"url": reverse("admin:lms_binentry_restore"), "entry": entry_id}
    return None
