"""Measures how files are delivered, against the object store itself in the same run.

Needs curl, wrk, nginx and the services of `scripts/services`; run it by `make bench-delivery`. The
store is the S3 server of the tests and not MinIO: it answers slower (about 10 ms a request), which
makes the ratios of slices harder and those of CPU time easier. Results go to
bench/results/delivery.json.
"""

import http.client
import os
import random
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

from bench import report
from bench.api import cpu_seconds, fetch, log_in, run_wrk, start_bare
from bench.delivery_load import (
    FILM_BYTES,
    SLOW_READERS,
    SMALL_RANGE,
    curl,
    first_bytes,
    memory_mb,
    page_of_links,
    plain_nginx,
    slow_readers,
)
from bench.report import is_met
from tests.browser import portal_server
from tests.delivery import interfaces
from tests.delivery.interfaces import FOLDER, MIB, Interface

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
FILM = "bench-film.mp4"
JSON_PATH = "/api/stations/1"
PASSWORD = "bench-password-1"


def forget_slices(folder: Path) -> None:
    """Empty nginx's cache: it takes a slice whose file is gone for one that it never had."""
    for kept in (folder / "media").iterdir():
        if kept.is_dir():
            shutil.rmtree(kept)


def row(name: str, value: float, unit: str, baseline: str, ratio: float, target: str) -> dict:
    """Return a row of the results; the ratio is judged before it is rounded."""
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "baseline": baseline,
        "ratio": round(ratio, 3),
        "target": target,
        "met": is_met(ratio, target),
    }


def compared(
    name: str,
    ours: Callable[[], float],
    base: Callable[[], float],
    *,
    base_name: str,
    target: str,
    prepare: Callable[[], None] = lambda: None,
) -> dict:
    """Measure MB/s of both in turn; the ratio is the median of the rounds' ratios."""
    rounds = []
    for _round in range(ROUNDS):
        theirs = base()
        prepare()
        rounds.append((ours(), theirs))
    own = statistics.median(each for each, _base in rounds)
    theirs = statistics.median(each for _own, each in rounds)
    ratio = statistics.median(each / other for each, other in rounds)
    return row(name, own, "MB/s", f"{base_name}: {theirs:.0f} MB/s", ratio, target)


def first_byte_row(name: str, url: str, direct: str, *, prepare: Callable[[], None]) -> dict:
    """Compare the medians of short ranges at random places."""
    rng = random.Random(3)
    offsets = [rng.randrange(FILM_BYTES - SMALL_RANGE) for _each in range(150)]
    first_bytes(url, offsets[:2])
    prepare()
    theirs = statistics.median(first_bytes(direct, offsets))
    own = statistics.median(first_bytes(url, offsets))
    baseline = f"the store itself: {theirs:.2f} ms; the ratio is the difference in ms"
    return row(name, own, "ms", baseline, own - theirs, "<= 3")


def slow_rows(
    name: str, interface: Interface, film: str, *, rate_target: str, pids: tuple[int, ...]
) -> list[dict]:
    """Load a JSON view with and without the slow readers."""
    url = f"{interface.url}{JSON_PATH}"
    run_wrk(url, seconds=1)
    before = memory_mb(*pids)
    idle = [run_wrk(url, seconds=3) for _round in range(3)]
    with slow_readers(film) as latest:
        loaded = [run_wrk(url, seconds=3) for _round in range(3)]
        after, readers = memory_mb(*pids), latest()
    rate = statistics.median(each["rate"] for each in loaded)
    idle_rate = statistics.median(each["rate"] for each in idle)
    p99 = statistics.median(each["p99"] for each in loaded)
    idle_p99 = statistics.median(each["p99"] for each in idle)
    told = f"{readers['open']} served, {readers['refused']} told to come again"
    return [
        row(
            f"{name}: JSON under {SLOW_READERS} slow readers",
            rate,
            "requests/s",
            f"without them: {idle_rate:.0f}; {told}",
            rate / idle_rate,
            rate_target,
        ),
        row(
            f"{name}: p99 of JSON under {SLOW_READERS} slow readers",
            p99,
            "ms",
            f"without them: {idle_p99:.2f} ms",
            p99 / idle_p99,
            "<= 2",
        ),
        row(
            f"{name}: memory with {SLOW_READERS} slow readers",
            after,
            "MB",
            f"without them: {before:.0f} MB; the ratio is MB for each reader served",
            (after - before) / max(1, readers["open"]),
            "<= 1",
        ),
    ]


