"""Base classes of the portal's admins: list defaults, breadcrumbs, errors shown in the form."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Field, Max, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldBooleanSwitchWidget

from lms.admin.breadcrumbs import breadcrumbs_of, named_parent
from lms.admin.deletion import BinDeletionMixin
from lms.admin.object_history import ObjectHistoryMixin
from lms.admin.upload_fields import Upload, upload_field
from lms.models import BinnableModel
from lms.models.base import OrderedModel
from lms.services.history import changes, recycle_bin
from portal.common.admin_lists import ListPaginator, PortalListMixin
from portal.common.errors import AppError, Conflict
from portal.common.mixin_bases import AdminBase

PAGE_SIZE = 50
_REFUSED = "_portal_refused"


class FormFieldsMixin(AdminBase):
    """Form fields of admins and inlines: switches for flags, upload widgets for object keys."""

    upload_fields: ClassVar[dict[str, Upload]] = {}
    text_rows = 4

    def formfield_for_nullboolean_field(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field:
        """Show a nullable flag as a switch: nobody needs the answer "unknown"."""
        return forms.BooleanField(
            label=capfirst(db_field.verbose_name),
            help_text=db_field.help_text,
            initial=db_field.get_default(),
            required=False,
            widget=UnfoldBooleanSwitchWidget(),
        )

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Give object keys a direct upload, and long texts a height that leaves room for others."""
        upload = self.upload_fields.get(db_field.name)
        if upload is not None:
            match = request.resolver_match
            object_id = match.kwargs.get("object_id") if match else None
            return upload_field(db_field, upload, object_id=object_id)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = self.text_rows
        return field


class PortalModelAdmin(
    FormFieldsMixin, BinDeletionMixin, ObjectHistoryMixin, PortalListMixin, ModelAdmin
):
    """Base of the portal's admins.

    Lists remember their order; deleted content goes to the bin. A rule that refuses a change
    (AppError) is shown as an error of the form, which keeps what was typed; refused deletions and
    actions become messages.
    """

    list_per_page = PAGE_SIZE
    paginator = ListPaginator
    list_fullwidth = True
    list_filter_submit = True
    warn_unsaved_form = True
    empty_value_display = "—"
    change_form_outer_before_template = "lms/admin/breadcrumbs.html"
    # Attributes that lead from an object to its parents, nearest first.
    parent_path: ClassVar[tuple[str, ...]] = ()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form; when a rule refuses the change, show it again with the reason."""
        try:
            with _one_transaction(request):
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (AppError, IntegrityError) as error:
            if request.method != "POST" or hasattr(request, _REFUSED):
                raise
            setattr(request, _REFUSED, _as_app_error(error))
            return super().changeform_view(request, object_id, form_url, extra_context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; an action that a rule refuses leaves a message."""
        return self._or_message(
            request, lambda: super(PortalModelAdmin, self).changelist_view(request, extra_context)
        )

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete; a deletion that a rule refuses leaves a message."""
        return self._or_message(
            request,
            lambda: super(PortalModelAdmin, self).delete_view(request, object_id, extra_context),
        )

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Build the form; after a refusal it carries the reason."""
        form = super().get_form(request, obj, change=change, **kwargs)
        refused = getattr(request, _REFUSED, None)
        return form if refused is None else _refusing(form, refused)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Preselect the parents that the address names, as in ?lesson=7; ignore unknown ones."""
        initial = super().get_changeform_initial_data(request)
        for field in self.opts.fields:
            if field.is_relation and initial.get(field.name):
                parent = named_parent(field.related_model, initial[field.name])
                initial[field.name] = parent.pk if parent is not None else None
        return initial

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Model | None = None,
    ) -> HttpResponse:
        """Add the breadcrumbs."""
        context["breadcrumbs"] = breadcrumbs_of(self, request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool
    ) -> None:
        """Save; a new row goes behind its siblings."""
        if not change and isinstance(obj, OrderedModel) and "order_index" not in form.fields:
            obj.order_index = next_place(self._siblings_of(obj))
        super().save_model(request, obj, form, change)

    def breadcrumbs_path(self, obj: Model | None) -> tuple[str, ...]:
        """Return the attributes that lead to the parents of this object, nearest first."""
        return self.parent_path

    def _siblings_of(self, obj: Model) -> QuerySet:
        siblings = type(obj)._default_manager.all()
        path = self.breadcrumbs_path(obj)
        return siblings.filter(**{path[0]: getattr(obj, path[0])}) if path else siblings

    def _or_message(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        try:
            with _one_transaction(request):
                return view()
        except (AppError, IntegrityError) as error:
            if request.method != "POST":
                raise
            self.message_user(request, _as_app_error(error).message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


class ReadOnlyModelAdmin(PortalModelAdmin):
    """Base of what the portal records by itself: to be looked at, never typed in."""

    warn_unsaved_form = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from the portal's own work."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody rewrites what happened."""
        return False


