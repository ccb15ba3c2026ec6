"""Clients that send slowly keep nobody from the portal, embedded or behind nginx."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser import portal_server
from tests.deploy.conftest import make_client, nginx_variables
from tests.deploy.nginx_process import free_port, running_nginx

pytestmark = pytest.mark.embedded
# More than the embedded run has threads.
SLOW_CLIENTS = 70
REFRESH = b'{"refreshToken": "not-a-token-of-this-portal"}'
HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "Content-Length: {length}\r\n\r\n"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Start the embedded portal with a short deadline; yield its address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUEST_BODY_SECONDS", "4")
        portal = portal_server.start_embedded(tmp_path_factory.mktemp("slow"))
    parts = urlsplit(portal.url)
    assert parts.hostname
    assert parts.port
    yield parts.hostname, parts.port
    portal.stop()


class SlowClients:
    """Strangers, each of whom sends the start of a request and then a byte now and then."""

    def __init__(self, address: tuple[str, int], start: bytes, *, drip: bytes) -> None:
        self.lines = [socket.create_connection(address) for _each in range(SLOW_CLIENTS)]
        self._drip = drip
        self._ended = threading.Event()
        for line in self.lines:
            line.sendall(start)
        self._thread = threading.Thread(target=self._send)
        self._thread.start()

    def _send(self) -> None:
        while not self._ended.wait(0.2):
            for line in self.lines:
                try:
                    line.sendall(self._drip)
                except OSError:
                    continue

    def close(self) -> None:
        """Hang up."""
        self._ended.set()
        self._thread.join()
        for line in self.lines:
            line.close()


def _post(address: tuple[str, int], path: str, body: bytes) -> int:
    with closing(http.client.HTTPConnection(*address, timeout=60)) as line:
        line.request("POST", path, body, {"Content-Type": "application/json"})
        return line.getresponse().status


@pytest.mark.parametrize(
    ("start", "drip"),
    [
        (HEAD.format(path="/auth/login", length=100_000).encode() + b"{", b" "),
        (HEAD.format(path="/admin/login/", length=100_000).encode() + b"{", b" "),
        (b"GET /health HTTP/1.1\r\nX-Slow: ", b"x"),
        (b"", b""),
    ],
    ids=["a slow body", "a slow form", "slow headers", "nothing at all"],
)
def test_seventy_slow_strangers_do_not_stop_the_portal(
    address: tuple[str, int], start: bytes, drip: bytes
) -> None:
    with closing(SlowClients(address, start, drip=drip)):
        for _each in range(3):
            assert _post(address, "/auth/refresh", REFRESH) == 401


def test_a_request_that_never_ends_is_ended_with_408(address: tuple[str, int]) -> None:
    with closing(socket.create_connection(address, timeout=60)) as line:
        line.sendall(HEAD.format(path="/auth/login", length=1000).encode() + b"{")
        answer = http.client.HTTPResponse(line)
        answer.begin()

        assert answer.status == 408
        told = json.loads(answer.read())
        assert (told["code"], "вовремя" in told["error"]) == ("request_timeout", True)


def test_headers_that_never_end_close_the_connection(address: tuple[str, int]) -> None:
    with closing(socket.create_connection(address, timeout=60)) as line:
        line.sendall(b"GET /health HTTP/1.1\r\nX-Slow: x")
        assert line.recv(100) == b""


def test_a_client_with_pauses_is_served_and_may_ask_again(address: tuple[str, int]) -> None:
    """Three requests by one connection take longer in all than one may."""
    with closing(socket.create_connection(address, timeout=60)) as line:
        for _each in range(3):
            line.sendall(HEAD.format(path="/auth/refresh", length=len(REFRESH)).encode())
            for part in (REFRESH[:10], REFRESH[10:20], REFRESH[20:]):
                time.sleep(0.6)
                line.sendall(part)
            answer = http.client.HTTPResponse(line)
            answer.begin()
            assert answer.status == 401
            answer.read()


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/files/presign-upload", "/admin/login/"])
def test_nginx_gives_the_portal_no_request_that_is_not_complete(tmp_path: Path, path: str) -> None:
    make_client(tmp_path)
    port = free_port()
    with socket.create_server(("127.0.0.1", 0)) as web:
        web.settimeout(1)
        variables = nginx_variables(
            tmp_path, web=f"127.0.0.1:{web.getsockname()[1]}", store="127.0.0.1:1", port=port
        )
        with (
            running_nginx(tmp_path, variables, port=port),
            closing(socket.create_connection(("127.0.0.1", port))) as line,
        ):
            line.sendall(HEAD.format(path=path, length=100).encode() + b"{" * 50)
            with pytest.raises(TimeoutError):
                web.accept()
            line.sendall(b"}" * 50)
            web.settimeout(60)
            upstream, _address = web.accept()
            with closing(upstream):
                assert upstream.recv(100).startswith(b"POST ")
