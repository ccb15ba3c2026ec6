"""The history of all content in the admin: who changed what and when, and how to undo it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Model
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from lms.admin.base import ReadOnlyModelAdmin
from lms.admin.deletion import following, kind_word, post_button, tell
from lms.admin.filters import ChoiceFilter, PeriodFilter
from lms.admin.history.recycle_bin import KindFilter, PersonFilter
from lms.admin.labels import time_column
from lms.admin.object_history import change_url, may_restore, shown_changes
from lms.models import ChangeKind, ContentChange
from lms.selectors.history import changes as selectors
from lms.services.history.changes import restore
from portal.common.errors import AppError

CHANGE_COLOURS = {
    ChangeKind.CREATED.value: "success",
    ChangeKind.CHANGED.value: "info",
    ChangeKind.DELETED.value: "danger",
    ChangeKind.RESTORED.value: "primary",
}
_TITLE_LENGTH = 90
_LINK = "text-primary-600 dark:text-primary-500"


class ChangedByFilter(PersonFilter):
    """Who changed it."""

    column = "user"


@admin.register(ContentChange)
class HistoryAdmin(ReadOnlyModelAdmin):
    """All changes of content, the latest first."""

    list_display = [
        time_column("happened_at", gettext_lazy("when")),
        "who",
        "what",
        "kind_of_object",
        "object_link",
        "part_of",
    ]
    list_select_related = ["user"]
    list_filter = [
        ChangedByFilter,
        ("kind", ChoiceFilter),
        KindFilter,
        ("happened_at", PeriodFilter),
    ]
    search_fields = ["title"]
    ordering = ["-pk"]
    fields = ["happened_at", "who", "what_word", "kind_of_object", "object_link", "part_of"]
    readonly_fields = ["who", "what_word", "kind_of_object", "object_link", "part_of"]
    change_form_outer_before_template = "lms/admin/history/change.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the view that restores."""
        view = self.admin_site.admin_view(self.restore_view)
        name = "lms_contentchange_restore"
        return [path("<int:change_id>/restore/", view, name=name), *super().get_urls()]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody erases what happened."""
        return False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Load the titles of the programs and stations of the page at once."""
        changelist = super().get_changelist_instance(request)
        changes = list(changelist.result_list)
        self._name_roots(changes)
        for change in changes:
            change.page_url = change_url(request, change)
        return changelist

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add what the change did and the button that undoes it."""
        change = context["original"]
        self._name_roots([change])
        change.page_url = change_url(request, change)
        context |= {"changes": shown_changes(request, [change]), "show_history": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def restore_view(self, request: HttpRequest, change_id: int) -> HttpResponse:
        """Put the object back as it was before a change."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        change = self.get_object(request, str(change_id))
        if change is None:
            raise Http404
        if not (self.has_view_permission(request) and may_restore(request, change)):
            raise PermissionDenied
        self._restore(request, change)
        default = reverse("admin:lms_contentchange_change", args=[change.pk])
        return HttpResponseRedirect(following(request, change_url(request, change) or default))

    def _restore(self, request: HttpRequest, change: ContentChange) -> None:
        last = selectors.later_change(change) or change
        try:
            row = restore(change, only=request.POST.get("column"))
        except (AppError, IntegrityError) as error:
            self.message_user(request, _reason(error), messages.ERROR)
            return
        made = selectors.later_change(last)
        if made is None:
            text = _("“%(title)s” already has its earlier state.") % {"title": row}
            self.message_user(request, text, messages.INFO)
            return
        text = _("“%(title)s” was restored to its state before the change.") % {"title": row}
        address = reverse("admin:lms_contentchange_restore", args=[made.pk])
        tell(self, request, text, post_button(request, address, [], _("Undo")))

    def _name_roots(self, changes: Sequence[Any]) -> None:
        titles = selectors.root_titles(changes)
        for change in changes:
            change.root_title = titles.get((change.root_model, change.root_id))

    @display(description=gettext_lazy("who"), ordering="user__full_name")
    def who(self, obj: ContentChange) -> str | None:
        """Return the person; commands and imports of the server have none."""
        return str(obj.user) if obj.user else None

    @display(description=gettext_lazy("what"), label=CHANGE_COLOURS, ordering="kind")
    def what(self, obj: ContentChange) -> tuple[str, str]:
        """Return the kind of change with its word."""
        return obj.kind, obj.get_kind_display()

    @display(description=gettext_lazy("what"))
    def what_word(self, obj: ContentChange) -> str:
        """Return the word alone, for the detail page."""
        return obj.get_kind_display()

    @display(description=gettext_lazy("kind of object"), ordering="model")
    def kind_of_object(self, obj: ContentChange) -> str:
        """Return the word of the model."""
        return kind_word(obj.model)

    @display(description=gettext_lazy("object"), ordering="title")
    def object_link(self, obj: ContentChange) -> str:
        """Return the title as it was then, with a link to the object's page."""
        title = Truncator(obj.title).chars(_TITLE_LENGTH) or self.empty_value_display
        address = getattr(obj, "page_url", None)
        if address is None:
            return title
        return format_html('<a class="{}" href="{}">{}</a>', _LINK, address, title)

    @display(description=gettext_lazy("part of"))
    def part_of(self, obj: ContentChange) -> str | None:
        """Return the program or station that it hangs under."""
        title = getattr(obj, "root_title", None)
        is_itself = (obj.root_model, obj.root_id) == (obj.model, obj.object_id)
        return None if is_itself else title


def _reason(error: Exception) -> str:
    if isinstance(error, AppError):
        return str(error.message)
    return _("Its place has been taken in the meantime. Nothing was changed.")
