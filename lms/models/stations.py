"""Stations and what belongs to one: equipment, figures, safety, gas, pictures, papers, video."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.models.base import ApiModel, CreatedModel, OrderedModel, TimestampedModel
from lms.models.bin import BinnableModel


class Station(BinnableModel, TimestampedModel, ApiModel):
    """A gas compressor station; free-text figures carry their unit, as the company writes them."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("in operation")
        MAINTENANCE = "maintenance", _("under maintenance")

    name = models.CharField(_("name"), max_length=255)
    short_name = models.CharField(_("short name"), max_length=50, unique=True)
    description = models.TextField(_("description"), null=True, blank=True)
    image = models.CharField(_("picture"), max_length=1000, null=True, blank=True)
    tech_map_image = models.CharField(
        _("technological map"), max_length=1000, null=True, blank=True
    )
    power = models.CharField(_("power"), max_length=100, null=True, blank=True)
    commission_date = models.CharField(_("commissioned"), max_length=20, null=True, blank=True)
    courses_count = models.IntegerField(_("courses"), default=0, db_default=0, null=True)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=Status,
        default=Status.ACTIVE,
        db_default=Status.ACTIVE.value,
        null=True,
    )
    location = models.TextField(_("location"), null=True, blank=True)
    type = models.CharField(_("type"), max_length=255, null=True, blank=True)
    design_capacity = models.CharField(_("design capacity"), max_length=100, null=True, blank=True)
    gas_pressure = models.CharField(_("gas pressure"), max_length=100, null=True, blank=True)
    distance_from_border = models.CharField(
        _("distance from the border"), max_length=100, null=True, blank=True
    )
    pipeline_diameter = models.CharField(
        _("pipeline diameter"), max_length=100, null=True, blank=True
    )
    input_pressure = models.CharField(_("inlet pressure"), max_length=100, null=True, blank=True)
    output_pressure = models.CharField(_("outlet pressure"), max_length=100, null=True, blank=True)
    parallel_lines = models.CharField(_("parallel lines"), max_length=100, null=True, blank=True)

    API_FIELDS = (
        "id",
        "name",
        "short_name",
        "description",
        "image",
        "tech_map_image",
        "power",
        "commission_date",
        "courses_count",
        "status",
        "location",
        "type",
        "design_capacity",
        "gas_pressure",
        "distance_from_border",
        "pipeline_diameter",
        "input_pressure",
        "output_pressure",
        "parallel_lines",
    )
    API_DETAIL_FIELDS = (*API_FIELDS, "created_at", "updated_at")

    class Meta:
        db_table = "stations"
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "maintenance"]), name="stations_status"
            )
        ]

    def __str__(self) -> str:
        return self.name


class StationChild(BinnableModel, OrderedModel, CreatedModel, ApiModel):
    """Fields of all ordered lists of a station."""

    station = models.ForeignKey(Station, verbose_name=_("station"), on_delete=models.CASCADE)

    class Meta(OrderedModel.Meta):
        abstract = True


class StationEquipment(StationChild):
    """A kind of machine of the station."""

    name = models.CharField(_("name"), max_length=255)
    model = models.CharField(_("model"), max_length=255, null=True, blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=255, null=True, blank=True)
    quantity = models.IntegerField(_("quantity"), default=1, db_default=1, null=True)
    power = models.CharField(_("power"), max_length=100, null=True, blank=True)
    description = models.TextField(_("description"), null=True, blank=True)

    API_FIELDS = (
        "id",
        "station_id",
        "name",
        "model",
        "manufacturer",
        "quantity",
        "power",
        "description",
        "order_index",
        "created_at",
    )
    API_EXAMPLES: ClassVar[dict[str, Any]] = {
        "name": _("Gas pumping unit"),
        "model": "GPU-16",
        "manufacturer": _("Turbine works"),
        "quantity": 4,
        "power": _("16 MW"),
        "description": _("Driven by a gas turbine."),
    }

    class Meta(StationChild.Meta):
        db_table = "station_equipment"
        default_related_name = "equipment"
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")

    def __str__(self) -> str:
        return self.name


class StationSpecification(StationChild):
    """A figure of the station with its unit."""

    category = models.CharField(_("figure"), max_length=255)
    value = models.CharField(_("value"), max_length=100, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=50, null=True, blank=True)
    description = models.TextField(_("description"), null=True, blank=True)

    API_FIELDS = (
        "id",
        "station_id",
        "category",
        "value",
        "unit",
        "description",
        "order_index",
        "created_at",
    )
    API_EXAMPLES: ClassVar[dict[str, Any]] = {
        "category": _("Outlet pressure"),
        "value": "9.8",
        "unit": _("MPa"),
        "description": _("At full load."),
    }

    class Meta(StationChild.Meta):
        db_table = "station_specifications"
        default_related_name = "specifications"
        verbose_name = _("specification")
        verbose_name_plural = _("specifications")

    def __str__(self) -> str:
        return self.category


