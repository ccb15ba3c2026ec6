"""Reads certificates."""

from typing import Any
from uuid import UUID

from lms.models import Certificate


def certificate_rows(user_id: UUID) -> list[dict[str, Any]]:
    """List a person's certificates, newest first."""
    rows = Certificate.objects.filter(user_id=user_id).order_by("-issued_at", "pk")
    return list(rows.values("id", "title", "issued_at"))
