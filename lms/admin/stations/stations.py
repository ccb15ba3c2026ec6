"""Stations and departments in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from lms.admin.base import PortalModelAdmin, PortalTabularInline
from lms.admin.filters import ChoiceFilter, RelatedFilter, YesNoFilter, missing
from lms.admin.labels import DEPARTMENT_COLOURS, FLAG_COLOURS, STATION_COLOURS, shown, time_column
from lms.admin.stations.inlines import (
    DocumentInline,
    EquipmentInline,
    GasSourceInline,
    PhotoInline,
    PromoVideoInline,
    SafetySystemInline,
    SpecificationInline,
)
from lms.admin.stations.layout import complete
from lms.admin.stations.workspace import StationWorkspaceMixin
from lms.admin.upload_fields import Upload, thumbnail
from lms.models import (
    Department,
    GasSource,
    NormativeDocument,
    PromoVideo,
    SafetyFeature,
    SafetySystem,
    Station,
    StationEquipment,
    StationPhoto,
    StationSpecification,
)
from lms.selectors import reports


@admin.register(Station)
class StationAdmin(StationWorkspaceMixin, PortalModelAdmin):
    """A station with all that belongs to it."""

    list_display = ["station", "power", "location", "state", "programs", "pictures"]
    list_filter = [
        ("status", ChoiceFilter),
        missing("program", _("program"), count="programs_total"),
        missing("photo", _("photo"), count="photos_total"),
    ]
    search_fields = ["name", "short_name", "location"]
    ordering = ["name"]
    upload_fields = {
        "image": Upload(("image",), "stations/{id}/pictures", bare_folder="stations"),
        "tech_map_image": Upload(("image",), "stations/{id}/maps", bare_folder="tex_kart"),
    }
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "short_name"),
                    ("type", "status"),
                    ("location", "commission_date"),
                    "description",
                ]
            },
        ),
        (_("Pictures"), {"fields": ["image", "tech_map_image"]}),
        (
            _("Technical data"),
            {
                "description": _("Write each figure with its unit, for example 75 MPa."),
                "fields": [
                    ("power", "design_capacity"),
                    ("gas_pressure", "input_pressure", "output_pressure"),
                    ("pipeline_diameter", "parallel_lines", "distance_from_border"),
                ],
            },
        ),
    ]
    inlines = [
        EquipmentInline,
        SpecificationInline,
        SafetySystemInline,
        GasSourceInline,
        PhotoInline,
        DocumentInline,
        PromoVideoInline,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count programs and photos."""
        return reports.stations_with_counts(super().get_queryset(request))

    @display(description=_("station"), header=True, ordering="name")
    def station(self, obj: Station) -> tuple[Any, ...]:
        """Return both names, the type and the picture."""
        details = " · ".join(filter(None, [obj.short_name, obj.type]))
        return obj.name, details, None, thumbnail(obj.image, self.upload_fields["image"])

    @display(description=_("status"), label=STATION_COLOURS, ordering="status")
    def state(self, obj: Station) -> tuple[str | None, str]:
        """Return the status with its word."""
        return obj.status, obj.get_status_display() or self.empty_value_display

    @display(description=_("programs"), ordering="programs_total")
    def programs(self, obj: Any) -> int:
        """Return the number of programs."""
        return obj.programs_total

    @display(description=_("photos"), ordering="photos_total")
    def pictures(self, obj: Any) -> int:
        """Return the number of photos."""
        return obj.photos_total


