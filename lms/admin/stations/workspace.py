"""The page of a station as a workspace: key figures in its head, a bar above each list."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from lms.admin.stations import pages
from lms.admin.stations.copying import StationCopyMixin
from lms.admin.stations.tables import StationTablesMixin
from lms.models import Station
from lms.selectors.stations import learners_of, programs_of
from lms.services.stations.lists import list_of

# One sentence for a list that has no rows yet.
_HINTS = {
    "stationequipment": _("List the machines here: employees see them on the station's page."),
    "stationspecification": _("Add the station's figures, each with its unit, for example 75 MPa."),
    "safetysystem": _("Name the safety systems, and below each what it watches and switches off."),
    "gassource": _("Name the fields and pipelines from which the station gets its gas."),
    "stationphoto": _("Drop photos here: the one of the view “main picture” heads the station."),
    "normativedocument": _("Drop regulations here: employees open them on the station's page."),
    "promovideo": _("Upload the introduction video: everyone sees the newest active one."),
}


class StationWorkspaceMixin(StationCopyMixin, StationTablesMixin):
    """Shows programs and learners above the tabs, and export, import and hints in them."""

    change_form_outer_before_template = "lms/admin/stations/head.html"
    actions_detail = ["copy_from_station"]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Model | None = None,
    ) -> HttpResponse:
        """Add the head and the bars."""
        station = obj if isinstance(obj, Station) and obj.pk else None
        if station is not None:
            context["station_head"] = _head(request, station)
        for inline in context.get("inline_admin_formsets", ()):
            inline.bar = _bar(request, station, inline)
            # The number on the tab: a text, for unfold would ask the database where it is 0.
            inline.formset.count = str(inline.formset.initial_form_count())
        return super().render_change_form(request, context, add, change, form_url, obj)


def _head(request: HttpRequest, station: Station) -> dict[str, Any]:
    """Return {programs, learners, programs_url}; programs lead to their builder where one may."""
    programs = programs_of(station)
    page = _program_page(request)
    for program in programs:
        program.page_url = pages.address(page, program.pk) if page else ""
    may_list = request.user.has_perm("lms.view_courseprogram")
    query = f"?station__id__exact={station.pk}"
    return {
        "programs": programs,
        "learners": learners_of(station),
        "programs_url": pages.address("lms_courseprogram_changelist") + query if may_list else "",
        "add_url": pages.address("lms_courseprogram_add") + f"?station={station.pk}"
        if request.user.has_perm("lms.add_courseprogram")
        else "",
    }


def _program_page(request: HttpRequest) -> str:
    if request.user.has_perm("lms.change_courseprogram"):
        known = pages.address("lms_courseprogram_builder", 1)
        return "lms_courseprogram_builder" if known else "lms_courseprogram_change"
    return "lms_courseprogram_change" if request.user.has_perm("lms.view_courseprogram") else ""


def _bar(request: HttpRequest, station: Station | None, inline: Any) -> dict[str, Any]:
    """Return {hint, xlsx, csv, table}: a sentence for the empty list, addresses of its table."""
    model = inline.opts.model
    is_empty = inline.formset.initial_form_count() == 0
    bar = {"hint": _HINTS.get(model._meta.model_name, "") if is_empty else ""}
    made = list_of(model)
    if made is None or station is None:
        return bar
    if pages.may_see(request, made):
        for kind in ("xlsx", "csv"):
            bar[kind] = pages.address("lms_station_export_list", station.pk, made.name, kind)
    may_change = request.user.has_perm("lms.change_station")
    if may_change and pages.may_fill(request, made):
        bar["table"] = pages.address("lms_station_import_list", station.pk, made.name)
    return bar
