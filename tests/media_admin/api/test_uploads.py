"""The upload endpoints over HTTP: start, send, finish; who may and who may not."""

import json

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from lms.models import Role
from media_admin.models import MediaFile
from media_admin.services import upload_targets
from tests.media_admin.conftest import MP4, PDF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("local_store")]

ALL_KINDS = ("pdf", "video", "image", "document")
MIB = 1024 * 1024


def _target(*kinds, prefix="stations/1/docs"):
    return upload_targets.sign_target(upload_targets.UploadTarget(prefix, kinds or ALL_KINDS))


def _post(client, path, **data):
    return client.post(f"/admin/media/{path}", json.dumps(data), content_type="application/json")


def _start(client, name="Схема № 1 (100%).pdf", size=None, target=None):
    size = len(PDF) if size is None else size
    return _post(client, "uploads", target=target or _target(), name=name, size=size)


def _put(signed, body, **headers):
    return Client().generic(
        signed["method"],
        signed["url"],
        body,
        content_type=signed["headers"].get("Content-Type", "application/octet-stream"),
        **headers,
    )


@pytest.fixture
def instructor(admin_client_for):
    return admin_client_for(Role.INSTRUCTOR)


def _send_single(client, body=PDF, name="Схема № 1 (100%).pdf"):
    plan = _start(client, name=name, size=len(body)).json()
    etag = _put(plan["single"], body)["ETag"]
    return plan, _post(client, f"uploads/{plan['id']}/finish", etags={"1": etag})


def test_a_small_file_goes_in_one_piece(instructor, local_store):
    _plan, response = _send_single(instructor)

    file = MediaFile.objects.get()
    assert response.status_code == 200
    assert (file.state, file.content_type, file.kind) == ("ready", "application/pdf", "pdf")
    assert file.key.startswith("stations/1/docs/")
    assert file.key.endswith("_Схема_№_1_(100%).pdf")
    assert local_store.stat(file.key).size_bytes == len(PDF)


def test_a_large_file_goes_in_parts_that_may_arrive_in_any_order(instructor, local_store):
    body = MP4 + b"\x07" * (11 * MIB)
    plan = _start(instructor, name="обход.mp4", size=len(body)).json()
    assert (plan["single"], plan["partCount"], plan["partBytes"]) == (None, 3, 5 * MIB)
    signed = _post(instructor, f"uploads/{plan['id']}/parts", numbers=[1, 2, 3]).json()["parts"]
    etags = {}
    for number in (3, 1, 2):
        part = body[(number - 1) * 5 * MIB : number * 5 * MIB]
        etags[str(number)] = _put(signed[str(number)], part)["ETag"]
    known = instructor.get(f"/admin/media/uploads/{plan['id']}").json()["parts"]

    response = _post(instructor, f"uploads/{plan['id']}/finish", etags=etags)
    again = _post(instructor, f"uploads/{plan['id']}/finish", etags=etags)

    assert [part["number"] for part in known] == [1, 2, 3]
    assert (response.status_code, again.status_code) == (200, 200)
    stored = b"".join(local_store.read(plan["key"], 0, len(body), chunk_bytes=MIB))
    assert stored == body


def test_missing_parts_leave_the_upload_open(instructor):
    plan = _start(instructor, name="обход.mp4", size=11 * MIB).json()

    response = _post(instructor, f"uploads/{plan['id']}/finish", etags={})

    assert (response.status_code, response.json()["code"]) == (409, "upload_not_finished")
    assert MediaFile.objects.get().state == "pending"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("поддельный.pdf", b"MZ" + b"\x00" * 3000),
        ("страница.pdf", b"<html><script>alert(1)</script></html>"),
        ("видео.mp4", PDF),
        ("снимок.png", PDF),
        ("текст.txt", b"<!DOCTYPE html><html></html>"),
        ("документ.docx", PDF),
    ],
)
def test_content_that_does_not_match_its_extension_is_deleted(instructor, local_store, name, body):
    from media_admin.errors import ObjectMissing

    plan, response = _send_single(instructor, body, name)

    assert response.status_code == 400
    assert MediaFile.objects.get().state == "failed"
    with pytest.raises(ObjectMissing):
        local_store.stat(plan["key"])


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("virus.exe", 10, "type_not_allowed"),
        ("page.html", 10, "type_not_allowed"),
        ("image.svg", 10, "type_not_allowed"),
        ("без расширения", 10, "type_not_allowed"),
        ("пусто.pdf", 0, "upload_refused"),
        ("x.pdf", 501 * MIB, "upload_too_large"),
        ("x.pdf", -1, "invalid"),
        ("x.pdf", "10", "invalid"),
        ("x.pdf", True, "invalid"),
        ("", 10, "invalid"),
        ("a\x00b.pdf", 10, "invalid"),
    ],
)
def test_what_cannot_be_uploaded_is_refused_before_the_first_byte(instructor, name, size, code):
    response = _start(instructor, name=name, size=size)

    assert response.status_code in {400, 413}
    assert response.json()["code"] == code
    assert MediaFile.objects.count() == 0