class PortalFormSet(PaginationInlineFormSet):
    """Rows that know their parent without a query; new ones go behind the last, in form order."""

    _rows: Any = None

    def get_queryset(self) -> Any:
        """Return the rows with their parent set: the text of a row may ask for it."""
        rows = super().get_queryset()
        # Django asks several times for each row.
        if rows is not self._rows and self.instance.pk is not None:
            for row in rows:
                setattr(row, self.fk.name, self.instance)
            self._rows = rows
        return rows

    def save_new_objects(self, commit: bool = True) -> list[Model]:
        """Save the new rows with the next free places."""
        if issubclass(self.model, OrderedModel):
            self._number_new_rows()
        return super().save_new_objects(commit)

    def delete_existing(self, obj: Model, commit: bool = True) -> None:
        """Delete a row; content goes to the bin."""
        if commit and isinstance(obj, BinnableModel):
            recycle_bin.put(obj, by=changes.current_user())
        else:
            super().delete_existing(obj, commit)

    def _number_new_rows(self) -> None:
        place = next_place(self.model._default_manager.filter(**{self.fk.name: self.instance}))
        for offset, form in enumerate(self.extra_forms):
            form.instance.order_index = place + offset


class InlineMixin(FormFieldsMixin):
    """Defaults of inlines: a tab of its own, no empty rows, a link to the row's page."""

    extra = 0
    tab = True
    show_change_link = True
    ordering_field: str | None = "order_index"
    hide_ordering_field = True
    formset = PortalFormSet
    text_rows = 2


class PortalTabularInline(InlineMixin, TabularInline):
    """Rows as a table, sorted by dragging."""


class PortalStackedInline(InlineMixin, StackedInline):
    """Rows one above the other, sorted by dragging, folded."""

    collapsible = True


class UnorderedMixin:
    """For rows without a place among their siblings."""

    ordering_field: str | None = None
    hide_ordering_field = False


@contextmanager
def _one_transaction(request: HttpRequest) -> Iterator[None]:
    """Store all that a form changes, and one INSERT of its history, or nothing."""
    if request.method != "POST":
        yield
        return
    with transaction.atomic(), changes.batch():
        yield


def next_place(siblings: QuerySet) -> int:
    """Return the place behind the last of these rows."""
    last = siblings.aggregate(last=Max("order_index"))["last"]
    return 0 if last is None else last + 1


def for_each_row(queryset: QuerySet, command: Callable[[Any], Any]) -> int:
    """Call a service for each selected row; return how many there were."""
    rows: list[Any] = list(queryset)
    for row in rows:
        command(row)
    return len(rows)


def _as_app_error(error: Exception) -> AppError:
    if isinstance(error, AppError):
        return error
    return Conflict(
        _("This conflicts with what somebody else has just saved. Reload the page and try again.")
    )


def _refusing(form: type[forms.ModelForm], refused: AppError) -> type[forms.ModelForm]:
    class RefusedForm(form):  # type: ignore[valid-type,misc]  # a class made at run time
        def clean(self) -> dict[str, Any]:
            cleaned = super().clean()
            for name, texts in refused.fields.items():
                self.add_error(name if name in self.fields else None, texts)
            if not refused.fields:
                raise ValidationError(refused.message)
            return cleaned

    return RefusedForm
