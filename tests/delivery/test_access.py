"""Permissions for files on each interface, signed links, and no secrets in logs."""

import json
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from tests.browser.portal_server import PASSWORD
from tests.delivery.interfaces import MIB, Interface
from tests.deploy.nginx_process import Answer

PRIVATE = "regulations/1763000100000_Регламент.pdf"
UNUSED = "uploads/1763000100000_черновик.pdf"
BODY = bytes(range(256)) * 4096 * 3
_STORE = """
from pathlib import Path
from lms.models import NormativeDocument, Station
from media_admin.services import objects
for key in (%r, %r):
    objects.store_bytes(key, Path(%r), content_type="application/pdf")
station = Station.objects.first() or Station.objects.create(name="КС-1", short_name="KS1")
NormativeDocument.objects.filter(file_url=%r).exists() or NormativeDocument.objects.create(
    station=station, title="Регламент", file_url=%r)
"""


@pytest.fixture(scope="module", autouse=True)
def _files(all_interfaces: dict[str, Interface]) -> None:
    interface = next(iter(all_interfaces.values()))
    source = interface.folder / "private.pdf"
    source.write_bytes(BODY)
    code = _STORE % (PRIVATE, UNUSED, str(source), PRIVATE, PRIVATE)
    interface.portal.run(code)


class Person:
    """A signed-in user."""

    def __init__(self, interface: Interface, name: str) -> None:
        self.interface = interface
        body = json.dumps({"username": name, "password": PASSWORD}).encode()
        answer = interface.send(
            "/api/auth/login",
            method="POST",
            headers={"Content-Type": "application/json"},
            body=body,
        )
        self.tokens = json.loads(answer.body)
        jar = SimpleCookie(answer.headers["Set-Cookie"])
        self.cookie = "; ".join(f"{name}={each.value}" for name, each in jar.items())
        self.bearer = f"Bearer {self.tokens['token']}"

    def read(self, key: str, *, by: str = "bearer", **headers: str) -> Answer:
        """Request a file with the access token, or with the media cookie."""
        named = {"Authorization": self.bearer} if by == "bearer" else {"Cookie": self.cookie}
        kind = "stream" if by == "bearer" else "video"
        path = f"/api/files/{kind}/{quote(key, safe='')}"
        return self.interface.send(path, headers=named | headers)

    def link(self, key: str, **query: str) -> str:
        """Return a signed link to a file."""
        path = f"/api/files/presign?{urlencode({'key': key} | query)}"
        answer = self.interface.send(path, headers={"Authorization": self.bearer})
        return json.loads(answer.body)["url"]

    def log_out(self) -> None:
        """End the session."""
        self.interface.send(
            "/api/auth/logout",
            method="POST",
            headers={"Content-Type": "application/json", "Authorization": self.bearer},
            body=json.dumps({"refreshToken": self.tokens["refreshToken"]}).encode(),
        )


@pytest.fixture
def employee(interface: Interface) -> Person:
    return Person(interface, "employee")


def _stranger(interface: Interface, key: str, **headers: str) -> Answer:
    return interface.send(f"/api/files/video/{quote(key)}", headers=headers)


@pytest.mark.parametrize("by", ["bearer", "cookie"])
def test_a_signed_in_employee_reads_a_learning_file(employee, by):
    answer = employee.read(PRIVATE, by=by, Range=f"bytes={MIB}-{MIB + 9}")

    assert (answer.status, answer.body) == (206, BODY[MIB : MIB + 10])
    assert answer.headers["Content-Type"] == "application/pdf"


def test_a_file_that_is_cached_for_one_user_is_not_sent_to_a_stranger(interface, employee):
    assert employee.read(PRIVATE).body == BODY
    tag = employee.read(PRIVATE, Range="bytes=0-0").headers["ETag"]

    for headers in ({}, {"Range": "bytes=0-9"}, {"If-None-Match": tag}, {"X-Media-Again": "1"}):
        answer = _stranger(interface, PRIVATE, **headers)
        assert answer.status == 401
        assert "ETag" not in answer.headers
        assert json.loads(answer.body)["code"] == "not_signed_in"


