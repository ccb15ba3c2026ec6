"""The history page of an object of content: what happened to it, and the way back."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.admin.deletion import kind_word
from lms.models import ChangeKind, ContentChange, CourseProgram, Station
from lms.selectors import history as selectors
from lms.services.history import RECORDED_MODELS

_PAGE_SIZE = 25
_ROOTS = (CourseProgram, Station)
_ICONS = {
    ChangeKind.CREATED.value: "add_circle",
    ChangeKind.CHANGED.value: "edit",
    ChangeKind.DELETED.value: "delete",
    ChangeKind.RESTORED.value: "restore_from_trash",
}


class ObjectHistoryMixin:
    """Shows the recorded changes of content; other models keep Django's page."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what happened to the object; to programs and stations with all below them."""
        if self.opts.model_name not in RECORDED_MODELS:
            return super().history_view(request, object_id, extra_context)
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        may_view = self.has_view_or_change_permission(request, obj)
        if not (may_view and request.user.has_perm("lms.view_contentchange")):
            raise PermissionDenied
        find = selectors.changes_under if isinstance(obj, _ROOTS) else selectors.changes_of
        pages = Paginator(find(self.opts.model_name, obj.pk), _PAGE_SIZE)
        page = pages.get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(title)s") % {"title": obj},
            "opts": self.opts,
            "object": obj,
            "original": obj,
            "page": page,
            "changes": shown_changes(request, list(page)),
            "with_parts": isinstance(obj, _ROOTS),
            "media": self.media,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "lms/admin/history_object.html", context)


def shown_changes(request: HttpRequest, changes: Sequence[ContentChange]) -> list[dict[str, Any]]:
    """Prepare changes for the templates, with the way back for those who may go it.

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
            "url": object_url(request, change),
            "rows": differences[change.pk],
            "undo": _undo(request, change, entries.get((change.model, change.object_id))),
        }
        for change in changes
    ]


def object_url(request: HttpRequest, change: ContentChange) -> str | None:
    """Return the address of the object's page for the one who may see it."""
    is_gone = change.kind == ChangeKind.DELETED or selectors.model_named(change.model) is None
    if is_gone or not request.user.has_perm(f"lms.view_{change.model}"):
        return None
    return reverse(f"admin:lms_{change.model}_change", args=[change.object_id])


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