def cpu_of_python_row(web: subprocess.Popen, film: str) -> dict:
    """Measure what handing a film over costs the portal, by many requests that read little."""
    path, requests = urlsplit(film), 300
    line = http.client.HTTPConnection(path.hostname, path.port)

    def cost_ms() -> float:
        before = cpu_seconds(web)
        for _each in range(requests):
            line.request("GET", path.path)
            line.getresponse().read(1)
            line.close()
        return (cpu_seconds(web) - before) * 1000 / requests

    cost_ms()  # The first requests of a process are not those that cost a day.
    each_ms = statistics.median(cost_ms() for _round in range(ROUNDS))
    per_gb = each_ms * 1e9 / FILM_BYTES
    baseline = f"{each_ms:.2f} ms for each request; the ratio is ms for each GB of such films"
    return row("nginx: CPU of Python", per_gb, "ms/GB", baseline, per_gb, "<= 5")


def link_rows(web_url: str, front: Interface, folder: Path) -> list[dict]:
    """Measure signed links: their rate against a bare view, and those of one page."""
    from lms.models import TopicFile

    token = log_in(web_url, "person7")
    header = f"Authorization: Bearer {token}"
    keys = TopicFile.objects.order_by("pk").values_list("minio_object_name", flat=True)[:92]
    routes = [f"/files/presign?key={quote(key)}&expiresIn=604800" for key in keys]
    bodies = folder / "bodies"
    bodies.mkdir()
    (bodies / "body0").write_bytes(fetch(web_url + routes[0], header)[0])
    bare_url, _bare = start_bare(front.portal, bodies)
    rounds = [
        (run_wrk(web_url + routes[0], header)["rate"], run_wrk(f"{bare_url}/body0")["rate"])
        for _round in range(ROUNDS)
    ]
    own = statistics.median(each for each, _base in rounds)
    base = statistics.median(each for _own, each in rounds)
    ratio = statistics.median(each / other for each, other in rounds)
    paths = [f"/api{route}" for route in routes]
    page_of_links(front.url, paths, token)
    spent = statistics.median(page_of_links(front.url, paths, token) for _round in range(ROUNDS))
    baseline = "none; the ratio is ms in all, with the client in Python"
    return [
        row("presign", own, "requests/s", f"bare Django view: {base:.0f}", ratio, ">= 0.25"),
        row(
            f"nginx: {len(paths)} links of one page, 8 connections",
            spent,
            "ms",
            baseline,
            spent,
            "<= 150",
        ),
    ]


