"""Reads stations and what belongs to them, as plain rows in a fixed number of queries."""

from collections.abc import Callable
from typing import Any

from django.db.models import IntegerField, QuerySet

from lms.errors import StationNotFound
from lms.models import (
    CourseProgram,
    Enrollment,
    GasSource,
    NormativeDocument,
    SafetyFeature,
    SafetySystem,
    Station,
    StationEquipment,
    StationPhoto,
    StationSpecification,
)
from lms.models.stations import StationChild
from lms.selectors.reports import count_of
from portal.fastpath.compiled_query import CompiledQuery

Row = dict[str, Any]


def _of_station(make: Callable[[Any], "QuerySet[Any, Row]"]) -> CompiledQuery[Any]:
    return CompiledQuery(make, IntegerField(), sample=-918_273_645)


def _children(model: type[StationChild]) -> CompiledQuery[Any]:
    return _of_station(
        lambda station: (
            model.objects.filter(station=station)
            .order_by("order_index", "pk")
            .values(*model.API_FIELDS)
        )
    )


_STATION = _of_station(
    lambda station: Station.objects.filter(pk=station).values(*Station.API_DETAIL_FIELDS)
)
_EQUIPMENT = _children(StationEquipment)
_SPECIFICATIONS = _children(StationSpecification)
_GAS_SOURCES = _children(GasSource)
_PHOTOS = _children(StationPhoto)
_SYSTEMS = _children(SafetySystem)
_FEATURES = _of_station(
    lambda station: (
        SafetyFeature.objects.filter(safety_system__station=station)
        .order_by("order_index", "pk")
        .values(*SafetyFeature.API_FIELDS, "safety_system_id")
    )
)
_DOCUMENTS = _of_station(
    lambda station: (
        NormativeDocument.objects.filter(station=station)
        .order_by("pk")
        .values(*NormativeDocument.API_FIELDS)
    )
)


def station_rows() -> list[Row]:
    """List all stations ordered by id."""
    return list(Station.objects.order_by("pk").values(*Station.API_FIELDS))


def station_row(station_id: int) -> Row:
    """Return one station with its timestamps.

    Raises:
        StationNotFound: no such station.
    """
    rows = _STATION.rows(station_id)
    if not rows:
        raise StationNotFound
    return rows[0]


def require_station(station_id: int) -> None:
    """Make sure that the station exists.

    Raises:
        StationNotFound: no such station.
    """
    if not Station.objects.filter(pk=station_id).exists():
        raise StationNotFound


def equipment_rows(station_id: int) -> list[Row]:
    """List the machines of a station."""
    return _EQUIPMENT.rows(station_id)


def specification_rows(station_id: int) -> list[Row]:
    """List the figures of a station."""
    return _SPECIFICATIONS.rows(station_id)


def gas_source_rows(station_id: int) -> list[Row]:
    """List the gas supply sources of a station."""
    return _GAS_SOURCES.rows(station_id)


def photo_rows(station_id: int) -> list[Row]:
    """List the pictures of a station."""
    return _PHOTOS.rows(station_id)


def document_rows(station_id: int) -> list[Row]:
    """List the regulations that hold at a station."""
    return _DOCUMENTS.rows(station_id)


def safety_rows(station_id: int) -> list[Row]:
    """List the safety systems of a station, each with its features; two queries."""
    systems = _SYSTEMS.rows(station_id)
    features: dict[int, list[Row]] = {system["id"]: [] for system in systems}
    for row in _FEATURES.rows(station_id):
        # A feature of a system that came between the two queries belongs to the next answer.
        features.get(row.pop("safety_system_id"), []).append(row)
    for system in systems:
        system["features"] = features[system["id"]]
        system["feature_names"] = [row["feature_name"] for row in system["features"]]
    return systems


def programs_of(station: Station) -> list[Any]:
    """Return the programs of a station by title, each with learners_total; one query."""
    programs = CourseProgram.objects.filter(station=station).only("title", "is_active", "station")
    programs = programs.annotate(learners_total=count_of(Enrollment, "course_program"))
    return list(programs.order_by("-is_active", "title", "pk"))


def learners_of(station: Station) -> int:
    """Count the people who are enrolled in at least one program of a station."""
    enrollments = Enrollment.objects.filter(
        course_program__station=station, course_program__bin_entry__isnull=True
    )
    return enrollments.order_by().values("user").distinct().count()
