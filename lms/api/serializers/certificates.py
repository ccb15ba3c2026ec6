"""The serializer of certificates, and the values of their answers."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from lms.models import Certificate


def certificate_json(certificate: Certificate, *, page_url: str | None) -> dict[str, Any]:
    """Return a certificate of the caller; one without a number has neither page nor PDF."""
    number = certificate.number
    return {
        "id": str(certificate.pk),
        "number": number,
        "title": certificate.program_title or certificate.title,
        "holder_name": certificate.holder_name,
        "program_id": certificate.course_program_id,
        "hours": certificate.hours,
        "score": certificate.score,
        "language": certificate.language,
        "issued_at": certificate.issued_at,
        "is_valid": certificate.is_valid,
        "revoked_at": certificate.revoked_at,
        "pdf_path": f"/certificates/{number}/pdf" if number else None,
        "page_url": page_url,
    }


class CertificateSerializer(serializers.Serializer):
    """A certificate of the caller; score in percent, pdf_path below the API's own address."""

    id = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    holder_name = serializers.CharField(allow_null=True)
    program_id = serializers.IntegerField(allow_null=True)
    hours = serializers.CharField(allow_null=True)
    score = serializers.IntegerField(allow_null=True)
    language = serializers.CharField(allow_null=True)
    issued_at = serializers.DateTimeField(allow_null=True)
    # The name is the client's; nobody asks this serializer whether it is valid.
    is_valid = serializers.BooleanField()  # type: ignore[assignment]
    revoked_at = serializers.DateTimeField(allow_null=True)
    pdf_path = serializers.CharField(allow_null=True)
    page_url = serializers.CharField(allow_null=True)


MyCertificatesResponse = inline_serializer(
    "MyCertificatesResponse", {"data": CertificateSerializer(many=True)}
)
