"""What an upload contains is looked at, not its first four bytes alone."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

from lms.models import Role
from media_admin.kinds import EICAR
from media_admin.services import stored_file
from tests.media_admin.api.test_uploads import _send_single
from tests.media_admin.conftest import local_store  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("local_store")]
WORD = ("[Content_Types].xml", "word/document.xml")
OTHER = "не соответствует"


def _archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, b"<x/>")
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "text"),
    [
        ("a.docx", b"PK\x03\x04", OTHER),
        ("a.docx", b"PK\x03\x04" + b"x" * 5000, OTHER),
        ("a.docx", _archive("word/document.xml"), OTHER),
        ("a.docx", _archive("[Content_Types].xml", "xl/workbook.xml"), OTHER),
        ("a.xlsx", _archive(*WORD), OTHER),
        ("a.odt", _archive(*WORD), OTHER),
        ("a.docx", _archive(*WORD, "word/vbaProject.bin"), "макросами"),
        ("a.odt", _archive("mimetype", "content.xml", "Basic/Standard/a.xml"), "макросами"),
        ("a.pdf", b"<html><script>alert(1)</script>%PDF-1.7", OTHER),
        ("a.pdf", b"\n%PDF-1.7", OTHER),
        ("a.txt", EICAR, "антивирус"),
        ("a.pdf", b"%PDF-1.7\n" + EICAR, "антивирус"),
    ],
)
def test_what_a_file_only_pretends_to_be_is_refused(
    admin_client_for: Callable[[str], Client], name: str, body: bytes, text: str
) -> None:
    _plan, answer = _send_single(admin_client_for(Role.INSTRUCTOR), body, name)
    assert (answer.status_code, text in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.docx", _archive(*WORD)),
        ("a.xlsx", _archive("[Content_Types].xml", "xl/workbook.xml")),
        ("a.pptx", _archive("[Content_Types].xml", "ppt/presentation.xml")),
        ("a.odt", _archive("mimetype", "content.xml")),
        ("a.pdf", b"\xef\xbb\xbf%PDF-1.7\n"),
        ("a.pdf", b"%PDF-1.4\n"),
    ],
)
def test_real_documents_pass(
    admin_client_for: Callable[[str], Client], name: str, body: bytes
) -> None:
    _plan, answer = _send_single(admin_client_for(Role.INSTRUCTOR), body, name)
    assert answer.status_code == 200


def test_a_long_directory_is_not_read_to_its_end(
    admin_client_for: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_file, "MAX_BYTES", 100_000)
    body = _archive(*WORD, *(f"x/{number}.xml" for number in range(3000)))
    _plan, answer = _send_single(admin_client_for(Role.INSTRUCTOR), body, "a.docx")
    assert (answer.status_code, OTHER in answer.json()["error"]) == (400, True)
