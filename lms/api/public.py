"""The base of routes that everyone may read."""

from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from lms.api.authentication import OptionalBearerAuthentication


class PublicView(APIView):
    """A route that everyone may read; a bad token counts as none."""

    authentication_classes = [OptionalBearerAuthentication]
    permission_classes = [AllowAny]