def test_a_form_accepts_only_its_kinds_and_its_folder(instructor):
    refused = _start(instructor, name="a.mp4", target=_target("pdf"))
    forged = _start(instructor, target=_target() + "x")
    hostile = _start(instructor, name="../../secret/../x.pdf").json()

    assert refused.json()["code"] == "type_not_allowed"
    assert (forged.status_code, forged.json()["code"]) == (403, "target_refused")
    assert hostile["key"].startswith("stations/1/docs/")
    assert ".." not in hostile["key"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"{}", b'{"target": 5}'])
def test_malformed_requests_are_refused_with_text(instructor, body):
    response = instructor.post("/admin/media/uploads", body, content_type="application/json")

    assert response.status_code == 400
    assert isinstance(response.json()["error"], str)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.INSTRUCTOR])
def test_editors_may_upload(admin_client_for, role):
    assert _start(admin_client_for(role)).status_code == 201


@pytest.mark.parametrize("role", [Role.HR, Role.USER])
def test_others_may_not_upload(admin_client_for, role):
    assert _start(admin_client_for(role)).status_code == 403


def test_strangers_may_not_upload(client):
    assert _start(client).status_code == 401


def test_a_request_without_the_csrf_header_is_refused(make_user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("instructor", role=Role.INSTRUCTOR))

    assert _start(client).status_code == 403
    assert MediaFile.objects.count() == 0


def test_somebody_elses_upload_cannot_be_changed(instructor, admin_client_for, make_user):
    plan = _start(instructor).json()
    other = Client()
    other.force_login(make_user("second", role=Role.INSTRUCTOR))

    codes = [
        _post(other, f"uploads/{plan['id']}/{step}", etags={}, numbers=[1]).status_code
        for step in ("finish", "abort", "parts")
    ]

    assert codes == [404, 404, 404]
    assert MediaFile.objects.get().state == "pending"


def test_cancelling_forgets_the_upload_and_its_parts(instructor, local_store):
    plan = _start(instructor, name="обход.mp4", size=11 * MIB).json()
    signed = _post(instructor, f"uploads/{plan['id']}/parts", numbers=[1]).json()["parts"]["1"]
    _put(signed, b"x" * 5 * MIB)

    response = _post(instructor, f"uploads/{plan['id']}/abort")

    assert response.json() == {"success": True}
    assert MediaFile.objects.count() == 0
    assert _put(signed, b"x" * 5 * MIB).status_code == 404


def test_abandoned_uploads_are_purged_and_ready_ones_kept(instructor):
    _send_single(instructor)
    _start(instructor)
    MediaFile.objects.update(created_at=timezone.now() - timezone.timedelta(days=30))

    call_command("purge_abandoned_uploads")

    assert [file.state for file in MediaFile.objects.all()] == ["ready"]


def test_a_signed_url_accepts_only_what_was_signed(instructor):
    signed = _start(instructor).json()["single"]

    other_type = Client().put(signed["url"], PDF, content_type="text/html")
    other_size = _put(signed, PDF + b"more")
    forged = Client().put(signed["url"] + "x", PDF, content_type="application/pdf")
    reading = Client().get(signed["url"])

    codes = [answer.status_code for answer in (other_type, other_size, forged, reading)]
    assert codes == [403, 403, 403, 403]


def test_staff_may_preview_and_employees_may_not(admin_client_for, instructor):
    plan, _finished = _send_single(instructor)

    shown = admin_client_for(Role.HR).get("/admin/media/preview", {"key": plan["key"]})
    refused = admin_client_for(Role.USER).get("/admin/media/preview", {"key": plan["key"]})

    assert shown.status_code == 302
    assert b"".join(Client().get(shown["Location"]).streaming_content) == PDF
    assert refused.status_code == 403
