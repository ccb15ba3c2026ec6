"""Serializers of the home page's pictures."""

from rest_framework import serializers


class HeroImageResponse(serializers.Serializer):
    """Answer of GET /site/hero-image."""

    image_key = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)


class SlideSerializer(serializers.Serializer):
    """A picture of the slider."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    orderIndex = serializers.IntegerField()


class SlidesResponse(serializers.Serializer):
    """Answer of GET /site/hero-slider."""

    items = SlideSerializer(many=True)
