"""A PostgreSQL cluster of its own, which a test may restart."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.deploy.nginx_process import free_port

_CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
fsync = off
"""


def _programs() -> Path:
    """Return the folder of the newest server that Debian holds, else the one on PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda file: int(file.parts[4])
    )
    return Path(found[-1] if found else shutil.which("pg_ctl") or "pg_ctl").parent


class Cluster:
    """Starts, restarts and removes the cluster; its owner is `postgres`, without a password."""

    def __init__(self) -> None:
        self.port = free_port()
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="portal-cluster-"))
        if self._user:
            shutil.chown(self._folder, self._user)
            pwd.getpwnam(self._user)
        data = self._folder / "data"
        self._run("initdb", "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        with (data / "postgresql.conf").open("a") as file:
            file.write(_CONFIGURATION.format(port=self.port, folder=self._folder))
        self._control("start")

    def restart(self) -> None:
        """Let the server go down without saying good-bye, and come up again."""
        self._control("restart", "-m", "immediate")

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self._control("stop", "-m", "immediate")
        shutil.rmtree(self._folder)

    def _control(self, *arguments: str) -> None:
        data, log = str(self._folder / "data"), str(self._folder / "server.log")
        self._run("pg_ctl", *arguments, "-w", "-s", "-D", data, "-l", log)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(_programs() / program), *arguments],
            cwd="/",
            user=self._user,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
