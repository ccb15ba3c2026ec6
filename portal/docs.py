"""The API contract and its offline pages, made once per process from the code."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request


@cache
def contract_yaml() -> bytes:
    """Return the contract, byte for byte what `manage.py spectacular` writes."""
    with translation.override("en"):
        schema = SchemaGenerator().get_schema(request=None, public=True)
        return OpenApiYamlRenderer().render(schema, renderer_context={})


def contract(request: HttpRequest) -> HttpResponse:
    """Answer the contract as YAML."""
    response = HttpResponse(contract_yaml(), content_type="application/yaml")
    response["Cache-Control"] = "no-cache"
    return response


class DocsView(SpectacularSwaggerSplitView):
    """The contract as pages to read and try; everything they load comes from here."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    # Its script comes from this address as well: the content policy lets no script in the page run.
    url_self = "?"

    def _get_schema_url(self, request: Request) -> str:
        """Address the contract beside this page, whichever prefix and spelling it has."""
        return "../openapi.yaml" if request.path.endswith("/") else "openapi.yaml"