def test_a_file_that_no_page_shows_is_for_staff(interface, employee):
    assert employee.read(UNUSED).status == 404
    assert _stranger(interface, UNUSED).status == 404
    assert Person(interface, "hr").read(UNUSED).status == 200


@pytest.mark.parametrize("by", ["bearer", "cookie"])
def test_a_sign_out_takes_effect_at_once(employee, by):
    assert employee.read(PRIVATE, by=by, Range="bytes=0-9").status == 206

    employee.log_out()

    assert employee.read(PRIVATE, by=by, Range="bytes=0-9").status == 401


def test_a_bad_token_is_refused(interface):
    path = f"/api/files/stream/{quote(PRIVATE, safe='')}"

    assert interface.send(path, headers={"Authorization": "Bearer nonsense"}).status == 401


def test_a_signed_link_needs_no_permission_and_contains_nothing_of_the_store(interface, employee):
    url = employee.link(PRIVATE)

    answer = interface.send(url, headers={"Range": "bytes=5-9"})

    assert url.startswith("/api/files/signed/")
    assert "Amz" not in url
    assert (answer.status, answer.body) == (206, BODY[5:10])
    assert answer.headers["Cache-Control"] == "private, max-age=600"
    assert interface.send(url, method="HEAD").headers["Content-Length"] == str(len(BODY))


def test_a_signed_link_answers_with_the_type_that_was_asked_for(interface, employee):
    url = employee.link(PRIVATE, contentType="video/mp4")

    assert interface.send(url).headers["Content-Type"] == "video/mp4"


@pytest.mark.parametrize("change", ["signature", "type", "key", "none"])
def test_a_changed_link_is_refused(interface, employee, change):
    url = employee.link(PRIVATE)
    path, query = url.split("?")
    named = {name: values[0] for name, values in parse_qs(query).items()}
    if change == "signature":
        named["s"] = named["s"][:-1] + ("0" if named["s"][-1] != "0" else "1")
    elif change == "type":
        named["t"] = "text/html"
    elif change == "key":
        path = path.replace(quote(PRIVATE), quote(UNUSED))
    else:
        named = {}

    answer = interface.send(f"{path}?{urlencode(named)}")

    assert (answer.status, json.loads(answer.body)["code"]) == (403, "signature_refused")


def test_no_log_holds_a_link_or_a_store_signature(interface, employee):
    signature = parse_qs(urlsplit(employee.link(PRIVATE)).query)["s"][0]
    interface.send(employee.link(PRIVATE))

    logs = [interface.portal.log, interface.folder / "nginx.log"]
    text = "".join(log.read_text("utf-8", "replace") for log in logs if log.exists())
    assert quote(PRIVATE) in text or PRIVATE in text or "regulations" in text
    assert signature not in text
    assert "X-Amz-Signature" not in text


@pytest.mark.services
@pytest.mark.parametrize(
    "path",
    [
        "/_media/slices/long",
        "/_media/slices/short",
        "/_media/range/long",
        "/_media_again/long",
        "/long/atgedu/x",
        "/short/atgedu/x",
    ],
)
def test_the_internal_locations_of_nginx_cannot_be_requested(all_interfaces, path):
    headers = {"X-Media-Path": "/atgedu/x", "X-Accel-Redirect": "/_media/long"}

    answer = all_interfaces["nginx"].send(path, headers=headers)

    # Paths of the client return its start page, internal locations nothing.
    assert answer.status == (404 if "_media" in path else 200)
    assert b"Amz" not in answer.body


def test_an_upload_link_is_not_for_employees(interface, employee):
    body = json.dumps({"key": "uploads/a.pdf", "contentType": "application/pdf"}).encode()

    def ask(person: Person) -> int:
        headers = {"Content-Type": "application/json", "Authorization": person.bearer}
        path = "/api/files/presign-upload"
        return interface.send(path, method="POST", headers=headers, body=body).status

    assert (ask(employee), ask(Person(interface, "instructor"))) == (403, 200)
