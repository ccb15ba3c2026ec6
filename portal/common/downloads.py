"""Answers that a browser stores as a file."""

from django.http import HttpResponse


def pdf_download(content: bytes, *, name: str) -> HttpResponse:
    """Return a PDF to be stored as `name`.pdf; nobody on the way keeps a copy."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )
