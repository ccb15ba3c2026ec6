"""Answers that a browser saves as a file."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def file_download(content: bytes | str, *, name: str, content_type: str) -> HttpResponse:
    """Return content that is saved as the file `name`."""
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": disposition}
    )


def pdf_download(content: bytes, *, name: str) -> HttpResponse:
    """Return a PDF that is saved as `name`.pdf; no cache on its way keeps a copy."""
    response = file_download(content, name=f"{name}.pdf", content_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    return response