@admin.register(Department)
class DepartmentAdmin(PortalModelAdmin):
    """Departments; the name is what employees see, in the portal's main language."""

    list_display = ["department", "state", "people"]
    list_filter = [("status", ChoiceFilter)]
    search_fields = ["name", "short_name", "name_ru", "name_en"]
    upload_fields = {"image": Upload(("image",), "departments", bare_folder="departments")}
    fieldsets = [
        (None, {"fields": [("name", "short_name"), "status", "description", "image"]}),
        (
            _("In Russian and English"),
            {"fields": [("name_ru", "name_en"), ("description_ru", "description_en")]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count the people."""
        return reports.departments_with_counts(super().get_queryset(request))

    @display(description=_("department"), header=True, ordering="name")
    def department(self, obj: Department) -> tuple[str, str]:
        """Return both names."""
        return str(obj), obj.short_name

    @display(description=_("status"), label=DEPARTMENT_COLOURS, ordering="status")
    def state(self, obj: Department) -> tuple[str | None, str]:
        """Return the status with its word."""
        return obj.status, obj.get_status_display() or self.empty_value_display

    @display(description=_("people"), ordering="people_total")
    def people(self, obj: Any) -> int:
        """Return the number of people."""
        return obj.people_total


class StationPartAdmin(PortalModelAdmin):
    """Base of what belongs to a station."""

    list_select_related = ["station"]
    list_filter = [("station", RelatedFilter)]
    autocomplete_fields = ["station"]
    parent_path = ("station",)


@admin.register(StationEquipment)
class StationEquipmentAdmin(StationPartAdmin):
    """Machines of all stations."""

    list_display = ["name", "station", "model", "manufacturer", "quantity", "power"]
    search_fields = ["name", "model", "manufacturer"]
    fields = complete(
        StationEquipment,
        ["station", ("name", "model"), ("manufacturer", "quantity", "power"), "description"],
    )


@admin.register(StationSpecification)
class StationSpecificationAdmin(StationPartAdmin):
    """Figures of all stations."""

    list_display = ["category", "value", "unit", "station"]
    search_fields = ["category", "description"]
    fields = complete(
        StationSpecification, ["station", "category", ("value", "unit"), "description"]
    )


class FeatureInline(PortalTabularInline):
    """Features on the page of their safety system."""

    model = SafetyFeature
    fields = ["feature_name", "order_index"]
    show_title = False
    tab = False


@admin.register(SafetySystem)
class SafetySystemAdmin(StationPartAdmin):
    """Safety systems of all stations."""

    list_display = ["name", "station", "manufacturer", "features"]
    search_fields = ["name", "manufacturer"]
    fields = complete(SafetySystem, ["station", ("name", "manufacturer"), "description"])
    inlines = [FeatureInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count the features."""
        return reports.safety_systems_with_counts(super().get_queryset(request))

    @display(description=_("features"), ordering="features_total")
    def features(self, obj: Any) -> int:
        """Return the number of features."""
        return obj.features_total


@admin.register(SafetyFeature)
class SafetyFeatureAdmin(PortalModelAdmin):
    """Features of all safety systems."""

    list_display = ["feature_name", "safety_system", "station"]
    list_select_related = ["safety_system__station"]
    list_filter = [("safety_system__station", RelatedFilter)]
    search_fields = ["feature_name", "safety_system__name"]
    autocomplete_fields = ["safety_system"]
    fields = ["safety_system", "feature_name"]
    parent_path = ("safety_system", "station")

    @display(description=_("station"), ordering="safety_system__station__name")
    def station(self, obj: SafetyFeature) -> Station:
        """Return the station."""
        return obj.safety_system.station


@admin.register(GasSource)
class GasSourceAdmin(StationPartAdmin):
    """Gas sources of all stations."""

    list_display = ["source_name", "station"]
    search_fields = ["source_name"]
    fields = complete(GasSource, ["station", "source_name"])


@admin.register(StationPhoto)
class StationPhotoAdmin(StationPartAdmin):
    """Pictures of all stations."""

    list_display = ["photo", "station", "view", time_column("created_at", _("created"))]
    list_filter = [("station", RelatedFilter), ("view", ChoiceFilter)]
    search_fields = ["title", "station__name"]
    fields = complete(StationPhoto, ["station", ("title", "view"), "image_url"])
    upload_fields = {"image_url": Upload(("image",), "stations/photos", bare_folder="stations")}

    @display(description=_("photo"), header=True, ordering="title")
    def photo(self, obj: StationPhoto) -> tuple[Any, ...]:
        """Return title and picture."""
        return obj.title, "", None, thumbnail(obj.image_url, self.upload_fields["image_url"])


@admin.register(NormativeDocument)
class NormativeDocumentAdmin(StationPartAdmin):
    """Regulations of all stations."""

    list_display = ["title", "station", time_column("created_at", _("created"))]
    search_fields = ["title", "station__name"]
    fields = complete(NormativeDocument, ["station", "title", "file_url"])
    upload_fields = {"file_url": Upload(("pdf", "document"), "stations/documents")}


@admin.register(PromoVideo)
class PromoVideoAdmin(StationPartAdmin):
    """Introduction videos of all stations."""

    list_display = ["__str__", "station", "state", time_column("created_at", _("created"))]
    list_filter = [("station", RelatedFilter), ("is_active", YesNoFilter)]
    search_fields = ["title", "station__name"]
    fields = ["station", "title", "object_key", "is_active"]
    upload_fields = {"object_key": Upload(("video",), "stations/videos")}

    @display(description=_("state"), label=FLAG_COLOURS, ordering="is_active")
    def state(self, obj: PromoVideo) -> tuple[bool, Any]:
        """Return whether employees see it."""
        return shown(obj.is_active)
