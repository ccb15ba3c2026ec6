"""Measures the API against a bare Django view: requests per second, latency, CPU per request.

Needs wrk, nginx and the services of `scripts/services`; run it by `make bench-api`. Both servers
are gunicorn as in production, on the same machine in the same run, so that the ratio means
something where the machine is shared. Public reads are asked as a browser asks them: through nginx,
which keeps them for a second, with gzip and a token. The bare view is asked directly, without
either. Results go to bench/results/api.json.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from bench import report
from bench.report import is_met
from tests.browser import portal_server

ROOT = Path(__file__).resolve().parent.parent
SECONDS = int(os.environ.get("BENCH_SECONDS", "2"))
# Each comparison alternates between both servers, as the machine's other load comes and goes.
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
PASSWORD = "bench-password-1"
KEY = "stations/1/course_program/topics/t1/%D0%9F%D0%BE%D1%80%D1%8F%D0%B4%D0%BE%D0%BA_1.pdf"
PUBLIC_ROUTES = ("/stations/1", "/stations/1/course-program")
PERSONAL_ROUTES = ("/courses/me/programs", f"/files/presign?key={KEY}")


def run_wrk(
    url: str, *headers: str, connections: int = 8, seconds: int = SECONDS
) -> dict[str, float]:
    """Load a URL; return requests/s and latencies in ms."""
    options = [option for header in headers for option in ("-H", header)]
    options += ["-s", str(ROOT / "bench" / "percentiles.lua")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *options, url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    if refused:
        raise RuntimeError(f"{url}: {refused.group(0)}")
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
        **{
            name: float(re.search(rf"^{name} ([\d.]+)$", text, re.MULTILINE).group(1)) / 1000
            for name in ("p50", "p95", "p99")
        },
    }


def cpu_seconds(process: subprocess.Popen) -> float:
    """Return user and system time of a server and its workers."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid, parent = int(stat.parent.name), int(fields[1])
        if process.pid in {pid, parent}:
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def measure(process: subprocess.Popen, url: str, *headers: str) -> dict[str, float]:
    """Load a URL and add the CPU time per request in ms."""
    before = cpu_seconds(process)
    figures = run_wrk(url, *headers)
    spent = cpu_seconds(process) - before
    figures["cpu_ms"] = spent * 1000 / max(1.0, figures["rate"] * SECONDS)
    return figures


def compare(
    bare: tuple[subprocess.Popen, str], ours: tuple[subprocess.Popen, str], *headers: str
) -> tuple[dict[str, float], dict[str, float], float]:
    """Measure both in turn; return the medians of each, and the median of the rounds' ratios."""
    for process_url in (bare, ours):
        run_wrk(process_url[1], *(headers if process_url is ours else ()), seconds=1)
    rounds = [(measure(*bare), measure(*ours, *headers)) for _round in range(ROUNDS)]
    ratio = statistics.median(own["rate"] / base["rate"] for base, own in rounds)
    bases, owns = zip(*rounds, strict=True)
    return _medians(bases), _medians(owns), ratio


def _medians(figures: tuple[dict[str, float], ...]) -> dict[str, float]:
    return {name: statistics.median(each[name] for each in figures) for name in figures[0]}


def _request(url: str, headers: tuple[str, ...]) -> urllib.request.Request:
    named = dict(header.split(": ", 1) for header in headers)
    return urllib.request.Request(url, headers=named)


def fetch(url: str, *headers: str) -> tuple[bytes, str]:
    """Return the body of a URL and its ETag."""
    with urllib.request.urlopen(_request(url, headers)) as answer:
        return answer.read(), answer.headers.get("ETag", "")


