"""Reads stations and what belongs to them, as plain rows in a fixed number of queries."""

from typing import Any

from django.db.models import QuerySet

from lms.errors import StationNotFound
from lms.models import (
    GasSource,
    NormativeDocument,
    SafetyFeature,
    SafetySystem,
    Station,
    StationEquipment,
    StationPhoto,
    StationSpecification,
)

Row = dict[str, Any]

LIST_FIELDS = (
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
_CHILD = ("id", "station_id")
_PLACE = ("order_index", "created_at")


def station_rows() -> list[Row]:
    """List all stations ordered by id."""
    return list(Station.objects.order_by("pk").values(*LIST_FIELDS))


def station_row(station_id: int) -> Row:
    """Return one station with its timestamps.

    Raises:
        StationNotFound: no such station.
    """
    fields = (*LIST_FIELDS, "created_at", "updated_at")
    row = Station.objects.filter(pk=station_id).values(*fields).first()
    if row is None:
        raise StationNotFound
    return row


def require_station(station_id: int) -> None:
    """Make sure that the station exists.

    Raises:
        StationNotFound: no such station.
    """
    if not Station.objects.filter(pk=station_id).exists():
        raise StationNotFound


def equipment_rows(station_id: int) -> list[Row]:
    """List the machines of a station."""
    names = ("name", "model", "manufacturer", "quantity", "power", "description")
    return _rows(StationEquipment.objects, station_id, names)


def specification_rows(station_id: int) -> list[Row]:
    """List the figures of a station."""
    return _rows(
        StationSpecification.objects, station_id, ("category", "value", "unit", "description")
    )


def gas_source_rows(station_id: int) -> list[Row]:
    """List the gas supply sources of a station."""
    return _rows(GasSource.objects, station_id, ("source_name",))


def photo_rows(station_id: int) -> list[Row]:
    """List the pictures of a station."""
    return _rows(StationPhoto.objects, station_id, ("title", "view", "image_url"))


def document_rows(station_id: int) -> list[Row]:
    """List the regulations that hold at a station."""
    documents = NormativeDocument.objects.filter(station_id=station_id).order_by("pk")
    return list(documents.values(*_CHILD, "title", "file_url", "created_at"))


def safety_rows(station_id: int) -> list[Row]:
    """List the safety systems of a station, each with its features; two queries."""
    systems = _rows(SafetySystem.objects, station_id, ("name", "description", "manufacturer"))
    features: dict[int, list[Row]] = {system["id"]: [] for system in systems}
    found = SafetyFeature.objects.filter(safety_system__station_id=station_id)
    for row in found.order_by("order_index", "pk").values(
        "id", "feature_name", "order_index", "safety_system_id"
    ):
        features[row.pop("safety_system_id")].append(row)
    for system in systems:
        system["features"] = features[system["id"]]
        system["feature_names"] = [row["feature_name"] for row in system["features"]]
    return systems


def _rows(rows: QuerySet, station_id: int, names: tuple[str, ...]) -> list[Row]:
    ordered = rows.filter(station_id=station_id).order_by("order_index", "pk")
    return list(ordered.values(*_CHILD, *names, *_PLACE))
