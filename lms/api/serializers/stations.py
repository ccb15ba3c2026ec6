"""Shapes for stations and their children; rows come ready from the selectors."""

from rest_framework import serializers


class StationShape(serializers.Serializer):
    """A station as the client lists it; figures are free text with their unit."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    image = serializers.CharField(allow_null=True)
    tech_map_image = serializers.CharField(allow_null=True)
    power = serializers.CharField(allow_null=True)
    commission_date = serializers.CharField(allow_null=True)
    courses_count = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(["active", "maintenance"])
    location = serializers.CharField(allow_null=True)
    type = serializers.CharField(allow_null=True)
    design_capacity = serializers.CharField(allow_null=True)
    gas_pressure = serializers.CharField(allow_null=True)
    distance_from_border = serializers.CharField(allow_null=True)
    pipeline_diameter = serializers.CharField(allow_null=True)
    input_pressure = serializers.CharField(allow_null=True)
    output_pressure = serializers.CharField(allow_null=True)
    parallel_lines = serializers.CharField(allow_null=True)


class StationDetailShape(StationShape):
    """A station with its instants."""

    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ChildShape(serializers.Serializer):
    """What each child of a station carries."""

    id = serializers.IntegerField()
    station_id = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class OrderedChildShape(ChildShape):
    """A child with a place in its list."""

    order_index = serializers.IntegerField()


class EquipmentShape(OrderedChildShape):
    """A machine."""

    name = serializers.CharField()
    model = serializers.CharField(allow_null=True)
    manufacturer = serializers.CharField(allow_null=True)
    quantity = serializers.IntegerField(allow_null=True)
    power = serializers.CharField(allow_null=True)
    description = serializers.CharField(allow_null=True)


class SpecificationShape(OrderedChildShape):
    """A figure."""

    category = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    unit = serializers.CharField(allow_null=True)
    description = serializers.CharField(allow_null=True)


class FeatureShape(serializers.Serializer):
    """One thing that a safety system does."""

    id = serializers.IntegerField()
    feature_name = serializers.CharField()
    order_index = serializers.IntegerField()


class SafetyShape(OrderedChildShape):
    """A safety system with its features, also as plain texts."""

    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    manufacturer = serializers.CharField(allow_null=True)
    features = FeatureShape(many=True)
    feature_names = serializers.ListField(child=serializers.CharField())


class GasSourceShape(OrderedChildShape):
    """A gas supply source."""

    source_name = serializers.CharField()


class PhotoShape(OrderedChildShape):
    """A picture."""

    title = serializers.CharField()
    view = serializers.CharField(allow_null=True)
    image_url = serializers.CharField()


class DocumentShape(ChildShape):
    """A regulation."""

    title = serializers.CharField()
    file_url = serializers.CharField()


class StationList(serializers.Serializer):
    """Answer of GET /stations."""

    data = StationShape(many=True)


class StationResponse(serializers.Serializer):
    """Answer of GET /stations/{id}; the names are the client's."""

    station = StationDetailShape()
    equipment = EquipmentShape(many=True)
    specs = SpecificationShape(many=True)
    safety = SafetyShape(many=True)
    gas_sources = GasSourceShape(many=True)
    photos = PhotoShape(many=True)
    normativeDocs = DocumentShape(many=True)


class EquipmentList(serializers.Serializer):
    """Answer of GET /stations/{id}/equipment."""

    data = EquipmentShape(many=True)


class SpecificationList(serializers.Serializer):
    """Answer of GET /stations/{id}/specs."""

    data = SpecificationShape(many=True)


class SafetyList(serializers.Serializer):
    """Answer of GET /stations/{id}/safety."""

    data = SafetyShape(many=True)


class GasSourceList(serializers.Serializer):
    """Answer of GET /stations/{id}/gas-sources."""

    data = GasSourceShape(many=True)
