"""What belongs to a station, edited on the station's page; one tab each."""

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.admin.base import PortalStackedInline, PortalTabularInline, UnorderedMixin
from lms.admin.nested import NestedTabularInline
from lms.admin.uploads import DROP_ZONE, Upload
from lms.models import (
    GasSource,
    NormativeDocument,
    PromoVideo,
    SafetyFeature,
    SafetySystem,
    StationEquipment,
    StationPhoto,
    StationSpecification,
)


class EquipmentInline(PortalStackedInline):
    """Machines."""

    model = StationEquipment
    fields = [
        ("name", "model"),
        ("manufacturer", "quantity", "power"),
        "description",
        "order_index",
    ]


class SpecificationInline(PortalTabularInline):
    """Figures with their units."""

    model = StationSpecification
    fields = ["category", "value", "unit", "description", "order_index"]
    show_title = False


class SafetyFeatureInline(NestedTabularInline):
    """What a safety system does."""

    model = SafetyFeature
    parent_relation = "features"
    verbose_name_plural = _("features")
    fields = ["feature_name", "order_index"]


class SafetySystemInline(PortalStackedInline):
    """Safety systems, each with its features."""

    model = SafetySystem
    inlines = [SafetyFeatureInline]
    fields = [("name", "manufacturer"), "description", "order_index"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load all features at once."""
        features = Prefetch("features", SafetyFeature.objects.order_by("order_index", "pk"))
        return super().get_queryset(request).prefetch_related(features)


class GasSourceInline(PortalTabularInline):
    """Fields and pipelines that supply the station."""

    model = GasSource
    fields = ["source_name", "order_index"]
    show_title = False


class PhotoInline(PortalStackedInline):
    """Pictures."""

    model = StationPhoto
    template_before = DROP_ZONE
    fields = [("title", "view"), "image_url", "order_index"]
    upload_fields = {
        "image_url": Upload(
            ("image",), "stations/{id}/photos", several=True, bare_folder="stations"
        )
    }


class DocumentInline(UnorderedMixin, PortalStackedInline):
    """Regulations."""

    model = NormativeDocument
    template_before = DROP_ZONE
    fields = ["title", "file_url"]
    upload_fields = {
        "file_url": Upload(("pdf", "document"), "stations/{id}/documents", several=True)
    }


class PromoVideoInline(UnorderedMixin, PortalStackedInline):
    """The introduction video."""

    model = PromoVideo
    fields = ["title", "object_key", "is_active"]
    upload_fields = {"object_key": Upload(("video",), "stations/{id}/videos")}
