"""Malformed input at every writing route: 4xx with a text, and nothing half-written."""

import struct
import zlib
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.test import Client

from lms.api.serializers.base import LineField
from lms.models import Role
from tests import recorded
from tests.recorded import BY_ROUTE, EXAMPLES, ExampleRows, send

pytestmark = pytest.mark.django_db

Route = tuple[str, str]
WRITES: list[Route] = [
    (example["method"], example["path"])
    for example in EXAMPLES
    if example["method"] != "GET" and example["path"] != "/users/me/avatar"
]
AVATAR = ("POST", "/users/me/avatar")
BROKEN_BODIES = {
    "half an object": b'{"a": ',
    "text": b"hello",
    "not UTF-8": b'{"a": "\xff\xfe"}',
    "a list": b"[]",
    "a list of objects": b"[{}]",
    "a number": b"7",
    "a string": b'"text"',
    "null": b"null",
    "NaN": b'{"a": NaN}',
    "a bottomless nest": b"[" * 100_000,
    "a key twice": b'{"a": 1, "a": 2}',
    "a number of 5,000 digits": b'{"a": ' + b"9" * 5_000 + b"}",
    "only spaces": b"   ",
}
# Without a body: commands that need none, and PUT of any subset.
NEED_NO_BODY = {
    ("POST", "/auth/logout"),
    ("PUT", "/users/me"),
    ("POST", "/courses/{courseId}/enroll"),
    ("POST", "/courses/programs/{programId}/enroll"),
    ("POST", "/courses/progress/batch"),
}
# Claims of the browser that the server computes itself and does not even read.
UNREAD = {"is_passed", "correct_answers", "total_questions"}
WRONG_VALUES: dict[str, list[Any]] = {
    "text": ["a\0b", "\ud800", "ы" * 100_000, ["x"], {"x": 1}],
    "number": ["7", "seven", "", -1, 2**31, 2**63, 1e300, 1.5, True, [1], {"x": 1}],
    "flag": ["maybe", 7, [True], {"x": 1}],
    "object": ["x", 7, [1], {"0": 1}, {"0": {"questionId": "9001"}}, {"x\0": {}}],
    "texts": ["x", 7, {"x": 1}, ["a\0b"], ["ы" * 100_000], [["x"]], [{}], ["x"] * 1001],
}
# Fractions are seconds of a player, which are rounded.
FRACTIONS = {"position_seconds", "duration_seconds"}


def _kind(value: Any) -> str:
    names = {bool: "flag", int: "number", str: "text", dict: "object", list: "texts"}
    return names[type(value)]


def _fields() -> list[Any]:
    return [
        pytest.param(route, name, id=f"{' '.join(route)} {name}")
        for route in WRITES
        for name in (BY_ROUTE[route]["request"] or {})
        if name not in UNREAD
    ]


def _wrong_values(route: Route, name: str) -> list[Any]:
    values = WRONG_VALUES[_kind(BY_ROUTE[route]["request"][name])]
    return [wrong for wrong in values if not (name in FRACTIONS and wrong == 1.5)]


@pytest.fixture
def example_rows(db: None) -> ExampleRows:
    """Store the rows of the examples."""
    return recorded.build()


def _rows() -> dict[str, list[tuple]]:
    """Return every row of the domain."""
    models = apps.get_app_config("lms").get_models()
    return {model.__name__: sorted(model.objects.values_list(), key=str) for model in models}


def _send(example_rows: ExampleRows, route: Route, **changes: Any) -> Any:
    role = Role.INSTRUCTOR if route[1] == "/files/presign-upload" else Role.USER
    return send(Client(), BY_ROUTE[route], headers=example_rows.bearer(role), **changes)


def _assert_refused(response: Any) -> None:
    assert 400 <= response.status_code < 500, response.content
    assert response["Content-Type"] == "application/json"
    body = response.json()
    for name in ("error", "code"):
        assert body[name]
        assert isinstance(body[name], str)
    assert len(body["error"]) < 500


@pytest.mark.parametrize("route", WRITES, ids=" ".join)
def test_a_broken_body_is_refused_and_nothing_is_written(example_rows, route):
    before = _rows()

    for body in BROKEN_BODIES.values():
        _assert_refused(_send(example_rows, route, body=body))

    assert _rows() == before


@pytest.mark.parametrize("route", WRITES, ids=" ".join)
def test_an_empty_body_is_refused_where_something_is_needed(example_rows, route):
    for body in (b"", {}):
        response = _send(example_rows, route, body=body)

        if route in NEED_NO_BODY:
            assert response.status_code == 200
        else:
            _assert_refused(response)


