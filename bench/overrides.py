"""Measures what each override of portal.fastpath saves: CPU time of the server per request.

Needs wrk and the services of `scripts/services`; run it by `make bench-overrides`. One gunicorn
runs as in production, one more for each override that is switched off; they are asked in turn, and
CPU time is compared, which the machine's other load disturbs less than time by the clock. Results
go to bench/results/overrides.json.
"""

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench import api, report
from tests.browser import portal_server

ROOT = Path(__file__).resolve().parent.parent
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "300"))
# What switches an override off; the first row shows how far two equal servers differ.
VARIANTS = {"nothing": {}}
NAMES = os.environ.get(
    "ONLY",
    "compiled_query,redis_client,content_policy,admin_only,negotiation,postgresql,renderers,throttling_drf,throttling_incr,json_lines,redis_client+compiled_query+content_policy+admin_only+negotiation+json_lines",
).split(",")
VARIANTS = {"nothing": {}} | {
    name: {"DJANGO_SETTINGS_MODULE": "bench.without", "BENCH_WITHOUT": name.replace("+", ",")}
    for name in NAMES
}
SAVED = '{"course_program_id": 1, "material_key": "bench", "position_seconds": 5}'


@dataclass
class Server:
    """A gunicorn and its address."""

    url: str
    process: subprocess.Popen


def start(portal: portal_server.Portal, changes: dict[str, str]) -> Server:
    """Start another gunicorn on the data of `portal`."""
    port = portal_server.free_port()
    environment = portal.environment | {"WEB_BIND": f"127.0.0.1:{port}"} | changes
    command = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
    log = portal.log.with_name(f"{port}.log").open("ab")
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    portal.processes.append(process)
    url = f"http://127.0.0.1:{port}"
    for _try in range(300):
        try:
            urllib.request.urlopen(f"{url}/health/ready").read()
        except OSError:
            time.sleep(0.1)
        else:
            return Server(url, process)
    raise RuntimeError(f"gunicorn with {changes} did not start")


def cpu_ms(pid: int) -> float:
    """Return the CPU time of all threads of a process so far."""
    total = 0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        total += int(file.read_text().split()[0])
    return total / 1e6


class Caller:
    """Asks one server on one kept connection."""

    def __init__(self, server: Server) -> None:
        parts = urlsplit(server.url)
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port)
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        (self._worker,) = map(int, children.read_text().split())

    def ask_ms(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> float:
        """Send a request; return the CPU time that the worker took for it."""
        before = cpu_ms(self._worker)
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        time.sleep(0.001)
        return cpu_ms(self._worker) - before


def main() -> None:
    """Build the world, measure, print and write the results."""
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    portal = portal_server.start_gunicorn(
        folder,
        database="portal_bench_overrides",
        WEB_WORKERS="1",
        RATE_LIMIT_USER="10000000/min",
        RATE_LIMIT_ANONYMOUS="10000000/min",
    )
    os.environ.update(portal.environment, DJANGO_SETTINGS_MODULE="portal.settings.base")
    os.environ["LOG_LEVEL"] = "WARNING"
    import django

    django.setup()
    from bench import content

    try:
        content.build(api.PASSWORD)
        token = api.log_in(portal.url, "person0")
        base = Server(portal.url, portal.processes[0])
        servers = {name: start(portal, changes) for name, changes in VARIANTS.items()}
        rows = [row for case in _cases(token) for row in _rows(base, servers, *case)]
    finally:
        portal.stop()
    method = (
        f"medians of {REQUESTS} requests, each server in turn; CPU time of the worker per request"
    )
    report.write("overrides", rows, method=method)


def _cases(token: str) -> list[tuple]:
    own = {"Authorization": f"Bearer {token}"}
    save = own | {"Content-Type": "application/json"}
    return [
        ("GET /stations/1, cold", "GET", "/stations/1", None, {}),
        ("GET /stations/1/course-program, cold", "GET", "/stations/1/course-program", None, {}),
        ("GET /courses/me/programs", "GET", "/courses/me/programs", None, own),
        ("GET /auth/me", "GET", "/auth/me", None, own),
        ("GET /files/presign", "GET", f"/files/presign?key={api.KEY}", None, own),
        ("POST /courses/progress/save", "POST", "/courses/progress/save", SAVED, save),
        ("GET /stations/1, warm", "GET", "/stations/1", None, {}),
    ]


def _rows(base: Server, servers: dict[str, Server], name: str, *request):
    from lms.services import response_cache

    everyone = {each: Caller(server) for each, server in ({"": base} | servers).items()}
    times = {each: [] for each in everyone}
    for number in range(REQUESTS + 10):
        for each, caller in everyone.items():
            if name.endswith("cold"):
                response_cache.bump()
            spent = caller.ask_ms(*request)
            if number >= 10:
                times[each].append(spent)
    middle = {each: statistics.median(values) for each, values in times.items()}
    for each in servers:
        ratio = middle[each] / middle[""]
        row = {
            "name": f"{name}, without {each}",
            "value": round(middle[each], 3),
            "unit": "ms of CPU",
            "baseline": f"with all: {middle['']:.3f}",
            "ratio": round(ratio, 3),
            "target": ">= 1.15",
            "met": report.is_met(ratio, ">= 1.15"),
        }
        print(f"{row['name']:110}", row["value"], row["baseline"], row["ratio"], flush=True)
        yield row


if __name__ == "__main__":
    main()
