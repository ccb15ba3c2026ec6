"""When a file is deleted or replaced before nginx sends it, nginx asks the portal once more."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.deploy.conftest import make_client, nginx_variables
from tests.deploy.nginx_process import fetch, free_port, running_nginx

pytestmark = pytest.mark.services


class _Server(BaseHTTPRequestHandler):
    """Stands for portal and store; the store answers with the status that the path names."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith("/store/"):
            self._say(int(self.path.split("/")[2]), {}, b"<Error>secret</Error>")
        elif self.headers.get("X-Media-Again") and "final" not in self.path:
            shown = {name.lower(): value for name, value in self.headers.items()}
            self._say(200, {}, json.dumps(shown | {"path": self.path}).encode())
        else:
            again = "_again" if self.headers.get("X-Media-Again") else ""
            status = self.path.rpartition("-")[2].partition("?")[0]
            redirect = {
                "X-Accel-Redirect": f"/_media{again or '/slices'}/short",
                "X-Media-Path": f"/store/{status}/x?signed=1",
                "X-Media-Tag": '"tag"',
                "X-Media-Range": "bytes=0-9",
            }
            self._say(200, redirect, b"")

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Keep the test output clean."""


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder: Path = tmp_path_factory.mktemp("nginx")
    make_client(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address, port = f"127.0.0.1:{server.server_address[1]}", free_port()
    variables = nginx_variables(folder, web=address, store=address, port=port)
    with running_nginx(folder, variables, port=port):
        yield port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("status", [404, 412, 416])
def test_the_portal_is_asked_again_as_it_was_asked(nginx, status):
    path = f"/api/files/video/%D0%BA%20a%2525b-{status}?x=1"
    sent = {"Host": "portal.example.com", "Cookie": "portal_media=m", "Range": "bytes=0-9"}

    echo = fetch(nginx, path, headers=sent).json()

    assert echo["path"] == path.removeprefix("/api")
    assert echo["host"] == "portal.example.com"
    assert echo["x-forwarded-for"] == "127.0.0.1"
    assert echo["x-forwarded-proto"] == "http"
    assert echo["cookie"] == "portal_media=m"
    assert echo["range"] == "bytes=0-9"
    assert echo["x-request-id"]


@pytest.mark.parametrize("name", ["a-403", "a-500", "final-404", "final-412"])
def test_no_error_of_the_store_reaches_a_browser(nginx, name):
    answer = fetch(nginx, f"/api/files/video/{name}")

    assert (answer.status, answer.json()["code"]) == (503, "store_unavailable")
    assert answer.headers["Retry-After"] == "10"
    assert b"secret" not in answer.body
