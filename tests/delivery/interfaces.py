"""The three interfaces that send files: nginx, Python from S3, Python from local files."""

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
from tests.delivery.relay import Relay
from tests.deploy.nginx_process import Answer

MIB = 1024 * 1024
SMALL = b"0123456789"
# A bit more than two long slices of nginx, or twenty short ones.
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
class Interface:
    """A server that sends files and its portal: `nginx`, `s3` (Python reads from S3), `local`."""

    name: str
    url: str
    portal: Portal
    folder: Path
    relay: Relay | None = None
    connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    @property
    def port(self) -> int:
        """The port of `url`."""
        return urlsplit(self.url).port

    def ask(self, name: str, *, method: str = "GET", **headers: str) -> Answer:
        """Request a public file; `If_Range` is the header If-Range."""
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
        """Send `path` unchanged, over a connection that is kept open."""
        was_open = self.connection is not None
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self.connection.request(method, path, body=body, headers=headers or {})
            response = self.connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except (http.client.RemoteDisconnected, ConnectionError):
            self.close()
            if not was_open:
                raise
        # A server may close an idle connection at any time.
        return self.send(path, method=method, headers=headers, body=body)

    def close(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def store(self, files: dict[str, tuple[str, bytes]]) -> None:
        """Store files in this portal, and use them on a public page."""
        rows = []
        for number, (name, (kind, body)) in enumerate(files.items()):
            source = self.folder / f"source-{number}"
            source.write_bytes(body)
            rows.append((FOLDER + name, kind, str(source)))
        self.portal.run(_STORE % (rows,))


def open_local(folder: Path) -> tuple[dict[str, Interface], ExitStack]:
    """Start the embedded portal, which sends local files."""
    stack = ExitStack()
    portal = portal_server.start_embedded(folder)
    stack.callback(portal.stop)
    return {"local": Interface("local", portal.url, portal, folder)}, stack


def open_services(folder: Path, **environment: str) -> tuple[dict[str, Interface], ExitStack]:
    """Start a portal behind nginx, and a second process of it that sends files by itself."""
    stack = ExitStack()
    relay = Relay(urlsplit(os.environ["TEST_S3_ENDPOINT"]).netloc)
    stack.callback(relay.close)
    endpoint = {"MINIO_ENDPOINT": f"http://{relay.address}"}
    portal = portal_server.start_on_services(
        folder, database="portal_delivery", **endpoint, **environment
    )
    stack.callback(portal.stop)
    front = Interface("nginx", portal.url, portal, folder, relay)
    # One worker, so that its streams can be counted.
    alone = another_process(front, MEDIA_DELIVERY="portal", WEB_WORKERS="1")
    stack.callback(alone.portal.stop)
    return {"nginx": front, "s3": alone}, stack


def another_process(interface: Interface, **environment: str) -> Interface:
    """Start one more process of a portal, without nginx; the caller stops it."""
    port = portal_server.free_port()
    address = {"WEB_BIND": f"127.0.0.1:{port}", "PORT": str(port)}
    own = interface.portal.environment | address | environment
    log = interface.folder / f"portal-{port}.log"
    alone = Portal(f"http://127.0.0.1:{port}", log, own)
    server = ["gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
    if interface.name == "local":
        server = ["portal.embedded"]
    portal_server.spawn(alone, [sys.executable, "-m", *server])
    portal_server.wait(alone)
    name = "local" if interface.name == "local" else "s3"
    return Interface(name, alone.url, alone, interface.folder, interface.relay)
