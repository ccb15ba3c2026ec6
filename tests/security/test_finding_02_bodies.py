"""Large and deep JSON bodies cost nothing: they are refused before they are read or built."""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client

from lms.models import Role
from portal.common import json_body
from tests.deploy.conftest import make_client, nginx_variables
from tests.deploy.nginx_process import echo_server, fetch, free_port, running_nginx

LOGIN = "/auth/login"


class _Unread(BytesIO):
    """A body that must not be read."""

    def read(self, *arguments: object) -> bytes:
        raise AssertionError("the body was read")


def _post(client: Client, path: str, body: bytes) -> tuple[int, str]:
    answer = client.post(path, body, content_type="application/json")
    return answer.status_code, answer.json()["code"]


@pytest.mark.django_db
def test_a_large_body_of_a_stranger_is_refused_unread(client: Client) -> None:
    answer = client.generic(
        "POST",
        LOGIN,
        b"x",
        content_type="application/json",
        CONTENT_LENGTH="48000000",
        **{"wsgi.input": _Unread()},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["error"] == "Запрос больше 1 МБ."


def test_a_body_without_its_length_is_read_up_to_the_limit() -> None:
    stream = BytesIO(b" " * 3 * json_body.MAX_BYTES)
    with pytest.raises(json_body.BodyTooLarge):
        json_body.read(stream, announced=None)
    assert stream.tell() == json_body.MAX_BYTES + 1


@pytest.mark.django_db
def test_editors_have_the_same_limit(admin_client_for: Callable[[str], Client]) -> None:
    client = admin_client_for(Role.INSTRUCTOR)
    large = json.dumps({"name": "x" * json_body.MAX_BYTES}).encode()
    assert _post(client, "/admin/media/uploads", large) == (413, "body_too_large")
    assert _post(client, "/admin/media/uploads", b'{"a":' * 50 + b"1" + b"}" * 50)[0] == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 33 + b"]" * 33,
        b"[" * 500_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"username":[' + b"[]," * 300_000 + b"1]}",
        b'{"username":[' + b"1," * 400_000 + b"1]}",
        b'"' + b'\\"' * 500_000 + b"\\",
    ],
    ids=["deep", "open", "objects", "lists", "numbers", "endless text"],
)
def test_depth_and_elements_are_bounded_before_anything_is_built(
    client: Client, body: bytes
) -> None:
    tracemalloc.start()
    status, _code = _post(client, LOGIN, body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert status == 400
    assert peak < 12 * json_body.MAX_BYTES


@pytest.mark.parametrize(
    "value",
    [
        "т" * 200_000,
        '[{,"' * 50_000,
        {str(number): "0123456789abcdef0123456789abcdef" for number in range(10_000)},
        list(range(10_000)),
    ],
    ids=["the longest text of a program", "brackets in a text", "ETags of 10,000 parts", "parts"],
)
def test_the_largest_bodies_of_our_pages_pass(value: object) -> None:
    body = json.dumps({"value": value}, ensure_ascii=False).encode()
    assert json_body.parse(json_body.read(BytesIO(body), announced=str(len(body)))) == {
        "value": value
    }


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run the real nginx in front of an echo server; yield its port."""
    folder: Path = tmp_path_factory.mktemp("nginx")
    make_client(folder)
    port = free_port()
    with echo_server() as web:
        variables = nginx_variables(folder, web=f"127.0.0.1:{web}", store="127.0.0.1:1", port=port)
        with running_nginx(folder, variables, port=port):
            yield port


@pytest.mark.services
@pytest.mark.parametrize("path", ["/api/auth/login", "/api/courses/1/comments", "/api/anything"])
def test_nginx_refuses_by_the_announced_length(nginx: int, path: str) -> None:
    length = {"Content-Length": str(json_body.MAX_BYTES + 1)}
    answer = fetch(nginx, path, method="POST", headers=length, body=b"")
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.services
@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/api/auth/login", json_body.MAX_BYTES),
        ("/api/users/me/avatar", 6_000_000),
        ("/api/users/me/avatar/", 6_000_000),
        ("/api/files/uploads/x", 6_000_000),
        ("/admin/lms/station/1/tables/", 6_000_000),
    ],
)
def test_nginx_lets_uploads_forms_and_ordinary_bodies_pass(
    nginx: int, path: str, size: int
) -> None:
    answer = fetch(nginx, path, method="POST", body=b"x" * size)
    assert (answer.status, answer.json()["body_bytes"]) == (200, size)
