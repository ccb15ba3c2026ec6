"""Runs the real nginx with the portal's configuration, and a server that echoes requests."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "deploy" / "nginx" / "templates"
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, read to its end."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> dict:
        """Return the body, which is a JSON object."""
        return json.loads(self.body)


def fetch(
    port: int,
    path: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Send `path` exactly as it is written, without encoding; follow no redirect."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def free_port() -> int:
    """Return a port below the ephemeral range that nothing listens on."""
    for port in range(23000 + os.getpid() % 4000, 32000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


class _Echo(BaseHTTPRequestHandler):
    """Answers with the request that arrived; `path_info` is the path as Django would get it."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        received = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, _, query = self.path.partition("?")
        echo = {
            "method": self.command,
            "raw_path": path,
            "path_info": unquote(path),
            "query": query,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body_bytes": len(received),
        }
        body = json.dumps(echo | {"filling": "x" * 2000}).encode()
        self.send_response(503 if "/health/ready" in path else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000, public, immutable")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = _answer

    def log_message(self, *arguments: object) -> None:
        """Keep the test output clean."""


@contextmanager
def echo_server() -> Iterator[int]:
    """Run an echo server; yield its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def nginx_version() -> tuple[int, ...]:
    """Return the version of the nginx that is installed."""
    told = subprocess.run(
        ["nginx", "-v"], capture_output=True, text=True, check=True, env={"PATH": PATH}
    ).stderr
    return tuple(int(part) for part in re.search(r"nginx/([\d.]+)", told).group(1).split("."))


def render(folder: Path, variables: dict[str, str]) -> None:
    """Replace the known variables in the templates, as the image of nginx does."""
    for template in TEMPLATES.glob("*.template"):
        text = template.read_text()
        for name, value in variables.items():
            text = text.replace(f"${{{name}}}", value)
        if nginx_version() < (1, 25, 1):
            text = text.replace("http2 on;", "")
        (folder / template.name.removesuffix(".template")).write_text(text)


def command(folder: Path, *arguments: str) -> list[str]:
    """Return the command line of nginx; as root, its workers stay root and can read the folder."""
    user = "user root; " if os.geteuid() == 0 else ""
    nginx = shutil.which("nginx", path=PATH)
    return [nginx, "-c", str(folder / "nginx.conf"), "-g", f"{user}daemon off;", *arguments]


@contextmanager
def running_nginx(folder: Path, variables: dict[str, str], *, port: int) -> Iterator[int]:
    """Run nginx with the portal's configuration until the block ends; yield its port."""
    render(folder, variables)
    with started_nginx(folder, port=port):
        yield port


@contextmanager
def started_nginx(folder: Path, *, port: int) -> Iterator[None]:
    """Run nginx with the configuration in a folder until the block ends."""
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen(command(folder), stdout=log, stderr=log)
        try:
            _await_port(port, process, folder / "nginx.log")
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


def _await_port(port: int, process: subprocess.Popen, log: Path) -> None:
    for _ in range(100):
        if process.poll() is not None:
            raise RuntimeError(f"nginx ended: {log.read_text()}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nginx does not listen: {log.read_text()}")
