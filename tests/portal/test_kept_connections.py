"""Connections that are kept for long: to PostgreSQL and to Redis, and what a lost one costs."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.db import connection
from django_redis.cache import RedisCache

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def _backend_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_connection_that_the_server_closed_is_replaced_before_the_request():
    mine = _backend_pid()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [mine])
    other.close()
    time.sleep(0.1)

    # What Django does at the start of a request.
    connection.health_check_done = False
    connection.close_if_health_check_failed()

    assert _backend_pid() != mine


def test_a_redis_connection_that_was_closed_is_opened_again():
    client = cache.client.get_client()
    cache.set("kept", "value")
    for row in client.client_list():
        if row["id"] != str(client.client_id()):
            client.client_kill_filter(_id=row["id"], skipme=False)
    client.client_kill_filter(_id=client.client_id(), skipme=False)

    assert cache.get("kept") == "value"


@pytest.fixture
def losing_cache() -> Iterator[Callable[[], BaseCache]]:
    """Return a maker of the portal's cache behind a proxy that loses the answer to a command.

    The proxy passes commands on to Redis; once a command names "counter" it drops the connection
    instead of passing the answer back.
    """
    redis_url = urlsplit(settings.CACHES["default"]["LOCATION"])
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(
        target=_serve, args=(listener, (redis_url.hostname, redis_url.port)), daemon=True
    ).start()

    def make() -> BaseCache:
        port = listener.getsockname()[1]
        params = {**settings.CACHES["default"]}
        del params["BACKEND"], params["LOCATION"]
        return RedisCache(f"redis://127.0.0.1:{port}{redis_url.path}", params)

    yield make
    listener.close()


def _serve(listener: socket.socket, target: tuple[str, int]) -> None:
    with suppress(OSError):
        while True:
            client, _address = listener.accept()
            with client, socket.create_connection(target) as server:
                _forward(client, server)


def _forward(client: socket.socket, server: socket.socket) -> None:
    while command := client.recv(65536):
        server.sendall(command)
        answer = server.recv(65536)
        if b"counter" in command:
            return
        client.sendall(answer)


def test_a_command_whose_answer_is_lost_is_not_sent_again(losing_cache):
    """A counter of sign-ins or calls must not count once more for a lost connection."""
    cache.set("counter", 1)

    losing_cache().incr("counter")

    assert cache.get("counter") == 2
