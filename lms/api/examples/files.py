"""Examples of files and certificates."""

from lms.api.examples.base import CERTIFICATE_NUMBER, PDF_KEY, SIGNED_URL

UPLOAD_REQUEST = {
    "key": "uploads/1763300000000-report.pdf",
    "contentType": "application/pdf",
    "expiresIn": 900,
}
LINK = {
    "url": SIGNED_URL,
}
FOLDER = {
    "folders": [
        {
            "name": "Схемы",
            "path": "Памятки смены/Схемы",
            "isFolder": True,
        }
    ],
    "files": [
        {
            "objectName": "Памятки смены/памятка.pdf",
            "fileName": "памятка.pdf",
            "originalName": "памятка.pdf",
            "original_name": "памятка.pdf",
            "size": 1048576,
            "file_size": 1048576,
            "sizeFormatted": "1.0 MB",
            "type": "application/pdf",
            "url": SIGNED_URL,
            "file_url": SIGNED_URL,
            "lastModified": "2026-10-05T08:00:00Z",
            "uploaded_at": "2026-10-05T08:00:00Z",
        }
    ],
}
EXISTING_FILE = {
    "exists": True,
    "key": PDF_KEY,
    "contentType": "application/pdf",
    "size": 2483112,
    "lastModified": "2026-10-05T08:00:00Z",
    "etag": '"9b2cf535f27731c974343645a3985328"',
}
CERTIFICATE = {
    "id": "c1d2e3f4-0000-4a6b-8c7d-5e4f3a2b1c0d",
    "number": CERTIFICATE_NUMBER,
    "title": "Эксплуатация агрегатов WKC1",
    "holder_name": "Каримов Азиз Рустамович",
    "program_id": 7,
    "hours": "3 недели",
    "score": 100,
    "language": "ru",
    "issued_at": "2026-11-21T07:00:00Z",
    "is_valid": True,
    "revoked_at": None,
    "pdf_path": "/certificates/ATG-2026-000001-BCDFGH/pdf",
    "page_url": "https://portal.example/certificates/ATG-2026-000001-BCDFGH",
}
