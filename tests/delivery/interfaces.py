"""The three ways on which the portal sends files, and the files that the tests put behind them."""

import http.client
import os
import random
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from tests.browser import portal_server
from tests.browser.portal_server import Portal
from tests.delivery.relay import Gate
from tests.deploy.nginx_process import Answer

MIB = 1024 * 1024
SMALL = b"0123456789"
# Three slices of nginx's long ones and a bit, twenty of the short ones.
FILM = random.Random(5).randbytes(20 * MIB + 17)
FOLDER = "hero/"
FILES = {
    "1763000100000_Фильм №1 (1+1=2)&a%20b.mp4": ("video/mp4", FILM),
    "small.pdf": ("application/pdf", SMALL),
    "empty.pdf": ("application/pdf", b""),
    "drawing.svg": ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 90),
}
FILM_NAME = next(iter(FILES))
_STORE = """
from pathlib import Path
from lms.models import HeroSliderImage
from media_admin.services import objects
for key, kind, file in %r:
    objects.store_bytes(key, Path(file), content_type=kind)
    HeroSliderImage.objects.filter(key=key).exists() or HeroSliderImage.objects.create(key=key)
"""


@dataclass
class Door:
    """One way to the files: `nginx`, `s3` (through Python) or `local`; and its portal."""

    name: str
    url: str
    portal: Portal
    folder: Path
    gate: Gate | None = None
    kept: http.client.HTTPConnection | None = field(default=None, repr=False)

    @property
    def port(self) -> int:
        return urlsplit(self.url).port

    def ask(self, name: str, *, method: str = "GET", **headers: str) -> Answer:
        """Ask for a public file; `If_Range` stands for the header If-Range."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.send(f"/api/files/video/{quote(FOLDER + name)}", method=method, headers=named)

    def send(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Send `path` exactly as it is written, over one kept connection."""
        is_kept = self.kept is not None
        if self.kept is None:
            self.kept = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self.kept.request(method, path, body=body, headers=headers or {})
            response = self.kept.getresponse()
            return Answer(response.status, response.headers, response.read())
        except (http.client.RemoteDisconnected, ConnectionError):
            self.close()
            if not is_kept:
                raise
        # A server may end an idle connection at any moment.
        return self.send(path, method=method, headers=headers, body=body)

    def close(self) -> None:
        """Give the kept connection back."""
        if self.kept is not None:
            self.kept.close()
            self.kept = None

    def store(self, files: dict[str, tuple[str, bytes]]) -> None:
        """Put files behind all doors of this portal, and name them on a public page."""
        rows = []
        for number, (name, (kind, body)) in enumerate(files.items()):
            source = self.folder / f"source-{number}"
            source.write_bytes(body)
            rows.append((FOLDER + name, kind, str(source)))
        self.portal.manage("shell", "--verbosity", "0", "-c", _STORE % (rows,))


def open_local(folder: Path) -> tuple[dict[str, Door], ExitStack]:
    """Start the embedded portal, which sends files from its own disk."""
    stack = ExitStack()
    portal = portal_server.start_embedded(folder)
    stack.callback(portal.stop)
    return {"local": Door("local", portal.url, portal, folder)}, stack


def open_services(folder: Path, **environment: str) -> tuple[dict[str, Door], ExitStack]:
    """Start one portal behind nginx, and a second process of it that sends by itself."""
    stack = ExitStack()
    gate = Gate(urlsplit(os.environ["TEST_S3_ENDPOINT"]).netloc)
    stack.callback(gate.cut)
    endpoint = {"MINIO_ENDPOINT": f"http://{gate.address}"}
    portal = portal_server.start_on_services(
        folder, database="portal_delivery", **endpoint, **environment
    )
    stack.callback(portal.stop)
    front = Door("nginx", portal.url, portal, folder, gate)
    # One worker, so that its places can be counted.
    alone = another_process(front, MEDIA_DELIVERY="portal", WEB_WORKERS="1")
    stack.callback(alone.portal.stop)
    return {"nginx": front, "s3": alone}, stack


def another_process(door: Door, **environment: str) -> Door:
    """Start one more process of a door's portal, without nginx; the caller stops its portal."""
    port = portal_server.free_port()
    places = {"WEB_BIND": f"127.0.0.1:{port}", "PORT": str(port)}
    own = door.portal.environment | places | environment
    log = door.folder / f"portal-{port}.log"
    alone = Portal(f"http://127.0.0.1:{port}", log, own)
    server = ["gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
    if door.name == "local":
        server = ["portal.embedded"]
    portal_server.spawn(alone, [sys.executable, "-m", *server])
    portal_server.wait(alone)
    name = "local" if door.name == "local" else "s3"
    return Door(name, alone.url, alone, door.folder, door.gate)
