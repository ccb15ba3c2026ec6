"""The caller's certificates, their PDF, and the public page that a QR code leads to."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.authentication import BearerAuthentication, MediaCookieAuthentication, user_of
from lms.api.examples import files as examples
from lms.api.examples.base import CERTIFICATE_NUMBER
from lms.api.serializers import certificates as schemas
from lms.errors import CertificateNotFound
from lms.models import Certificate
from lms.selectors.progress import certificates as selectors
from lms.services.progress import certificate_pdf
from lms.services.progress.certificate_access import certificate_of_page, readable_certificate
from portal.common.client_address import client_address
from portal.common.downloads import pdf_download
from portal.common.openapi import errors, response_example
from portal.common.public_address import public_address

_LANGUAGE = OpenApiParameter("lang", str, description="ru or en; else the certificate's own.")


def _language(request: Request, certificate: Certificate | None) -> str:
    return certificate_pdf.language_of(certificate, request.query_params.get("lang"))


class MyCertificatesView(APIView):
    """The caller's certificates."""

    @extend_schema(
        summary="List your certificates",
        tags=["Certificates"],
        responses=schemas.MyCertificatesResponse,
        examples=[response_example({"data": [examples.CERTIFICATE]})],
    )
    def get(self, request: Request) -> Response:
        """List the certificates, newest first, revoked ones included."""
        portal = public_address(request)
        rows = []
        for row in selectors.certificates_of(user_of(request).pk):
            page = certificate_pdf.page_url(row.number, portal=portal) if row.number else None
            rows.append(schemas.certificate_json(row, page_url=page))
        return Response({"data": rows})


class CertificatePdfView(APIView):
    """The PDF of a certificate; the media cookie serves a plain link."""

    parameter_examples: ClassVar[dict[str, Any]] = {"number": CERTIFICATE_NUMBER, "lang": "ru"}

    authentication_classes = [BearerAuthentication, MediaCookieAuthentication]

    @extend_schema(
        summary="Get the PDF of a certificate",
        tags=["Certificates"],
        parameters=[_LANGUAGE],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            **errors(CertificateNotFound),
        },
    )
    def get(self, request: Request, number: str) -> HttpResponse:
        """Send the PDF to its holder, to HR and to administrators; 404 for everybody else."""
        certificate = readable_certificate(user_of(request), number)
        content = certificate_pdf.render(
            certificate,
            portal=public_address(request),
            language=_language(request, certificate),
        )
        return pdf_download(content, name=certificate.number or number)


class CertificatePageView(APIView):
    """The public page of a certificate: shows what is printed on it, and whether it is valid."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request, number: str) -> HttpResponse:
        """Show the page in Russian or English; 404 with a page of its own for unknown numbers."""
        certificate = certificate_of_page(number, address=client_address(request))
        language = _language(request, certificate)
        with translation.override(language):
            page = render_to_string("lms/pages/certificate.html", _context(certificate, language))
        return HttpResponse(
            page,
            status=404 if certificate is None else 200,
            headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"},
        )


def _context(certificate: Certificate | None, language: str) -> dict[str, Any]:
    context: dict[str, Any] = {
        "language": language,
        "certificate": certificate,
        "portal": certificate_pdf.PORTAL,
    }
    if certificate is not None:
        context["details"] = certificate_pdf.details_of(certificate)
        context["issued_on"] = certificate_pdf.issued_on(certificate)
    return context
