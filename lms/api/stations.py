"""Stations and what belongs to them: public, read-only."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from lms.api.examples import stations as examples
from lms.api.public import PublicView
from lms.api.serializers import stations as schemas
from lms.errors import StationNotFound
from lms.selectors import stations
from lms.selectors.courses import catalogue
from portal.common.openapi import errors, response_example


class StationDetailView(PublicView):
    """A route that names a station in its path."""

    parameter_examples: ClassVar[dict[str, Any]] = {"station_id": 1}


class StationListView(PublicView):
    """All stations."""

    @extend_schema(
        summary="List all stations",
        tags=["Stations"],
        operation_id="stations_list",
        responses=schemas.StationList,
        examples=[response_example({"data": examples.STATIONS})],
    )
    def get(self, request: Request) -> Response:
        """List all stations ordered by id."""
        return Response({"data": stations.station_rows()})


class StationView(StationDetailView):
    """One station with everything that belongs to it."""

    @extend_schema(
        summary="Get a station with everything that belongs to it",
        tags=["Stations"],
        responses={200: schemas.StationResponse, **errors(StationNotFound)},
        examples=[response_example(examples.STATION_WITH_PARTS)],
    )
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


class EquipmentView(StationDetailView):
    """The equipment of a station."""

    @extend_schema(
        summary="List the equipment of a station",
        tags=["Stations"],
        responses={200: schemas.EquipmentList, **errors(StationNotFound)},
        examples=[response_example({"data": examples.EQUIPMENT})],
    )
    def get(self, request: Request, station_id: int) -> Response:
        """List the equipment; 404 for an unknown station."""
        stations.require_station(station_id)
        return Response({"data": stations.equipment_rows(station_id)})


class SpecificationView(StationDetailView):
    """The technical figures of a station."""

    @extend_schema(
        summary="List the technical figures of a station",
        tags=["Stations"],
        responses={200: schemas.SpecificationList, **errors(StationNotFound)},
        examples=[response_example({"data": examples.SPECIFICATIONS})],
    )
    def get(self, request: Request, station_id: int) -> Response:
        """List the technical figures; 404 for an unknown station."""
        stations.require_station(station_id)
        return Response({"data": stations.specification_rows(station_id)})


class SafetyView(StationDetailView):
    """The safety systems of a station."""

    @extend_schema(
        summary="List the safety systems of a station",
        tags=["Stations"],
        responses={200: schemas.SafetyList, **errors(StationNotFound)},
        examples=[response_example({"data": examples.SAFETY_SYSTEMS})],
    )
    def get(self, request: Request, station_id: int) -> Response:
        """List the safety systems with their features; 404 for an unknown station."""
        stations.require_station(station_id)
        return Response({"data": stations.safety_rows(station_id)})


class GasSourceView(StationDetailView):
    """The gas supply sources of a station."""

    @extend_schema(
        summary="List the gas sources of a station",
        tags=["Stations"],
        responses={200: schemas.GasSourceList, **errors(StationNotFound)},
        examples=[response_example({"data": examples.GAS_SOURCES})],
    )
    def get(self, request: Request, station_id: int) -> Response:
        """List the gas sources; 404 for an unknown station."""
        stations.require_station(station_id)
        return Response({"data": stations.gas_source_rows(station_id)})


class PromoVideoView(StationDetailView):
    """The introduction video of a station."""

    @extend_schema(
        summary="Get the introduction video of a station",
        tags=["Stations"],
        responses={200: schemas.PromoVideoResponse, **errors(StationNotFound)},
        examples=[response_example(examples.PROMO_VIDEO)],
    )
    def get(self, request: Request, station_id: int) -> Response:
        """Return the video, or null; 404 for an unknown station."""
        video = catalogue.promo_video(station_id)
        if video is None:
            stations.require_station(station_id)
        return Response({"video": schemas.promo_video_json(video)})