@pytest.mark.parametrize(("route", "name"), _fields())
def test_a_wrong_value_is_refused_and_nothing_is_written(example_rows, route, name):
    before = _rows()

    for wrong in _wrong_values(route, name):
        _assert_refused(
            _send(example_rows, route, body={**BY_ROUTE[route]["request"], name: wrong})
        )

    assert _rows() == before


@pytest.mark.parametrize(
    ("route", "changes"),
    [
        (("POST", "/courses/programs/{programId}/materials/complete"), {"material_type": "audio"}),
        (("POST", "/courses/progress/save"), {"material_type": "audio"}),
        (("POST", "/courses/progress/save"), {"course_program_id": 999_999}),
        (("POST", "/courses/progress/save"), {"lesson_id": 999_999}),
        (("POST", "/courses/progress/save"), {"topic_id": 999_999}),
        (("POST", "/courses/tests/results/create"), {"test_type": "quiz"}),
        (("POST", "/courses/tests/results/create"), {"test_id": 999_999}),
        (("POST", "/courses/tests/results/create"), {"test_id": "test-module-1"}),
        (("POST", "/courses/comments"), {"station_id": 999_999}),
        (("POST", "/auth/register-profile"), {"station_id": 999_999}),
        (("PUT", "/users/me"), {"language": "klingon"}),
        (("PUT", "/users/me"), {"email": "no address"}),
        (("POST", "/files/presign-upload"), {"contentType": "application/x-msdownload"}),
        (("POST", "/files/presign-upload"), {"key": "uploads/../secret.pdf"}),
        (("POST", "/files/presign-upload"), {"key": "uploads//a.pdf"}),
    ],
)
def test_an_unknown_id_or_name_is_refused_and_nothing_is_written(example_rows, route, changes):
    before = _rows()

    _assert_refused(_send(example_rows, route, body={**BY_ROUTE[route]["request"], **changes}))

    assert _rows() == before


LINES = [
    (("PUT", "/users/me"), ("full_name", "email", "company", "position", "phone")),
    (
        ("POST", "/auth/register-profile"),
        ("full_name", "email", "phone", "position", "department"),
    ),
    (("POST", "/auth/login"), ("username",)),
]
PARAGRAPHS = [(("PUT", "/users/me"), ("bio",)), (("POST", "/courses/comments"), ("comment_text",))]
# Inside a quoted name they are legal in an address of e-mail.
AROUND = {"email": '"a{}b"@example.com'}
CONTROLS = [chr(code) for code in (*range(1, 32), 127)]


@pytest.mark.parametrize(
    ("route", "name", "refused"),
    [
        *((route, name, CONTROLS) for route, names in LINES for name in names),
        *(
            (route, name, [sign for sign in CONTROLS if sign not in "\t\n\r"])
            for route, names in PARAGRAPHS
            for name in names
        ),
    ],
)
def test_a_control_character_is_refused_at_its_field(example_rows, route, name, refused):
    before, body = _rows(), BY_ROUTE[route]["request"]
    around = AROUND.get(name, "1234{}5678")

    for sign in refused:
        response = _send(example_rows, route, body={**body, name: around.format(sign)})

        assert (response.status_code, response.json()["code"]) == (400, "invalid")
        message = str(LineField.default_error_messages["control_character"])
        assert response.json()["fields"] == {name: [message]}

    assert _rows() == before


@pytest.mark.parametrize(("route", "name"), [(route, names[0]) for route, names in PARAGRAPHS])
def test_a_text_of_several_lines_keeps_its_lines_and_tabs(example_rows, route, name, settings):
    settings.PROFILE_NAME_EDITABLE = True
    text = "Первая\r\n\tвторая\nтретья"

    response = _send(example_rows, route, body={**BY_ROUTE[route]["request"], name: text})

    assert response.status_code in {200, 201}
    key = "text" if name == "comment_text" else name
    assert response.json()["data"][key] == text


@pytest.mark.parametrize(
    "number", ["0", "999999", "2147483648", "9" * 5000, "-1", "NaN", "7\0", "²"]
)
@pytest.mark.parametrize("command", ["enroll", "materials/complete"])
def test_a_program_that_cannot_be_is_404(example_rows, number, command):
    before = _rows()
    route = ("POST", f"/courses/programs/{{programId}}/{command}")

    response = _send(example_rows, route, path=f"/courses/programs/{quote(number)}/{command}")

    assert response.status_code == 404
    _assert_refused(response)
    assert _rows() == before


@pytest.mark.parametrize("number", ["0" * 32, "not-a-uuid", "00000000-0000-4000-8000-000000000000"])
def test_a_course_that_cannot_be_is_404(example_rows, number):
    response = _send(
        example_rows, ("POST", "/courses/{courseId}/enroll"), path=f"/courses/{number}/enroll"
    )

    assert response.status_code == 404
    _assert_refused(response)


