"""Export of a station's lists as tables, and the page that imports one after a preview."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminFileFieldWidget

from lms.admin.stations import pages
from lms.errors import UnreadableTable
from lms.models import Station
from lms.services.stations import columns, tables
from lms.services.stations.lists import StationList
from portal.common.downloads import file_download
from portal.common.errors import AppError
from portal.common.mixin_bases import AdminBase

_TEMPLATE = "lms/admin/stations/import.html"
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class TableForm(forms.Form):
    """Asks for a file."""

    file = forms.FileField(
        label=_("Table"),
        help_text=_("XLSX or CSV, at most 2 MB and 2,000 rows."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > tables.MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        return file

    def preview(self, station: Station, made: StationList) -> tables.Preview | None:
        """Return the changes that the table makes; None after an error, which the field shows."""
        try:
            return tables.preview(station, made, self.cleaned_data["file"].read())
        except UnreadableTable as error:
            self.add_error("file", error.message)
            return None


class StationTablesMixin(AdminBase):
    """Adds export and import of each list to a station."""

    def get_urls(self) -> list[URLPattern]:
        """Add the pages."""
        wrap, base = self.admin_site.admin_view, "<path:object_id>/lists/<slug:name>"
        return [
            path(
                f"{base}/export.<slug:kind>",
                wrap(require_safe(self.export_list)),
                name="lms_station_export_list",
            ),
            path(f"{base}/import/", wrap(self.import_list), name="lms_station_import_list"),
            *super().get_urls(),
        ]

    def export_list(
        self, request: HttpRequest, object_id: str, name: str, kind: str
    ) -> HttpResponse:
        """Send a list as a file."""
        made = pages.list_named(name)
        station = self.get_object(request, unquote(object_id))
        pages.require(self.has_view_permission(request, station) and pages.may_see(request, made))
        if station is None or kind not in tables.FORMATS:
            raise Http404
        data = tables.export(station, made, kind=kind)
        file_name = f"{_short(station)}-{name}-{timezone.localdate()}.{kind}"
        return file_download(data, name=file_name, content_type=_TYPES[kind])

    def import_list(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Show the form, then every line, then store all of them or none."""
        made = pages.list_named(name)
        station = self.get_object(request, unquote(object_id))
        pages.require(
            self.has_change_permission(request, station) and pages.may_fill(request, made)
        )
        if station is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method != "POST":
            return self._sample_or_form(request, station, made)
        if "rows" in request.POST:
            return self._confirm(request, station, made)
        form = TableForm(request.POST, request.FILES)
        preview = form.preview(station, made) if form.is_valid() else None
        return self._import_page(request, station, made, form=form, preview=preview)

    def _sample_or_form(
        self, request: HttpRequest, station: Station, made: StationList
    ) -> HttpResponse:
        kind = request.GET.get("sample", "")
        if kind not in tables.FORMATS:
            return self._import_page(request, station, made, form=TableForm())
        sample = tables.sample(made, kind=kind)
        return file_download(sample, name=f"{made.name}-sample.{kind}", content_type=_TYPES[kind])

    def _confirm(self, request: HttpRequest, station: Station, made: StationList) -> HttpResponse:
        try:
            done = tables.confirm(station, made, request.POST["rows"], by=pages.user_of(request))
        except AppError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.path)
        text = _("%(list)s from a table: added %(new)d, changed %(changed)d.") % {
            "list": made.title,
            **done.counts,
        }
        text = text[:1].upper() + text[1:]
        self.log_change(request, station, text)
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(pages.tab_address(station, made))

    def _import_page(
        self, request: HttpRequest, station: Station, made: StationList, **context: Any
    ) -> HttpResponse:
        title = _("Import: %(list)s") % {"list": made.title}
        shared = pages.page_context(self, request, station, title=title) | {
            "made": made,
            "headings": columns.headings(made),
            "back_url": pages.tab_address(station, made),
            "export_url": pages.address("lms_station_export_list", station.pk, made.name, "xlsx"),
            "preview": None,
        }
        return TemplateResponse(request, _TEMPLATE, shared | context)


def _short(station: Station) -> str:
    return slugify(station.short_name) or f"station-{station.pk}"