class SafetySystem(StationChild):
    """A safety system of the station."""

    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), null=True, blank=True)
    manufacturer = models.CharField(_("manufacturer"), max_length=255, null=True, blank=True)

    API_FIELDS = (
        "id",
        "station_id",
        "name",
        "manufacturer",
        "description",
        "order_index",
        "created_at",
    )
    API_EXAMPLES: ClassVar[dict[str, Any]] = {
        "name": _("Gas detection"),
        "manufacturer": _("Instrument works"),
        "description": _("Watches all halls around the clock."),
    }

    class Meta(StationChild.Meta):
        db_table = "station_safety_systems"
        default_related_name = "safety_systems"
        verbose_name = _("safety system")
        verbose_name_plural = _("safety systems")

    def __str__(self) -> str:
        return self.name


class SafetyFeature(BinnableModel, OrderedModel, CreatedModel, ApiModel):
    """One thing that a safety system does."""

    safety_system = models.ForeignKey(
        SafetySystem,
        verbose_name=_("safety system"),
        on_delete=models.CASCADE,
        related_name="features",
    )
    feature_name = models.CharField(_("feature"), max_length=255)

    API_FIELDS = ("id", "feature_name", "order_index")

    class Meta(OrderedModel.Meta):
        db_table = "station_safety_system_features"
        verbose_name = _("safety feature")
        verbose_name_plural = _("safety features")

    def __str__(self) -> str:
        return self.feature_name


class GasSource(StationChild):
    """A field or pipeline that supplies the station."""

    source_name = models.CharField(_("source"), max_length=255)

    API_FIELDS = (
        "id",
        "station_id",
        "source_name",
        "order_index",
        "created_at",
    )
    API_EXAMPLES: ClassVar[dict[str, Any]] = {
        "source_name": _("Northern pipeline, line 1"),
    }

    class Meta(StationChild.Meta):
        db_table = "station_gas_supply_sources"
        default_related_name = "gas_sources"
        verbose_name = _("gas supply source")
        verbose_name_plural = _("gas supply sources")

    def __str__(self) -> str:
        return self.source_name


class StationPhoto(StationChild):
    """A picture of the station; two views override the station's own picture and map."""

    class View(models.TextChoices):
        STATION_IMAGE = "station_image", _("main picture")
        TECH_MAP_IMAGE = "tech_map_image", _("technological map")
        GENERAL = "general", _("general view")
        MACHINE_HALL = "machine-hall", _("machine hall")
        COMPRESSORS = "compressors", _("compressors")
        COOLING = "cooling", _("gas cooling")
        OTHER = "other", _("other")

    title = models.CharField(_("title"), max_length=255)
    view = models.CharField(_("view"), max_length=100, choices=View, null=True, blank=True)
    image_url = models.CharField(_("picture"), max_length=1000)

    API_FIELDS = (
        "id",
        "station_id",
        "title",
        "view",
        "image_url",
        "order_index",
        "created_at",
    )
    API_EXAMPLES: ClassVar[dict[str, Any]] = {
        "title": _("Machine hall"),
        "view": View.MACHINE_HALL,
        "image_url": "stations/photos/hall.jpg",
    }

    class Meta(StationChild.Meta):
        db_table = "station_photos"
        default_related_name = "photos"
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return self.title


class NormativeDocument(BinnableModel, CreatedModel, ApiModel):
    """A regulation that applies at the station."""

    station = models.ForeignKey(
        Station,
        verbose_name=_("station"),
        on_delete=models.CASCADE,
        related_name="normative_documents",
    )
    title = models.CharField(_("title"), max_length=255)
    file_url = models.CharField(_("file"), max_length=1000)

    API_FIELDS = ("id", "station_id", "title", "file_url", "created_at")
    API_EXAMPLES: ClassVar[dict[str, Any]] = {
        "title": _("Safety rules"),
        "file_url": "stations/documents/rules.pdf",
    }

    class Meta:
        db_table = "station_normative_docs"
        verbose_name = _("normative document")
        verbose_name_plural = _("normative documents")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class PromoVideo(BinnableModel, TimestampedModel):
    """The station's introduction video, shown to everyone; the newest active one counts."""

    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.CASCADE, related_name="promo_videos"
    )
    title = models.CharField(_("title"), max_length=255, null=True, blank=True)
    object_key = models.CharField(_("video"), max_length=1000)
    is_active = models.BooleanField(_("active"), default=True, db_default=True, null=True)

    class Meta:
        db_table = "station_promo_videos"
        verbose_name = _("introduction video")
        verbose_name_plural = _("introduction videos")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title or str(self.station)
