"""Stations and their children: public, read-only."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from lms.api.public import PublicView
from lms.api.serializers import courses as course_schemas
from lms.api.serializers import stations as schemas
from lms.selectors import stations
from lms.selectors.courses import outline as courses
from lms.selectors.courses import program_json


class StationListView(PublicView):
    """All stations."""

    @extend_schema(responses=schemas.StationList, operation_id="stations_list")
    def get(self, request: Request) -> Response:
        """List all stations ordered by id."""
        return Response({"data": stations.station_rows()})


class StationView(PublicView):
    """One station with all its children."""

    @extend_schema(responses=schemas.StationResponse)
    def get(self, request: Request, station_id: int) -> Response:
        """Return the station; 404 when it does not exist."""
        return Response(
            {
                "station": stations.station_row(station_id),
                "equipment": stations.equipment_rows(station_id),
                "specs": stations.specification_rows(station_id),
                "safety": stations.safety_rows(station_id),
                "gas_sources": stations.gas_source_rows(station_id),
                "photos": stations.photo_rows(station_id),
                "normativeDocs": stations.document_rows(station_id),
            }
        )


class EquipmentView(PublicView):
    """Machines of a station."""

    @extend_schema(responses=schemas.EquipmentList)
    def get(self, request: Request, station_id: int) -> Response:
        """List them; 404 for an unknown station."""
        stations.require_station(station_id)
        return Response({"data": stations.equipment_rows(station_id)})


class SpecificationView(PublicView):
    """Figures of a station."""

    @extend_schema(responses=schemas.SpecificationList)
    def get(self, request: Request, station_id: int) -> Response:
        """List them; 404 for an unknown station."""
        stations.require_station(station_id)
        return Response({"data": stations.specification_rows(station_id)})


class SafetyView(PublicView):
    """Safety systems of a station."""

    @extend_schema(responses=schemas.SafetyList)
    def get(self, request: Request, station_id: int) -> Response:
        """List them with their features; 404 for an unknown station."""
        stations.require_station(station_id)
        return Response({"data": stations.safety_rows(station_id)})


class GasSourceView(PublicView):
    """Gas supply sources of a station."""

    @extend_schema(responses=schemas.GasSourceList)
    def get(self, request: Request, station_id: int) -> Response:
        """List them; 404 for an unknown station."""
        stations.require_station(station_id)
        return Response({"data": stations.gas_source_rows(station_id)})


class CourseProgramView(PublicView):
    """The active program of a station."""

    @extend_schema(responses=course_schemas.CourseProgramResponse)
    def get(self, request: Request, station_id: int) -> Response:
        """Return the program, or null when the station has none; 404 for an unknown station."""
        program = courses.active_program(station_id)
        if program is None:
            stations.require_station(station_id)
            return Response({"courseProgram": None})
        outline = courses.program_outline(program["id"])
        texts = courses.program_texts(program["id"])
        return Response({"courseProgram": program_json.program_json(program, outline, texts)})
