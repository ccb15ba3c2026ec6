"""Lost connections, replaced files, a stopped store: no truncated answers and no leaks."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.delivery.http_reader import Reader
from tests.delivery.interfaces import FILM, FILM_NAME, MIB, Interface, another_process
from tests.delivery.leaks import open_resources

RNG = random.Random(7)
LONG = RNG.randbytes(64 * MIB)
services = pytest.mark.services


def _wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait until a condition is true; servers notice a lost connection a moment later."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


def _put(interface: Interface, name: str, body: bytes) -> str:
    interface.store({name: ("video/mp4", body)})
    return name


@services
@pytest.mark.parametrize("name_of_interface", ["nginx", "s3"])
def test_a_store_that_stops_in_the_middle_gives_no_short_success(all_interfaces, name_of_interface):
    interface = all_interfaces[name_of_interface]
    name = _put(interface, f"cut-{name_of_interface}.mp4", LONG)
    with Reader(interface, name) as reader:
        reader.head().read(2 * MIB)

        interface.relay.close()
        try:
            body = reader.read()
            refused = interface.ask(name, Range=f"bytes={50 * MIB}-")
        finally:
            interface.relay.open()

    assert reader.headers["content-length"] == str(len(LONG))
    assert len(body) < len(LONG), "the connection ends before the announced length"
    assert LONG.startswith(body)
    assert (refused.status, json.loads(refused.body)["code"]) == (503, "store_unavailable")
    assert refused.headers["Retry-After"] == "10"
    again = interface.ask(name, Range=f"bytes={50 * MIB}-")
    assert (again.status, again.body == LONG[50 * MIB :]) == (206, True)


def _disconnect_at_random(interface: Interface, rng: random.Random) -> None:
    start = rng.randrange(len(FILM))
    with Reader(interface, FILM_NAME, Range=f"bytes={start}-") as reader:
        if rng.random() < 0.9:
            reader.head().read(rng.randrange(1, 400_000))
        if rng.random() < 0.8:
            reader.disconnect()


def _disconnect_in_parallel(interface: Interface, *, each: int, seed: int) -> None:
    def disconnect(rng: random.Random) -> None:
        for _turn in range(each):
            _disconnect_at_random(interface, rng)

    threads = [
        threading.Thread(target=disconnect, args=(random.Random(seed + number),))
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _statuses(interface: Interface, count: int) -> list[int]:
    """Open so many streams at once, return their statuses, and disconnect."""
    readers = [Reader(interface, FILM_NAME) for _each in range(count)]
    try:
        return [reader.head().status for reader in readers]
    finally:
        for reader in readers:
            reader.disconnect()


def _fill_pools(interface: Interface) -> None:
    """Let the portal open more connections to the store than the test will need."""
    names = [f"small-{interface.name}-{number}.pdf" for number in range(16)]
    interface.store({name: ("application/pdf", name.encode() * 20_000) for name in names})
    ready = threading.Barrier(len(names))

    def read(name: str) -> None:
        ready.wait(timeout=20)
        with Reader(interface, name) as reader:
            reader.head().read()

    readers = [threading.Thread(target=read, args=(name,)) for name in names]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()


def test_two_hundred_lost_readers_leak_nothing(interface):
    # First fill the pools of threads and connections, which stay open.
    _fill_pools(interface)
    most_streams = {"local": 48, "s3": 18, "nginx": 20}[interface.name]
    _statuses(interface, most_streams)
    _disconnect_in_parallel(interface, each=5, seed=1)
    assert _wait_until(lambda: open_resources(interface).readers == 0)
    time.sleep(1)
    before = open_resources(interface)

    _disconnect_in_parallel(interface, each=50, seed=100)

    settled = _wait_until(lambda: not open_resources(interface).more_than(before))
    after = open_resources(interface)
    assert settled, after.more_than(before)
    assert (after.readers, after.files, after.temporary) == (0, 0, 0)
    # All streams are free again, and the limit is still the same.
    assert _wait_until(lambda: _statuses(interface, most_streams) == [200] * most_streams)
    if interface.name != "nginx":
        assert _wait_until(lambda: 503 in _statuses(interface, most_streams + 1))
    assert _wait_until(lambda: interface.ask(FILM_NAME).body == FILM)


@services
def test_a_reader_who_disconnects_ends_the_fetch(all_interfaces):
    interface = all_interfaces["nginx"]
    name = _put(interface, "left.mp4", LONG)
    before, sent = interface.relay.connections, interface.relay.bytes_out

    with Reader(interface, name) as reader:
        reader.head().read(MIB)
        reader.disconnect()

    # Each of two workers may keep the connection on which it requested the size of the file.
    assert _wait_until(lambda: interface.relay.connections <= before + 2)
    time.sleep(0.5)
    assert interface.relay.bytes_out - sent < len(LONG) / 2


@services
def test_a_film_with_many_viewers_is_read_once_from_the_store(all_interfaces):
    interface = all_interfaces["nginx"]
    name = _put(interface, "watched.mp4", FILM[::-1])
    interface.ask(name, method="HEAD")
    sent, bodies = interface.relay.bytes_out, []

    def watch() -> None:
        with Reader(interface, name, Range="bytes=0-") as reader:
            bodies.append(reader.head().read())

    viewers = [threading.Thread(target=watch) for _each in range(12)]
    for viewer in viewers:
        viewer.start()
    for viewer in viewers:
        viewer.join()

    assert [body == FILM[::-1] for body in bodies] == [True] * 12
    assert interface.relay.bytes_out - sent < len(FILM) * 1.05


def test_a_file_that_is_replaced_between_two_ranges_is_never_mixed(interface):
    old, new = RNG.randbytes(20 * MIB), RNG.randbytes(19 * MIB)
    name = _put(interface, f"replaced-{interface.name}.mp4", old)
    first = interface.ask(name, Range="bytes=0-99")
    assert first.body == old[:100]

    _put(interface, name, new)
    states = {first.headers["ETag"]: old}
    ranges = [(15 * MIB, 15 * MIB + 99), (0, 99), (18 * MIB, 18 * MIB + 9), (0, 9)]
    for start, last in ranges:
        answer = interface.ask(name, Range=f"bytes={start}-{last}", If_Range=first.headers["ETag"])
        body = states.setdefault(answer.headers["ETag"], new)
        assert answer.body == (body[start : last + 1] if answer.status == 206 else body)
    changed = interface.ask(name, Range=f"bytes={17 * MIB}-", If_Match=first.headers["ETag"])

    assert changed.status in {206, 412}
    assert _wait_until(lambda: interface.ask(name, Range="bytes=0-9").body == new[:10])
    assert interface.ask(name).body == new


@services
@pytest.mark.parametrize("name_of_interface", ["nginx", "s3"])
def test_a_file_that_is_deleted_between_two_ranges_is_missing(all_interfaces, name_of_interface):
    interface = all_interfaces[name_of_interface]
    name = _put(interface, f"deleted-{name_of_interface}.mp4", FILM)
    assert interface.ask(name, Range="bytes=0-99").status == 206

    code = "from media_admin.storage import get_object_storage as s; s().delete('hero/%s')"
    interface.portal.run(code % name)
    answer = interface.ask(name, Range=f"bytes={15 * MIB}-{15 * MIB + 99}")

    assert answer.status == 404
    assert b'"file_not_found"' in answer.body
    assert _wait_until(lambda: interface.ask(name, Range="bytes=0-99").status == 404)


@pytest.fixture
def limited(all_interfaces: dict[str, Interface]) -> Iterator[Interface]:
    """Start a process that sends by itself: 3 streams at once, and a timeout of 2 seconds."""
    started = another_process(
        next(iter(all_interfaces.values())),
        MEDIA_DELIVERY="portal",
        STREAMS_AT_ONCE="3",
        STREAM_STALL_SECONDS="2",
        WEB_WORKERS="1",
    )
    yield started
    started.close()
    started.portal.stop()


def test_readers_above_the_limit_get_retry_after(limited):
    readers = [Reader(limited, FILM_NAME).head() for _each in range(3)]
    try:
        refused = limited.ask(FILM_NAME)
        short = limited.ask(FILM_NAME, Range="bytes=0-999")
        api = limited.send("/api/stations")

        assert [reader.status for reader in readers] == [200, 200, 200]
        assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        assert b'"too_many_streams"' in refused.body
        assert (short.status, api.status) == (206, 200)
        # A reader that takes nothing is disconnected, which lets another one begin.
        assert _wait_until(lambda: limited.ask(FILM_NAME).status == 200)
        assert any(len(reader.read()) < len(FILM) for reader in readers)
    finally:
        for reader in readers:
            reader.disconnect()


@services
def test_sixty_slow_readers_are_served_behind_nginx_and_the_api_answers(all_interfaces):
    interface = all_interfaces["nginx"]
    readers = [Reader(interface, FILM_NAME) for _each in range(60)]
    try:
        for reader in readers:
            reader.head().read(1000)
        api = interface.send("/api/stations")

        assert {reader.status for reader in readers} == {200}
        assert api.status == 200
    finally:
        for reader in readers:
            reader.disconnect()
