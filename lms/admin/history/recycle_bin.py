"""The recycle bin in the admin: lists deleted content, restores it or deletes it for good."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from lms.admin.audit_context import person_of
from lms.admin.base import ReadOnlyModelAdmin
from lms.admin.breadcrumbs import link_to
from lms.admin.confirmation import counted
from lms.admin.deletion import following, holding, kind_title, kind_word
from lms.admin.filters import PeriodFilter, PlainLabelMixin
from lms.admin.labels import time_column
from lms.models import BinEntry, Role
from lms.selectors.history import impact
from lms.selectors.history import recycle_bin as selectors
from lms.selectors.history.changes import people_who
from lms.services.history import recycle_bin
from media_admin.services import library
from portal.common.confirmation import Question, confirmed
from portal.common.errors import AppError

_LONGEST_NUMBER = 18
_RESTORE = Question(
    title=ngettext_lazy(
        "Restore %(count)d object from the bin?", "Restore %(count)d objects from the bin?", "count"
    ),
    note=gettext_lazy("They are restored to their place, with everything below them."),
    button=gettext_lazy("Restore"),
    changing=lambda selected: selected,
    lines=counted(impact.by_bin_entries),
)


class KindFilter(PlainLabelMixin, DropdownFilter):
    """The kind of object."""

    title = gettext_lazy("kind of object")
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the kinds that there are."""
        names = model_admin.model.objects.order_by().values_list("model", flat=True).distinct()
        return sorted(((name, kind_title(name)) for name in names), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep the chosen kind."""
        return queryset.filter(model=self.value()) if self.value() else queryset


class PersonFilter(PlainLabelMixin, DropdownFilter):
    """The person who did it, from those who did something; subclasses name the column."""

    title = gettext_lazy("person")
    parameter_name = "person"
    column: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the people."""
        people = people_who(model_admin.model, self.column)
        return [(str(person.pk), str(person)) for person in people]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep what the chosen person did."""
        chosen = dict(self.lookup_choices)
        return (
            queryset.filter(**{self.column: self.value()}) if self.value() in chosen else queryset
        )


class DeletedByFilter(PersonFilter):
    """Who deleted it."""

    column = "deleted_by"


@admin.register(BinEntry)
class BinAdmin(ReadOnlyModelAdmin):
    """What was deleted; to be restored, or deleted for good by an administrator."""

    list_display = [
        "what",
        "holds",
        "people_column",
        "who",
        time_column("deleted_at", gettext_lazy("deleted")),
        "kept",
        "restore_button",
    ]
    list_select_related = ["deleted_by"]
    list_filter = [KindFilter, DeletedByFilter, ("deleted_at", PeriodFilter)]
    list_before_template = "lms/admin/history/bin_note.html"
    search_fields = ["title"]
    actions = ["restore_selected"]
    fields = ["kind", "who", "deleted_at", "kept"]
    readonly_fields = ["kind", "who", "kept"]
    change_form_outer_before_template = "lms/admin/history/bin_entry.html"
    delete_confirmation_template = "lms/admin/history/bin_purge.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the view that restores."""
        view = self.admin_site.admin_view(self.restore_view)
        return [path("restore/", view, name="lms_binentry_restore"), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer no deletion of many: each is confirmed on a page that shows what depends on it."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let administrators alone delete for good."""
        person = person_of(request)
        may_purge = person is not None and person.role == Role.ADMIN
        return may_purge and super().has_delete_permission(request, obj)

    def has_restore_permission(self, request: HttpRequest, obj: BinEntry | None = None) -> bool:
        """Let those restore who may change what was deleted."""
        if obj is None:
            return self.has_view_permission(request)
        return request.user.has_perm(f"lms.change_{obj.model}")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add what the entry holds and what may be done with it."""
        entry = context["original"]
        context |= {
            "holding": holding(entry.counts, entry.people),
            "may_restore": self.has_restore_permission(request, entry),
            "may_purge": self.has_delete_permission(request, entry),
            "show_delete": False,
            "show_history": False,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_deleted_objects(
        self, objs: Sequence[Model] | QuerySet, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[Any], list[Any]]:
        """List what would be deleted for good, and count people's progress in it."""
        entry = next(row for row in objs if isinstance(row, BinEntry))
        facts = _facts(entry)
        return holding(entry.counts, 0), facts, set(), []

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask, then delete for good."""
        entry = self.get_object(request, object_id)
        facts = _facts(entry) if entry is not None else {}
        extra = {"facts": holding(facts, 0), "people": entry.people if entry else 0}
        return super().delete_view(request, object_id, {**(extra_context or {}), **extra})

    def delete_model(self, request: HttpRequest, obj: BinEntry) -> None:
        """Delete for good, with people's progress in it and files that nothing uses any more."""
        keys = recycle_bin.purge(obj, with_progress=True)
        transaction.on_commit(lambda: library.delete_unused(keys))

    @admin.action(description=gettext_lazy("Restore"), permissions=["restore"])
    @confirmed(_RESTORE)
    def restore_selected(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Restore the selected entries; all or none."""
        self._restore(request, list(queryset))

    def restore_view(self, request: HttpRequest) -> HttpResponse:
        """Restore the entries of the form, and redirect to the address that it names."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        wanted = {value for value in request.POST.getlist("entry") if _is_number(value)}
        entries = list(BinEntry.objects.filter(pk__in=wanted))
        address = reverse("admin:lms_binentry_changelist")
        if not entries:
            text = _("It is not in the bin any more: it was restored or deleted for good.")
            self.message_user(request, text, messages.WARNING)
        else:
            restored = self._restore(request, entries)
            if len(restored) == 1:
                address = link_to(request, restored[0]) or address
        return HttpResponseRedirect(following(request, address))

    def _restore(self, request: HttpRequest, entries: list[BinEntry]) -> list[Model]:
        """Restore, the latest deletion first: a part may hang under what was deleted after it."""
        if not all(self.has_restore_permission(request, entry) for entry in entries):
            raise PermissionDenied
        restored: list[Model] = []
        notes: list[str] = []
        try:
            with transaction.atomic():
                for entry in sorted(
                    entries, key=lambda one: (one.deleted_at, one.pk), reverse=True
                ):
                    root, said = recycle_bin.restore(entry, by=person_of(request))
                    restored.append(root)
                    notes += said
        except AppError as error:
            self.message_user(request, error.message, messages.ERROR)
            return []
        except BinEntry.DoesNotExist:
            text = _("Somebody else has just restored it. Nothing was changed.")
            self.message_user(request, text, messages.WARNING)
            return []
        self._tell_restored(request, restored, notes)
        return restored

    def _tell_restored(self, request: HttpRequest, rows: list[Model], notes: list[str]) -> None:
        if len(rows) == 1:
            text = _("“%(title)s” is restored.") % {"title": rows[0]}
        else:
            text = ngettext(
                "%(count)d object is restored.", "%(count)d objects are restored.", len(rows)
            ) % {"count": len(rows)}
        self.message_user(request, text, messages.SUCCESS)
        for note in notes:
            self.message_user(request, note, messages.WARNING)

    @display(description=gettext_lazy("what"), header=True, ordering="title")
    def what(self, obj: BinEntry) -> tuple[str, str]:
        """Return title and kind."""
        return obj.title, kind_word(obj.model)

    @display(description=gettext_lazy("kind"))
    def kind(self, obj: BinEntry) -> str:
        """Return the kind alone, for the detail page."""
        return kind_word(obj.model)

    @display(description=gettext_lazy("contents"))
    def holds(self, obj: BinEntry) -> str | None:
        """Return the numbers of what was deleted along with it."""
        below = {name: count for name, count in obj.counts.items() if name != obj.model}
        return ", ".join(holding(below, 0)) or None

    @display(description=gettext_lazy("people"), ordering="people")
    def people_column(self, obj: BinEntry) -> int | None:
        """Return the number of people with progress in it."""
        return obj.people or None

    @display(description=gettext_lazy("who"), ordering="deleted_by__full_name")
    def who(self, obj: BinEntry) -> str | None:
        """Return the person who deleted it."""
        return str(obj.deleted_by) if obj.deleted_by else None

    @display(description=gettext_lazy("kept"), ordering="expires_at")
    def kept(self, obj: BinEntry) -> str:
        """Return for how many days it is kept, or what it waits for after them."""
        days = (obj.expires_at - timezone.now()).days
        if days >= 0:
            return ngettext("%(days)d more day", "%(days)d more days", days) % {"days": days}
        if obj.people:
            return _("until an administrator deletes it")
        return _("until the bin is emptied next")

    @display(description="")
    def restore_button(self, obj: BinEntry) -> str:
        """Return a button that posts the list's own form, with its token, to the way back."""
        return format_html(
            '<button type="submit" class="portal-undo-button" formaction="{}" name="entry"'
            ' value="{}">{}</button>',
            reverse("admin:lms_binentry_restore"),
            obj.pk,
            _("Restore"),
        )


def _facts(entry: BinEntry) -> dict[str, int]:
    """Count the progress in all content below an object, deleted earlier or not."""
    return selectors.progress_counts(
        selectors.whole_tree(selectors.model_of(entry), [entry.object_id])
    )


def _age(entry: BinEntry) -> tuple[Any, int]:
    return -entry.deleted_at.timestamp(), -entry.pk


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= _LONGEST_NUMBER
