"""Serializers of stations and what belongs to them; the selectors return the rows."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from lms.api.serializers.base import RowSerializer
from lms.models import (
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


def promo_video_json(video: PromoVideo | None) -> dict[str, Any] | None:
    """Return an introduction video in the client's names."""
    if video is None:
        return None
    return {
        "id": video.pk,
        "stationId": video.station_id,
        "title": video.title,
        "objectKey": video.object_key,
    }


class StationSerializer(RowSerializer):
    """A station in a list; figures are free text with their unit."""

    status = serializers.ChoiceField(["active", "maintenance"])

    class Meta:
        model = Station
        fields = Station.API_FIELDS


class StationDetailSerializer(StationSerializer):
    """A station with the times of its creation and last change."""

    class Meta:
        model = Station
        fields = Station.API_DETAIL_FIELDS


class EquipmentSerializer(RowSerializer):
    """Equipment of a station."""

    class Meta:
        model = StationEquipment
        fields = StationEquipment.API_FIELDS


class SpecificationSerializer(RowSerializer):
    """A technical figure of a station."""

    class Meta:
        model = StationSpecification
        fields = StationSpecification.API_FIELDS


class SafetyFeatureSerializer(RowSerializer):
    """A function of a safety system."""

    class Meta:
        model = SafetyFeature
        fields = SafetyFeature.API_FIELDS


class SafetySystemSerializer(RowSerializer):
    """A safety system with its features, also as plain texts."""

    features = SafetyFeatureSerializer(many=True)
    feature_names = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = SafetySystem
        fields = (*SafetySystem.API_FIELDS, "features", "feature_names")


class GasSourceSerializer(RowSerializer):
    """A gas supply source."""

    class Meta:
        model = GasSource
        fields = GasSource.API_FIELDS


class PhotoSerializer(RowSerializer):
    """A photo of a station."""

    class Meta:
        model = StationPhoto
        fields = StationPhoto.API_FIELDS


class DocumentSerializer(RowSerializer):
    """A normative document of a station."""

    class Meta:
        model = NormativeDocument
        fields = NormativeDocument.API_FIELDS


class PromoVideoSerializer(serializers.Serializer):
    """The introduction video of a station."""

    id = serializers.IntegerField()
    stationId = serializers.IntegerField()
    title = serializers.CharField(allow_null=True)
    objectKey = serializers.CharField()


class StationResponse(serializers.Serializer):
    """A station with everything that belongs to it; the names are the client's."""

    station = StationDetailSerializer()
    equipment = EquipmentSerializer(many=True)
    specs = SpecificationSerializer(many=True)
    safety = SafetySystemSerializer(many=True)
    gas_sources = GasSourceSerializer(many=True)
    photos = PhotoSerializer(many=True)
    normativeDocs = DocumentSerializer(many=True)


class PromoVideoResponse(serializers.Serializer):
    """The introduction video of a station; null without one."""

    video = PromoVideoSerializer(allow_null=True)


StationList = inline_serializer("StationList", {"data": StationSerializer(many=True)})
EquipmentList = inline_serializer("EquipmentList", {"data": EquipmentSerializer(many=True)})
SpecificationList = inline_serializer(
    "SpecificationList", {"data": SpecificationSerializer(many=True)}
)
SafetyList = inline_serializer("SafetyList", {"data": SafetySystemSerializer(many=True)})
GasSourceList = inline_serializer("GasSourceList", {"data": GasSourceSerializer(many=True)})
