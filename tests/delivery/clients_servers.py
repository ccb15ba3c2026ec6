"""Servers that a test may kill, in addition to those that all tests share."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser import portal_server
from tests.browser.portal_server import Portal
from tests.delivery.interfaces import Interface
from tests.deploy import nginx_process
from tests.deploy.conftest import make_client, nginx_variables

_GUNICORN = (sys.executable, "-m", "gunicorn", "--no-control-socket")


@dataclass
class KillableServer:
    """A server on a port of its own, which can be killed and started again."""

    portal: Portal
    folder: Path
    command: list[str]

    def start(self) -> None:
        """Start the server, or start it again after it was killed; returns when it answers."""
        # A killed nginx does not remove its Unix sockets and cannot listen on them again. In
        # production it has none: there it listens on ports (docker-compose.yml).
        for unix_socket in self.folder.glob("*.sock"):
            unix_socket.unlink()
        with self.portal.log.open("ab") as log:
            process = subprocess.Popen(
                self.command,
                cwd=portal_server.ROOT,
                env=self.portal.environment,
                stdout=log,
                stderr=log,
                # Its workers are in its process group, so that one signal ends all of them.
                start_new_session=True,
            )
        self.portal.processes.append(process)
        portal_server.wait(self.portal)

    def kill(self) -> None:
        """Kill master and workers at once, as in a power failure."""
        process = self.portal.processes.pop()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)

    def reload(self) -> None:
        """Let it read its configuration again."""
        self.portal.processes[-1].send_signal(signal.SIGHUP)


@contextmanager
def killable_server(
    interface: Interface, folder: Path, *, web: KillableServer | None = None
) -> Iterator[KillableServer]:
    """Run a server like that of this interface until the block ends; nginx passes to `web`."""
    port = portal_server.free_port()
    environment = dict(interface.portal.environment)
    if interface.name == "nginx":
        asked = web.portal if web else interface.portal
        command = _nginx(folder, port=port, web=asked.environment["WEB_BIND"], of=environment)
    elif interface.name == "s3":
        environment["WEB_BIND"] = f"127.0.0.1:{port}"
        command = [*_GUNICORN, "-c", "python:portal.gunicorn", "portal.wsgi"]
    else:
        environment["PORT"] = str(port)
        command = [*_GUNICORN, "-c", "python:portal.embedded", "portal.wsgi"]
    with _running(folder, port, environment, command) as running:
        yield running


@contextmanager
def killable_web(interface: Interface, folder: Path) -> Iterator[KillableServer]:
    """Run the portal as it runs behind the nginx of this interface, until the block ends."""
    port = portal_server.free_port()
    environment = interface.portal.environment | {"WEB_BIND": f"127.0.0.1:{port}"}
    command = [*_GUNICORN, "-c", "python:portal.gunicorn", "portal.wsgi"]
    with _running(folder, port, environment, command) as running:
        yield running


def _nginx(folder: Path, *, port: int, web: str, of: dict[str, str]) -> list[str]:
    make_client(folder)
    store = urlsplit(of["MINIO_ENDPOINT"]).netloc
    variables = nginx_variables(folder, web=web, store=store, port=port)
    nginx_process.render(folder, variables | {"PORTAL_STORE_HOST": store})
    return nginx_process.command(folder)


@contextmanager
def _running(
    folder: Path, port: int, environment: dict[str, str], command: list[str]
) -> Iterator[KillableServer]:
    portal = Portal(f"http://127.0.0.1:{port}", folder / "killable.log", environment)
    running = KillableServer(portal, folder, command)
    try:
        running.start()
        yield running
    finally:
        if portal.processes:
            running.kill()
