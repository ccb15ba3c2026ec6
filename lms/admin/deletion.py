"""Deletion in the admin: content goes to the bin, with a way back in the message."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.admin.audit_context import person_of
from lms.models import BinEntry
from lms.selectors.history import recycle_bin as selectors
from lms.services.history import recycle_bin
from portal.common.mixin_bases import AdminBase

_ENTRIES = "_portal_bin_entries"
_TITLE_LENGTH = 80


class BinDeletionMixin(AdminBase):
    """Puts deleted content into the bin; rows of other models are deleted as Django does it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if selectors.is_binnable(self.model):
            self.delete_confirmation_template = "lms/admin/history/delete.html"
            self.delete_selected_confirmation_template = "lms/admin/history/delete_selected.html"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Let the deletion of selected content end with a way back."""
        actions = super().get_actions(request)
        if selectors.is_binnable(self.model) and "delete_selected" in actions:
            _old, name, title = actions["delete_selected"]
            actions["delete_selected"] = (_delete_selected, name, title)
        return actions

    def get_deleted_objects(
        self, objs: QuerySet | Sequence[Model], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[Any], list[Any]]:
        """Say in a few lines what goes to the bin; nothing there protects itself."""
        if not selectors.is_binnable(self.model):
            return super().get_deleted_objects(objs, request)
        rows = list(objs)
        if not rows:
            return [], {}, set(), []
        impact = selectors.impact(rows)
        lacking = {
            kind_title(name)
            for name in impact.counts
            if not request.user.has_perm(f"lms.delete_{name}")
        }
        return holding(impact.counts, impact.people), impact.counts, lacking, []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete; content goes to the bin."""
        if not selectors.is_binnable(self.model):
            super().delete_model(request, obj)
            return
        setattr(request, _ENTRIES, [recycle_bin.put(obj, by=person_of(request))])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Delete; content goes to the bin, each object with an entry of its own."""
        if not selectors.is_binnable(self.model):
            super().delete_queryset(request, queryset)
            return
        setattr(request, _ENTRIES, recycle_bin.put_all(list(queryset), by=person_of(request)))

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        """Lead to the list; where something went to the bin, offer to bring it back."""
        entries = getattr(request, _ENTRIES, None)
        if entries is None or IS_POPUP_VAR in request.POST:
            return super().response_delete(request, obj_display, obj_id)
        tell_deleted(self, request, entries)
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        filters = self.get_preserved_filters(request)
        context = {"preserved_filters": filters, "opts": self.opts}
        return HttpResponseRedirect(add_preserved_filters(context, address))


def tell_deleted(model_admin: Any, request: HttpRequest, entries: Sequence[BinEntry]) -> None:
    """Say what went to the bin, with the button that brings it back."""
    if not entries:
        return
    if len(entries) == 1:
        title = Truncator(entries[0].title).chars(_TITLE_LENGTH)
        text = _("“%(title)s” is in the bin now.") % {"title": title}
    else:
        text = ngettext(
            "%(count)d object is in the bin now.",
            "%(count)d objects are in the bin now.",
            len(entries),
        ) % {"count": len(entries)}
    button = post_button(
        request,
        reverse("admin:lms_binentry_restore"),
        [("entry", entry.pk) for entry in entries],
        _("Undo"),
    )
    tell(model_admin, request, text, button)


def tell(model_admin: Any, request: HttpRequest, text: str, button: SafeString) -> None:
    """Leave a message with a button."""
    row = format_html('<span class="portal-undo"><span>{}</span> {}</span>', text, button)
    model_admin.message_user(request, row, messages.SUCCESS)


def post_button(
    request: HttpRequest, address: str, values: Iterable[tuple[str, Any]], title: str
) -> SafeString:
    """Return a small form that posts these values to an address of the admin."""
    fields = format_html_join("", '<input type="hidden" name="{}" value="{}">', values)
    return format_html(
        '<form method="post" action="{}" class="portal-undo-form">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">{}'
        '<button type="submit" class="portal-undo-button">{}</button></form>',
        address,
        get_token(request),
        fields,
        title,
    )


def following(request: HttpRequest, default: str) -> str:
    """Return the address that the form asks for where it is one of ours, else the default."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return address
    return default


def holding(counts: dict[str, int], people: int) -> list[str]:
    """Return lines such as "Lessons: 10", with the people whose progress stays as it is."""
    lines = [f"{kind_title(name)}: {count}" for name, count in counts.items()]
    if people:
        text = _("People with progress in it: %(count)d (kept as they are)")
        lines.append(text % {"count": people})
    return lines


def kind_title(name: str) -> str:
    """Return the plural word of a model, or its name where the model is no more."""
    try:
        return capfirst(apps.get_model("lms", name)._meta.verbose_name_plural)
    except LookupError:
        return name


def kind_word(name: str) -> str:
    """Return the word of a model in the singular, or its name where the model is no more."""
    try:
        return capfirst(apps.get_model("lms", name)._meta.verbose_name)
    except LookupError:
        return name


def _delete_selected(
    model_admin: Any, request: HttpRequest, queryset: QuerySet
) -> HttpResponse | None:
    """Ask as Django does; then put the rows into the bin and offer to bring them back."""
    if not request.POST.get("post"):
        page = delete_selected(model_admin, request, queryset)
        if page is not None and page.context_data is not None:
            page.context_data["keys"] = [row.pk for row in queryset]
        return page
    _lines, _counts, lacking, _protected = model_admin.get_deleted_objects(queryset, request)
    if lacking:
        raise PermissionDenied
    model_admin.log_deletions(request, queryset)
    model_admin.delete_queryset(request, queryset)
    tell_deleted(model_admin, request, getattr(request, _ENTRIES, []))
    return None
