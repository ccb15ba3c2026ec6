"""Answers that a browser saves as a file."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def pdf_download(content: bytes, *, name: str) -> HttpResponse:
    """Return a PDF that is saved as `name`.pdf; no cache on its way keeps a copy."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, f"{name}.pdf") or "attachment",
            "Cache-Control": "private, no-store",
        },
    )