@pytest.mark.parametrize("route", WRITES, ids=" ".join)
def test_another_content_type_is_refused(example_rows, route):
    before = _rows()
    client = Client(headers=example_rows.bearer())

    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        path = BY_ROUTE[route]["example_path"]
        _assert_refused(client.generic(route[0], path, b"a=1", kind))

    assert _rows() == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/users/me"),
        ("PUT", "/auth/login"),
        ("POST", "/stations/1"),
        ("PATCH", "/courses/comments"),
        ("GET", "/courses/progress/save/"),
        ("POST", "/files/video/x.mp4"),
    ],
)
def test_a_method_that_a_route_lacks_is_refused(example_rows, method, path):
    client = Client(headers=example_rows.bearer())

    response = client.generic(method, path, b"{}", "application/json")

    if method != "GET":
        assert response.status_code == 405
        _assert_refused(response)
    assert response.status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "/courses/progress/a%00b",
        f"/courses/progress/{'x' * 100_000}",
        "/courses/progress/%FF%FE",
        "/courses/progress/x?course_program_id=seven",
        "/courses/progress/x?course_program_id=-1",
        "/courses/progress/x?course_program_id=9999999999",
        "/courses/comments?station_id=seven",
        "/courses/comments?station_id=1&lesson_index=-1",
        "/courses/comments?station_id=1&topic_index=99999999999",
        "/courses/comments?station_id=1&file_object_key=a%00b",
        f"/courses/comments?station_id=1&file_object_key={'x' * 100_000}",
        "/files/presign?key=a%00b",
        "/files/presign?key=x&expiresIn=-1",
        "/files/presign?key=x&expiresIn=%C2%B2",
        "/files/exists?key=a%00b",
        "/files/exists",
        "/files/folder-contents?prefix=a%00b",
        "/files/folder-contents?prefix=../..",
        "/files/stream/a%00b",
        "/files/video/a%00b.mp4",
        "/files/hls/a%00b.m3u8",
        f"/files/hls/{'a/' * 5000}b.m3u8",
        "/stations/1%00",
    ],
    ids=lambda path: path[:60],
)
def test_a_bad_address_is_never_a_failure_of_the_server(example_rows, path):
    for headers in ({}, example_rows.bearer(), example_rows.bearer(Role.INSTRUCTOR)):
        response = Client(headers=headers).get(path)

        if response.status_code == 200:
            assert response.json() in ({"data": None, "found": False}, {"data": []})
        elif path.startswith("/files/exists"):
            assert response.status_code in {401, 404}
        else:
            _assert_refused(response)


def _png(width: int, height: int) -> bytes:
    """Return the head of a PNG that claims any size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + check


def _part(body: bytes, *, name: str = "file", kind: str = "image/png") -> bytes:
    head = f'--mark\r\nContent-Disposition: form-data; name="{name}"; filename="a.png"\r\n'
    return f"{head}Content-Type: {kind}\r\n\r\n".encode() + body + b"\r\n--mark--\r\n"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "multipart/form-data; boundary=mark", 400),
        (b"", "multipart/form-data", 400),
        (b"garbage", "multipart/form-data; boundary=mark", 400),
        (b"{}", "application/json", 415),
        (_part(b""), "multipart/form-data; boundary=mark", 400),
        (_part(recorded.picture(), name="picture"), "multipart/form-data; boundary=mark", 400),
        (_part(b"%PDF-1.7", kind="application/pdf"), "multipart/form-data; boundary=mark", 400),
        (_part(b"<svg/>", kind="image/svg+xml"), "multipart/form-data; boundary=mark", 400),
        (_part(recorded.picture()[:60]), "multipart/form-data; boundary=mark", 400),
        (_part(recorded.picture("gif")), "multipart/form-data; boundary=mark", 400),
        (_part(_png(8_000, 8_000)), "multipart/form-data; boundary=mark", 400),
        (_part(_png(12_000, 12_000)), "multipart/form-data; boundary=mark", 400),
        (_part(_png(60_000, 60_000)), "multipart/form-data; boundary=mark", 400),
        (_part(b"x" * (5 * 1024 * 1024 + 1)), "multipart/form-data; boundary=mark", 413),
    ],
)
def test_what_is_no_picture_is_refused_and_the_old_one_stays(
    example_rows, body, content_type, status
):
    before = _rows()
    client = Client(headers=example_rows.bearer())

    response = client.generic("POST", "/users/me/avatar", body, content_type)

    assert response.status_code == status
    _assert_refused(response)
    assert _rows() == before