def log_in(url: str, name: str) -> str:
    """Return an access token."""
    body = json.dumps({"username": name, "password": PASSWORD}).encode()
    request = urllib.request.Request(
        f"{url}/auth/login", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["token"]


def login_burst(url: str) -> tuple[float, float]:
    """Return the p95 latency (ms) of /stations/1 alone and under 16 logins at once."""
    run_wrk(f"{url}/stations/1", seconds=1)
    quiet = run_wrk(f"{url}/stations/1", connections=2)["p95"]
    stop = threading.Event()

    def keep_logging_in(number: int) -> None:
        while not stop.is_set():
            log_in(url, f"person{number}")

    threads = [threading.Thread(target=keep_logging_in, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    busy = run_wrk(f"{url}/stations/1", connections=2)["p95"]
    stop.set()
    for thread in threads:
        thread.join()
    return quiet, busy


def cold_rate(url: str) -> float:
    """Return requests/s of one client whose every request misses: content changes before each."""
    from lms.services import response_cache

    count, spent = 0, 0.0
    while spent < SECONDS:
        response_cache.bump()
        started = time.perf_counter()
        urllib.request.urlopen(url).read()
        spent += time.perf_counter() - started
        count += 1
    return count / spent


def single_rate(url: str) -> float:
    """Return requests/s of one sequential client, the baseline of `cold_rate`."""
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        urllib.request.urlopen(url).read()
        count += 1
    return count / (time.perf_counter() - started)


def start_bare(
    portal: portal_server.Portal, bodies: Path, **sizes: str
) -> tuple[str, subprocess.Popen]:
    """Start the bare view under the same gunicorn configuration; return its address."""
    port = portal_server.free_port()
    environment = portal.environment | {
        "WEB_BIND": f"127.0.0.1:{port}",
        "BENCH_BODIES": str(bodies),
        **sizes,
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "bench.bare"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    portal.processes.append(process)
    for _try in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/body0").read()
        except OSError:
            time.sleep(0.1)
        else:
            break
    return f"http://127.0.0.1:{port}", process


def public_rows(
    portal: portal_server.Portal, bare: tuple[subprocess.Popen, str], token: str
) -> list[dict]:
    """Measure public reads through nginx, and their first read after a change without nginx."""
    web, (bare_process, bare_url) = portal.processes[0], bare
    direct = f"http://{portal.environment['WEB_BIND']}"
    browser = (token, "Accept-Encoding: gzip")
    rows = []
    for number, route in enumerate(PUBLIC_ROUTES):
        base, url = (bare_process, f"{bare_url}/body{number}"), f"{portal.url}/api{route}"
        through = _compared(f"nginx: GET {route}", base, (web, url), *browser)
        etag = f"If-None-Match: {fetch(url, *browser)[1]}"
        known = _compared(f"nginx: GET {route}, 304", base, (web, url), *browser, etag)
        rows += [row | {"target": ">= 5"} for row in (through, known)]
        rows.append(_cold(f"GET {route}, cold", base[1], direct + route))
    return rows


def personal_rows(
    portal: portal_server.Portal, bare: tuple[subprocess.Popen, str], token: str
) -> list[dict]:
    """Measure reads that depend on the caller, without nginx."""
    web, (bare_process, bare_url) = portal.processes[0], bare
    direct = f"http://{portal.environment['WEB_BIND']}"
    return [
        _compared(
            f"GET {route.partition('?')[0]}",
            (bare_process, f"{bare_url}/body{number}"),
            (web, direct + route),
            token,
        )
        | {"target": ">= 0.25"}
        for number, route in enumerate(PERSONAL_ROUTES, len(PUBLIC_ROUTES))
    ]


def login_row(direct: str) -> dict:
    """Compare the latency of a light request alone and under sign-ins."""
    bursts = sorted(
        (login_burst(direct) for _round in range(ROUNDS)), key=lambda pair: pair[1] / pair[0]
    )
    quiet, busy = bursts[len(bursts) // 2]
    return {
        "name": "GET /stations/1, p95 under 16 logins at once",
        "value": round(busy, 2),
        "unit": "ms",
        "baseline": f"without logins: {quiet:.2f} ms",
        "ratio": busy / quiet,
        "target": "<= 3",
    }


def rows_on_services(folder: Path) -> list[dict]:
    """Measure the portal as in production."""
    limits = {"RATE_LIMIT_USER": "10000000/min", "RATE_LIMIT_ANONYMOUS": "10000000/min"}
    portal = portal_server.start_on_services(folder, database="portal_bench", **limits)
    os.environ.update(portal.environment, DJANGO_SETTINGS_MODULE="portal.settings.base")
    import django

    django.setup()
    from bench import content

    content.build(PASSWORD)
    direct = f"http://{portal.environment['WEB_BIND']}"
    token = f"Authorization: Bearer {log_in(direct, 'person7')}"
    routes = [*PUBLIC_ROUTES, *PERSONAL_ROUTES]
    bodies = [fetch(direct + route, token)[0] for route in routes]
    url, process = start_bare(portal, _folder_of(bodies, folder))
    rows = public_rows(portal, (process, url), token)
    rows += personal_rows(portal, (process, url), token)
    rows.append(login_row(direct))
    portal.stop()
    return rows


def rows_embedded(folder: Path) -> list[dict]:
    """Measure public reads of the embedded run, which answers from the ordinary cache."""
    portal = portal_server.start_embedded(folder)
    bodies = [fetch(portal.url + route)[0] for route in PUBLIC_ROUTES]
    url, process = start_bare(portal, _folder_of(bodies, folder), WEB_WORKERS="1", WEB_THREADS="64")
    web = portal.processes[0]
    rows = [
        _compared(
            f"embedded: GET {route}", (process, f"{url}/body{number}"), (web, portal.url + route)
        )
        | {"target": ">= 0.25"}
        for number, route in enumerate(PUBLIC_ROUTES)
    ]
    portal.stop()
    return rows


def main() -> None:
    """Measure, print and write the results."""
    os.environ["LOG_LEVEL"] = "WARNING"
    rows = rows_embedded(Path(tempfile.mkdtemp(prefix="portal-bench-")))
    rows += rows_on_services(Path(tempfile.mkdtemp(prefix="portal-bench-")))
    method = f"medians of {ROUNDS} rounds of {SECONDS} s, both servers in turn"
    report.write("api", [_judged(row) for row in rows], method=method)


def _folder_of(bodies: list[bytes], parent: Path) -> Path:
    folder = parent / "bodies"
    folder.mkdir()
    for number, body in enumerate(bodies):
        (folder / f"body{number}").write_bytes(body)
    return folder


def _compared(name: str, bare: tuple, ours: tuple, *headers: str) -> dict:
    base, own, ratio = compare(bare, ours, *headers)
    return {
        "name": name,
        "value": round(own["rate"], 1),
        "unit": "requests/s",
        "baseline": f"bare Django view: {base['rate']:.1f}",
        "ratio": ratio,
        "p50_ms": round(own["p50"], 2),
        "p99_ms": round(own["p99"], 2),
        "cpu_ms_per_request": round(own["cpu_ms"], 3),
        "baseline_cpu_ms_per_request": round(base["cpu_ms"], 3),
    }


def _cold(name: str, bare_url: str, url: str) -> dict:
    rounds = [(single_rate(bare_url), cold_rate(url)) for _round in range(ROUNDS)]
    return {
        "name": name,
        "value": round(statistics.median(own for _base, own in rounds), 1),
        "unit": "requests/s",
        "baseline": f"bare view, one client: {statistics.median(b for b, _o in rounds):.1f}",
        "ratio": statistics.median(own / base for base, own in rounds),
        "target": ">= 0.1",
    }


def _judged(row: dict) -> dict:
    """Judge before rounding."""
    return row | {"met": is_met(row["ratio"], row["target"]), "ratio": round(row["ratio"], 3)}


if __name__ == "__main__":
    main()
