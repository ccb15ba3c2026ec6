"""Pictures of the client's home page: public, and never an error."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from lms.api.examples import company as examples
from lms.api.public import PublicView
from lms.api.serializers import site as schemas
from lms.selectors.courses import catalogue
from media_admin.services import objects
from portal.common.openapi import response_example

LINK_SECONDS = 7 * 24 * 3600


class HeroImageView(PublicView):
    """The background of the home page."""

    @extend_schema(
        summary="Get the background of the home page",
        tags=["Home page"],
        responses=schemas.HeroImageResponse,
        examples=[response_example(examples.HERO_IMAGE)],
    )
    def get(self, request: Request) -> Response:
        """Return the key and the address of the picture, or null for both."""
        key = catalogue.hero_image_key()
        url = objects.presign_download(key, expires_in_seconds=LINK_SECONDS) if key else None
        return Response({"image_key": key, "url": url})


class HeroSliderView(PublicView):
    """The pictures of the home page's slider."""

    @extend_schema(
        summary="List the pictures of the slider",
        tags=["Home page"],
        responses=schemas.SlidesResponse,
        examples=[response_example(examples.HERO_SLIDER)],
    )
    def get(self, request: Request) -> Response:
        """List the active pictures in order."""
        items = [
            {
                "id": slide.pk,
                "key": slide.key,
                "url": objects.presign_download(slide.key, expires_in_seconds=LINK_SECONDS),
                "orderIndex": slide.order_index,
            }
            for slide in catalogue.hero_slides()
        ]
        return Response({"items": items})
