"""Exports the filtered or the selected rows of a list as a spreadsheet.

A worker prepares what has more rows than EXPORT_ROW_LIMIT (export_jobs.py).
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportActionMixin
from unfold.contrib.import_export.forms import ExportForm

from lms.admin.export_jobs import prepare_export
from lms.admin.request_user import request_user
from lms.exports import Csv, Xlsx
from lms.services.exports import request_export

_TEMPLATE = "lms/admin/export.html"


class FormatForm(ExportForm):
    """Asks for the format; Excel is the first choice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("format", "0")
        self.fields["format"].choices = self.fields["format"].choices[1:]
        self.fields["format"].widget.choices = self.fields["format"].choices


class TooManyRows(ValueError):
    """The export would have too many rows; import-export shows this on its page."""


class ExportOnlyMixin(ExportActionMixin):
    """Adds "Export" to a list and its actions, for people with the permission to export."""

    export_form_class = FormatForm
    export_template_name = _TEMPLATE
    change_form_template = None
    show_change_form_export = False

    def get_export_formats(self) -> list[type]:
        """Offer Excel and CSV."""
        return [Xlsx, Csv]

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Tell whether the role may export."""
        return request.user.has_perm(f"{self.opts.app_label}.export_{self.opts.model_name}")

    def get_valid_export_item_pks(self, request: HttpRequest) -> list[str]:
        """Return the sent keys that are valid; the query of the list selects among them."""
        return [pk for pk in request.POST.getlist("export_items") if self._is_key(pk)]

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Show the page, send the file, or let a worker prepare it when it has too many rows."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "export_items" not in request.POST:
            form = FormatForm(
                formats=self.get_export_formats(),
                resources=self.get_export_resource_classes(request),
                data=request.POST,
            )
            if form.is_valid() and self._is_large(self.get_export_queryset(request).count()):
                return self._prepare_later(request, int(form.cleaned_data["format"]))
        return super().export_action(request)

    def export_admin_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        """Show the page for the selected rows; "select all" exports by the filters."""
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        export_url = self._url("export") + query
        if request.POST.get("select_across") == "1":
            return HttpResponseRedirect(export_url)
        items = [str(pk) for pk in queryset.values_list("pk", flat=True)]
        form = FormatForm(
            formats=self.get_export_formats(),
            resources=self.get_export_resource_classes(request),
            initial={"export_items": items},
        )
        form.fields["export_items"].choices = [(pk, pk) for pk in items]
        context = self.init_request_context_data(request, form)
        context.update(export_url=export_url, rows_total=len(items))
        request.current_app = self.admin_site.name
        return TemplateResponse(request, _TEMPLATE, context)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Give the action a name without the model, which Russian would have to decline."""
        actions = super().get_actions(request)
        if "export_admin_action" in actions:
            function, name, _description = actions["export_admin_action"]
            actions["export_admin_action"] = (function, name, _("Export the selected rows"))
        return actions

    def get_export_filename(
        self, request: HttpRequest, queryset: QuerySet, file_format: Any
    ) -> str:
        """Return a name such as enrollment-2026-01-31.xlsx, with the local day."""
        return f"{self.opts.model_name}-{timezone.localdate()}.{file_format.get_extension()}"

    def init_request_context_data(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        """Add the columns, and the number of rows after filtering."""
        context = super().init_request_context_data(request, form)
        context["columns"] = context["fields_list"][0][1]
        context["list_url"] = self._url("changelist")
        context["zone"] = timezone.get_current_timezone_name()
        if request.method == "GET":
            count = self.get_export_queryset(request).count()
            context |= {"rows_total": count, "is_large": self._is_large(count)}
        return context

    def _do_file_export(
        self, file_format: Any, request: HttpRequest, queryset: QuerySet, export_form: Any = None
    ) -> HttpResponse:
        count = queryset.count()
        if count > settings.EXPORT_ROW_LIMIT:
            raise TooManyRows(_too_many(count))
        return super()._do_file_export(file_format, request, queryset, export_form)

    def _is_large(self, count: int) -> bool:
        return count > settings.EXPORT_ROW_LIMIT

    def _prepare_later(self, request: HttpRequest, format_index: int) -> HttpResponse:
        """Queue the export and return to the list."""
        request_export(
            request_user(request),
            task=prepare_export,
            model=str(self.opts.model_name),
            query=request.GET.urlencode(),
            file_format=self.get_export_formats()[format_index]().get_extension(),
            language=get_language() or settings.LANGUAGE_CODE,
        )
        text = _("The export is being prepared. The bell above tells you when it is ready.")
        self.message_user(request, text, messages.SUCCESS)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponseRedirect(self._url("changelist") + query)

    def _url(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")

    def _is_key(self, text: str) -> bool:
        try:
            self.opts.pk.to_python(text)
        except (ValidationError, ValueError):
            return False
        return True


def _too_many(count: int) -> str:
    return _(
        "%(count)s rows were found, but one export contains at most %(limit)s. "
        "Narrow the list by its filters, for example by period or station."
    ) % {
        "count": number_format(count, force_grouping=True),
        "limit": number_format(settings.EXPORT_ROW_LIMIT, force_grouping=True),
    }
