"""The page that copies lists of another station: choose, see a preview, confirm."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
)

from lms.admin.stations import pages
from lms.models import Station
from lms.services.stations import copying
from lms.services.stations.lists import LISTS
from portal.common.errors import AppError
from portal.common.mixin_bases import AdminBase

_TEMPLATE = "lms/admin/stations/copy.html"
_ADD, _REPLACE = "add", "replace"


class CopyForm(forms.Form):
    """Asks for the source station, the lists, and what happens to the rows that are there."""

    source = forms.ModelChoiceField(
        label=_("Copy from"),
        queryset=Station.objects.none(),
        empty_label=_("Choose a station"),
        widget=UnfoldAdminSelectWidget,
    )
    lists = forms.MultipleChoiceField(
        label=_("Lists"), widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    mode = forms.ChoiceField(
        label=_("Rows that are here already"),
        choices=[
            (_ADD, _("keep them and add the copies after them")),
            (_REPLACE, _("move them to the bin and put the copies in their place")),
        ],
        initial=_ADD,
        widget=UnfoldAdminRadioSelectWidget,
    )

    def __init__(self, station: Station, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Station.objects.exclude(pk=station.pk).order_by("name", "pk")
        source = cast(forms.ModelChoiceField, self.fields["source"])
        source.queryset = others
        lists = cast(forms.MultipleChoiceField, self.fields["lists"])
        lists.choices = [(made.name, capfirst(str(made.title))) for made in LISTS.values()]
        lists.initial = list(LISTS)

    def order(self) -> dict[str, Any]:
        """Return the choices as arguments of the service."""
        chosen = self.cleaned_data
        return {
            "source": chosen["source"],
            "lists": [LISTS[name] for name in chosen["lists"]],
            "replace": chosen["mode"] == _REPLACE,
        }


class StationCopyMixin(AdminBase):
    """Adds "Copy from another station…" to the page of a station."""

    @action(
        description=_("Copy from another station…"),
        url_path="copy-from",
        permissions=["change"],
        icon="content_copy",
    )
    def copy_from_station(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the form, then the plan, then carry it out wholly or not at all."""
        station = self.get_object(request, object_id)
        if station is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        pages.require(all(pages.may_fill(request, made) for made in LISTS.values()))
        if request.method != "POST":
            return self._copy_page(request, station, form=CopyForm(station))
        form = CopyForm(station, request.POST)
        if not form.is_valid():
            return self._copy_page(request, station, form=form)
        if "state" in request.POST:
            return self._carry_out(request, station, form)
        try:
            plan = copying.plan(target=station, **form.order())
        except AppError as error:
            form.add_error(None, error.message)
            plan = None
        return self._copy_page(request, station, form=form, plan=plan)

    def _carry_out(self, request: HttpRequest, station: Station, form: CopyForm) -> HttpResponse:
        order = form.order()
        try:
            done = copying.copy(
                target=station, state=request.POST["state"], by=pages.user_of(request), **order
            )
        except AppError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.path)
        text = _copied(order["source"], done)
        self.log_change(request, station, text)
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(pages.tab_address(station, done.parts[0].made))

    def _copy_page(self, request: HttpRequest, station: Station, **context: Any) -> HttpResponse:
        title = _("Copy from another station")
        shared = pages.page_context(self, request, station, title=title)
        return TemplateResponse(request, _TEMPLATE, shared | {"plan": None, **context})


def _copied(source: Station, plan: copying.Plan) -> str:
    counts = ", ".join(f"{part.made.title} {len(part.added)}" for part in plan.parts)
    text = _("Copied from “%(station)s”: %(counts)s.") % {"station": source, "counts": counts}
    if plan.removed:
        text += " " + _("Replaced rows in the bin: %(count)d.") % {"count": plan.removed}
    return text
