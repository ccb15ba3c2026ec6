"""Measures what each part of portal.fastpath gains, against the same portal without it.

Needs wrk and the services of `scripts/services`; run it by `make bench-overrides`. CPU time per
request comes from the kernel (/proc/PID/task/*/schedstat), so that other load of the machine
disturbs it little; both servers are asked in turn. Results go to bench/results/overrides.json.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import api, report
from tests.browser import portal_server

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "30"))
# CPU time is read before and after so many requests.
REQUESTS = 10
SLOW_CLIENTS = 10
LOGIN_ROUNDS = int(os.environ.get("BENCH_LOGIN_ROUNDS", "3"))
# What a part has to gain to be kept (docs/decisions/0011-overrides.md).
TARGET = ">= 1.15"


class Server:
    """A gunicorn with one kept connection to it."""

    def __init__(self, url: str, process: subprocess.Popen) -> None:
        """Connect to a server that runs."""
        self.url = url
        self.process = process
        parts = urlsplit(url)
        self.address = (parts.hostname, parts.port)
        self._connection = http.client.HTTPConnection(*self.address)

    def reconnect(self) -> None:
        """Close the connection, which the next request opens again; gunicorn ends idle ones."""
        self._connection.close()

    def ask(self, path: str, headers: dict[str, str]) -> None:
        """Ask for a path and read the whole answer."""
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")

    def cpu_ms(self) -> float:
        """Return the CPU time of all its workers so far."""
        pid = self.process.pid
        workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        files = [file for each in workers for file in _thread_files(each)]
        return sum(int(file.read_text().split()[0]) for file in files) / 1e6


def _thread_files(pid: str) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").glob("*/schedstat"))


def start(portal: portal_server.Portal, **changes: str) -> Server:
    """Start another gunicorn on the data of `portal`."""
    port = portal_server.free_port()
    environment = portal.environment | {"WEB_BIND": f"127.0.0.1:{port}"} | changes
    command = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
    with portal.log.open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    portal.processes.append(process)
    url = f"http://127.0.0.1:{port}"
    for _try in range(1200):
        try:
            urllib.request.urlopen(f"{url}/health/ready").read()
        except OSError:
            time.sleep(0.1)
        else:
            return Server(url, process)
    raise RuntimeError(f"gunicorn with {changes} did not start")


def compare_cpu(
    own: Server, plain: Server, path: str, headers: dict[str, str], before: Callable[[], None]
) -> tuple[float, float]:
    """Return the median CPU time per request with the part and without it."""
    times: dict[Server, list[float]] = {own: [], plain: []}
    for number in range(ROUNDS + 1):
        for server, spent in times.items():
            server.reconnect()
            begun = server.cpu_ms()
            for _request in range(REQUESTS):
                before()
                server.ask(path, headers)
            # The worker puts the connection back among the idle ones after its answer.
            time.sleep(0.005)
            if number:
                spent.append((server.cpu_ms() - begun) / REQUESTS)
    return statistics.median(times[own]), statistics.median(times[plain])


def answer_ms_beside_slow_clients(server: Server) -> float:
    """Return the time of an answer while clients that were served do not close their side."""
    slow = [_served_client(server) for _each in range(SLOW_CLIENTS)]
    begun = time.monotonic()
    urllib.request.urlopen(f"{server.url}/health").read()
    spent = time.monotonic() - begun
    for client in slow:
        client.close()
    return spent * 1000


def _served_client(server: Server) -> socket.socket:
    client = socket.create_connection(server.address)
    client.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    return client


def p95_ms_under_logins(server: Server) -> float:
    """Return the 95th percentile of /stations/1 while 16 people sign in without pause."""
    stop = threading.Event()

    def keep_logging_in(number: int) -> None:
        while not stop.is_set():
            api.log_in(server.url, f"person{number}")

    threads = [threading.Thread(target=keep_logging_in, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    try:
        return api.run_wrk(f"{server.url}/stations/1", connections=2)["p95"]
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def main() -> None:
    """Fill the database, measure, print and write the results."""
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    portal = portal_server.start_gunicorn(
        folder,
        database="portal_bench_overrides",
        RATE_LIMIT_USER="1000000/min",
        RATE_LIMIT_ANONYMOUS="1000000/min",
        LOG_LEVEL="WARNING",
    )
    os.environ.update(portal.environment, DJANGO_SETTINGS_MODULE="portal.settings.base")
    import django

    django.setup()
    from bench import content

    try:
        content.build(api.PASSWORD)
        own = Server(portal.url, portal.processes[0])
        rows = [
            *_compiled_queries(own, start(portal, FASTPATH_COMPILED_QUERIES="0")),
            *_throttle(own, start(portal, FASTPATH_THROTTLE="0")),
            _lingering_close(own, start(portal, FASTPATH_LINGERING_CLOSE="0")),
            _bounded_hasher(own, start(portal, FASTPATH_BOUNDED_HASHER="0")),
        ]
    finally:
        portal.stop()
    method = f"both servers in turn; CPU time: medians of {ROUNDS} rounds of {REQUESTS} requests"
    report.write("overrides", rows, method=method)


def _token(server: Server) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.log_in(server.url, 'person0')}"}


def _compiled_queries(own: Server, plain: Server) -> list[dict[str, Any]]:
    from lms.services import response_cache

    programs = compare_cpu(own, plain, "/courses/me/programs", _token(own), lambda: None)
    rows = [_row("compiled queries: GET /courses/me/programs", *programs, "ms of CPU")]
    for path in ("/stations/1", "/stations/1/course-program"):
        figures = compare_cpu(own, plain, path, {}, response_cache.bump)
        rows.append(_row(f"compiled queries: GET {path}, cold", *figures, "ms of CPU"))
    return rows


def _throttle(own: Server, plain: Server) -> list[dict[str, Any]]:
    from django.core.cache import cache

    from lms.models import User

    key = f"throttle_user_{User.objects.get(username='person0').pk}"

    def use_half_of_the_limit() -> None:
        cache.set(key, [time.time()] * 1500, timeout=60)

    rows = []
    for path in ("/courses/me/programs", f"/files/presign?key={api.KEY}"):
        figures = compare_cpu(own, plain, path, _token(own), use_half_of_the_limit)
        rows.append(_row(f"throttle: GET {path.partition('?')[0]}", *figures, "ms of CPU"))
    return rows


def _lingering_close(own: Server, plain: Server) -> dict[str, Any]:
    figures = answer_ms_beside_slow_clients(own), answer_ms_beside_slow_clients(plain)
    return _row(f"lingering close: an answer beside {SLOW_CLIENTS} slow clients", *figures, "ms")


def _bounded_hasher(own: Server, plain: Server) -> dict[str, Any]:
    rounds = [(p95_ms_under_logins(own), p95_ms_under_logins(plain)) for _n in range(LOGIN_ROUNDS)]
    with_it, without = (statistics.median(each) for each in zip(*rounds, strict=True))
    return _row("bounded hasher: GET /stations/1, p95 under 16 logins", with_it, without, "ms")


def _row(name: str, with_it: float, without: float, unit: str) -> dict[str, Any]:
    ratio = without / with_it
    row = {
        "name": name,
        "value": round(with_it, 2),
        "unit": unit,
        "baseline": f"without it: {without:.2f}",
        "ratio": round(ratio, 2),
        "target": TARGET,
        "met": report.is_met(ratio, TARGET),
    }
    print(row, flush=True)
    return row


if __name__ == "__main__":
    main()
