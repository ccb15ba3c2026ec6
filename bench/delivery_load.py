"""The clients and the load of bench/delivery.py."""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.deploy.nginx_process import started_nginx

ROOT = Path(__file__).resolve().parent.parent
FILM_BYTES = 200 * 1024 * 1024
SMALL_RANGE = 256 * 1024
SLOW_READERS = int(os.environ.get("BENCH_SLOW_READERS", "500"))
SLOW_BYTES_PER_SECOND = 20_000


def curl(url: str, *, readers: int = 1) -> float:
    """Read a film by so many readers at once; return MB/s of all together."""
    command = ["curl", "-sS", "-f", "-o", os.devnull, "-w", "%{size_download}\n", url]
    started = time.perf_counter()
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _each in range(readers)
    ]
    sizes = [int(process.communicate()[0]) for process in processes]
    if sizes != [FILM_BYTES] * readers:
        raise RuntimeError(f"short: {sizes}")
    return sum(sizes) / 1e6 / (time.perf_counter() - started)


def first_bytes(url: str, offsets: list[int]) -> list[float]:
    """Return the time to the first byte of a short range at each offset, in ms, on one line."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    times = []
    for offset in offsets:
        started = time.perf_counter()
        line.request("GET", path, headers={"Range": f"bytes={offset}-{offset + SMALL_RANGE - 1}"})
        answer = line.getresponse()
        answer.read(1)
        times.append((time.perf_counter() - started) * 1000)
        if answer.status != 206 or len(answer.read()) != SMALL_RANGE - 1:
            raise RuntimeError(f"{url}: {answer.status}")
    line.close()
    return times


@contextmanager
def slow_readers(url: str) -> Iterator[Callable[[], dict[str, int]]]:
    """Run the slow readers; what is yielded returns their latest figures."""
    command = [sys.executable, str(ROOT / "bench" / "slow_readers.py"), url]
    command += [str(SLOW_READERS), str(SLOW_BYTES_PER_SECOND)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    latest: dict[str, int] = {}

    def listen() -> None:
        for line in process.stdout:
            latest.update(json.loads(line))

    threading.Thread(target=listen, daemon=True).start()
    try:
        time.sleep(5)  # Until all have come and the buffers are full.
        yield lambda: dict(latest)
    finally:
        process.stdin.close()
        process.wait(timeout=30)


def memory_mb(*pids: int) -> float:
    """Return the memory of processes and their children in MB; shared pages count in part."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if int(stat.parent.name) in pids or parent in pids:
                text = (stat.parent / "smaps_rollup").read_text()
                total += int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1])
        except OSError:
            continue
    return total / 1024


def page_of_links(url: str, paths: list[str], token: str) -> float:
    """Ask for all links by 8 connections, as a browser does; return ms in all."""
    parts = urlsplit(url)
    lines = [http.client.HTTPConnection(parts.hostname, parts.port) for _each in range(8)]
    for line in lines:
        line.connect()

    def work(number: int) -> None:
        line = lines[number]
        for path in paths[number :: len(lines)]:
            line.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            answer = line.getresponse()
            if answer.status != 200 or not answer.read():
                raise RuntimeError(f"{path}: {answer.status}")

    started = time.perf_counter()
    with ThreadPoolExecutor(len(lines)) as pool:
        list(pool.map(work, range(len(lines))))
    spent = (time.perf_counter() - started) * 1000
    for line in lines:
        line.close()
    return spent


@contextmanager
def plain_nginx(file: Path, port: int) -> Iterator[str]:
    """Serve a file by nginx with nothing but sendfile; yields its address."""
    folder = Path(tempfile.mkdtemp(prefix="bench-nginx-"))
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"worker_processes auto; pid {folder}/pid; error_log stderr; events {{}}"
        f"http {{ access_log off; sendfile on; tcp_nopush on; {temporary}"
        f"server {{ listen 127.0.0.1:{port}; root {file.parent}; }} }}"
    )
    with started_nginx(folder, port=port):
        yield f"http://127.0.0.1:{port}/{file.name}"
