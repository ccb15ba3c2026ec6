"""Clients that close their connections slowly do not keep gunicorn from the others."""

import http.client
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser import portal_server

pytestmark = pytest.mark.embedded
SLOW_CLIENTS = 40


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    folder: Path = tmp_path_factory.mktemp("worker")
    portal = portal_server.start_embedded(folder)
    parts = urlsplit(portal.url)
    yield parts.hostname, parts.port
    portal.stop()


def _asked(address: tuple[str, int], *, keep: bool = False) -> socket.socket:
    connection = socket.create_connection(address, timeout=60)
    kept = "keep-alive" if keep else "close"
    lines = ["GET /health HTTP/1.1", "Host: 127.0.0.1", f"Connection: {kept}", "", ""]
    connection.sendall("\r\n".join(lines).encode())
    return connection


def _status(address: tuple[str, int], timeout: float) -> int:
    line = http.client.HTTPConnection(*address, timeout=timeout)
    try:
        line.request("GET", "/health")
        return line.getresponse().status
    finally:
        line.close()


@pytest.mark.fastpath
def test_others_are_served_while_many_clients_close_slowly(address):
    slow = [_asked(address) for _each in range(SLOW_CLIENTS)]
    try:
        # gunicorn's own worker would wait two seconds for each, one after the other.
        assert _status(address, timeout=SLOW_CLIENTS) == 200
    finally:
        for connection in slow:
            connection.close()


def test_an_answer_comes_whole_and_the_connection_ends(address):
    connection = _asked(address)
    answer = b""
    while piece := connection.recv(4096):
        answer += piece

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"}")
    connection.close()


def test_a_connection_that_nobody_closes_is_ended(address):
    connection = _asked(address)
    while connection.recv(4096):
        pass

    with pytest.raises(OSError, match=r"reset|Broken pipe"):
        _send_until_it_fails(connection, seconds=30)
    connection.close()


def _send_until_it_fails(connection: socket.socket, *, seconds: int) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection.sendall(b"x")
        time.sleep(0.2)


def test_a_kept_connection_is_kept(address):
    line = http.client.HTTPConnection(*address, timeout=30)
    for _each in range(3):
        line.request("GET", "/health")
        assert line.getresponse().read()
    line.close()
