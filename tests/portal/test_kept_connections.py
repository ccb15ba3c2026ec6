"""Connections that are kept for long: to PostgreSQL and to Redis, and what a lost one costs."""

import threading
import time

import pytest
from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from portal.common.redis_client import ThreadRedis

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def _backend_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_healthy_connection_is_found_usable_without_a_query(django_assert_num_queries):
    _backend_pid()

    with django_assert_num_queries(0):
        assert connection.is_usable()


def test_a_connection_that_the_server_closed_is_replaced_before_the_request():
    mine = _backend_pid()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [mine])
    other.close()
    time.sleep(0.1)

    assert not connection.is_usable()
    # What Django does at the start of a request.
    connection.health_check_done = False
    connection.close_if_health_check_failed()
    assert _backend_pid() != mine


def _client() -> ThreadRedis:
    return cache.client.get_client()


def test_the_cache_uses_one_connection_for_each_thread():
    client = _client()
    assert isinstance(client, ThreadRedis)
    ids = {client.execute_command("CLIENT", "ID") for _call in range(5)}

    assert len(ids) == 1

    other: list[int] = []
    thread = threading.Thread(target=lambda: other.append(client.execute_command("CLIENT", "ID")))
    thread.start()
    thread.join()
    assert ids.isdisjoint(other)


def test_a_redis_connection_that_was_closed_is_opened_again():
    client = _client()
    cache.set("kept", "value")
    own = client.execute_command("CLIENT", "ID")
    killer = ThreadRedis(connection_pool=client.connection_pool)
    killer.execute_command("CLIENT", "KILL", "ID", own)

    assert cache.get("kept") == "value"
    assert client.execute_command("CLIENT", "ID") != own


def test_an_answer_that_came_too_late_is_not_read_by_the_next_command():
    client = _client()
    cache.set("kept", "value")
    connection_ = client._of_thread.connection
    connection_._sock.settimeout(0.2)
    with pytest.raises(RedisError):
        client.execute_command("BLPOP", "nothing-here", 1)

    time.sleep(1.2)
    assert cache.get("kept") == "value"