def rows_on_services(folder: Path) -> list[dict]:
    """Measure nginx and S3 through Python."""
    limits = {"RATE_LIMIT_USER": "10000000/min", "RATE_LIMIT_ANONYMOUS": "10000000/min"}
    portal = portal_server.start_on_services(folder, database="portal_bench", **limits)
    web_url = f"http://{portal.environment['WEB_BIND']}"
    os.environ.update(portal.environment, DJANGO_SETTINGS_MODULE="portal.settings.base")
    import django

    django.setup()
    from django.core.cache import cache

    from bench import content
    from media_admin.services.accel_redirect import first_read_cache_key
    from media_admin.storage import get_object_storage

    content.build(PASSWORD)
    front = Interface("nginx", portal.url, portal, folder)
    # As many threads and places as the embedded run has.
    sizes = {"WEB_WORKERS": "1", "WEB_THREADS": "64", "STREAMS_AT_ONCE": "48"}
    alone = interfaces.another_process(front, MEDIA_DELIVERY="portal", **sizes)
    front.store({FILM: ("video/mp4", random.Random(1).randbytes(FILM_BYTES))})
    path = f"/api/files/video/{FOLDER}{FILM}"
    film, through_python = front.url + path, alone.url + path
    fetch_path = get_object_storage().presign_fetch(FOLDER + FILM, expires_in_seconds=86400)
    direct = portal.environment["MINIO_ENDPOINT"] + fetch_path
    mark = first_read_cache_key(get_object_storage().stat(FOLDER + FILM))
    nginx = int((folder / "nginx.pid").read_text())
    rows = []
    for readers in (1, 4):

        def base(count: int = readers) -> float:
            return curl(direct, readers=count)

        def ours(count: int = readers) -> float:
            return curl(film, readers=count)

        def python(count: int = readers) -> float:
            return curl(through_python, readers=count)

        named = {"base": base, "base_name": f"the store itself, {readers} at once"}
        rows += [
            compared(
                f"nginx: {readers} at once, the first read of the file",
                ours,
                target=">= 0.75",
                prepare=lambda: forget_slices(folder) or cache.delete(mark),
                **named,
            ),
            compared(
                f"nginx: {readers} at once, slices to be fetched",
                ours,
                target=">= 0.75",
                prepare=lambda: forget_slices(folder),
                **named,
            ),
            compared(f"nginx: {readers} at once, slices kept", ours, target=">= 0.95", **named),
            compared(f"S3 through Python: {readers} at once", python, target=">= 0.55", **named),
        ]
    rows += [
        cpu_of_python_row(portal.processes[0], film),
        first_byte_row(
            "nginx: first byte of a range, nothing kept",
            film,
            direct,
            prepare=lambda: forget_slices(folder),
        ),
        first_byte_row("nginx: first byte of a range, kept", film, direct, prepare=int),
        first_byte_row(
            "S3 through Python: first byte of a range", through_python, direct, prepare=int
        ),
    ]
    rows += slow_rows(
        "nginx", front, film, rate_target=">= 0.9", pids=(nginx, portal.processes[0].pid)
    )
    rows += link_rows(web_url, front, folder)
    alone.portal.stop()
    portal.stop()
    return rows


def rows_embedded(folder: Path) -> list[dict]:
    """Measure the embedded run, which sends local files."""
    opened, stack = interfaces.open_local(folder)
    with stack:
        interface = opened["local"]
        interface.store({FILM: ("video/mp4", random.Random(1).randbytes(FILM_BYTES))})
        film = f"{interface.url}/api/files/video/{FOLDER}{FILM}"
        port = interfaces.portal_server.free_port()
        with plain_nginx(folder / "source-0", port) as plain:
            rows = [
                compared(
                    f"local file: {readers} at once",
                    lambda count=readers: curl(film, readers=count),
                    lambda count=readers: curl(plain, readers=count),
                    base_name=f"nginx sending the same file, {readers} at once",
                    target=">= 0.55",
                )
                for readers in (1, 4)
            ]
        pids = (interface.portal.processes[0].pid,)
        return rows + slow_rows("embedded", interface, film, rate_target=">= 0.8", pids=pids)


def main() -> None:
    """Measure, print and write the results."""
    os.environ["LOG_LEVEL"] = "WARNING"
    rows = rows_embedded(Path(tempfile.mkdtemp(prefix="portal-bench-")))
    rows += rows_on_services(Path(tempfile.mkdtemp(prefix="portal-bench-")))
    method = (
        f"a film of {FILM_BYTES // MIB} MiB, {ROUNDS} rounds in turn with the baseline, medians;"
        " the store is OpenStack Swift's S3 API"
    )
    report.write("delivery", rows, method=method)


if __name__ == "__main__":
    main()
