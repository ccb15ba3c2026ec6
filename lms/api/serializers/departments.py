"""Serializers of the company's departments."""

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from lms.api.serializers.base import RowSerializer
from lms.models import Department


class DepartmentSerializer(RowSerializer):
    """A department; empty names and descriptions are answered in Russian."""

    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)

    class Meta:
        model = Department
        fields = Department.API_FIELDS


class DepartmentDetailSerializer(DepartmentSerializer):
    """A department with the times of its creation and last change."""

    class Meta:
        model = Department
        fields = Department.API_DETAIL_FIELDS


DepartmentList = inline_serializer("DepartmentList", {"data": DepartmentSerializer(many=True)})
DepartmentResponse = inline_serializer("DepartmentResponse", {"data": DepartmentDetailSerializer()})
