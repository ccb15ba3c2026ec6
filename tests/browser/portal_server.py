"""Starts a whole portal for the browser tests: embedded, or on PostgreSQL, Redis and S3."""

import fcntl
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import boto3
import psycopg2
from botocore.client import Config
from botocore.exceptions import ClientError

from tests.browser.portal_shell import PortalShell
from tests.deploy.conftest import make_client, nginx_variables
from tests.deploy.nginx_process import running_nginx

ROOT = Path(__file__).parents[2]
_STATIC = ROOT / "var" / "test-static"
_COLLECT = "import django; django.setup(); from portal import embedded; embedded.collect_static()"
PASSWORD = "browser-test-9"
BUCKET = "browser-tests"
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0)
_MIGRATED = "from tests import migrated_database; print(migrated_database.place())"
_MIGRATE = "from django.core.management import call_command; call_command('migrate', verbosity=0)"
_USERS = """
from lms.models import User
ROLES = {"admin": "admin", "instructor": "instructor", "hr": "hr", "employee": "user"}
for name, role in ROLES.items():
    User.objects.filter(username=name).exists() or User.objects.create_user(
        name, "%s", role=role, full_name=name.title(), email=f"{name}@example.com")
"""


@dataclass
class Portal:
    """A running portal: its address, log file and processes."""

    url: str
    log: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen] = field(default_factory=list)
    front: ExitStack = field(default_factory=ExitStack)
    shell: PortalShell | None = None

    def stop(self) -> None:
        """End every process that was started, the last one first."""
        self.front.close()
        if self.shell is not None:
            self.shell.close()
            self.shell = None
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def run(self, code: str) -> str:
        """Run Python statements with the portal's own settings; return what they printed."""
        assert self.environment, "needs a portal of this run, not the one of TEST_PORTAL_URL"
        if self.shell is None:
            self.shell = PortalShell(self.environment)
        return self.shell.run(code)

    def add(self, model: str, **values: Any) -> int:
        """Store a row of `lms` and return its number; a page takes a second for the same."""
        code = f"from lms import models; print(models.{model}.objects.create(**{values!r}).pk)"
        return int(self.run(code))


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_embedded(folder: Path) -> Portal:
    """Start what `make run` starts, with a data folder of its own that holds the fresh demo."""
    prepared = _once("embedded", folder, _prepare_embedded)
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    # What portal.embedded becomes once the data are there.
    server = ["gunicorn", "--no-control-socket", "-c", "python:portal.embedded", "portal.wsgi"]
    return _start_embedded(folder, *server)


def _prepare_embedded(place: Path) -> None:
    place.mkdir(parents=True)
    shutil.copyfile(migrated(on_services=False), place / "portal.sqlite3")
    _start_embedded(place, "portal.embedded").stop()


def migrated(*, on_services: bool) -> str:
    """Return the name or file of the migrated database that the tests in Python begin with too."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "TEST_SERVICES": "1" if on_services else "0",
    }
    shell = PortalShell(environment)
    try:
        return shell.run(_MIGRATED).strip()
    finally:
        shell.close()


def _start_embedded(folder: Path, *module: str) -> Portal:
    port = free_port()
    environment = _base(folder) | {
        "EMBEDDED": "1",
        "DEMO": "1",
        "DEMO_PASSWORD": PASSWORD,
        "DATA_DIR": str(folder),
        "PORT": str(port),
    }
    portal = Portal(f"http://127.0.0.1:{port}", folder / "portal.log", environment)
    _link_static_files(folder)
    spawn(portal, [sys.executable, "-m", *module])
    return wait(portal)


def start_gunicorn(
    folder: Path, *, database: str, template: str | None = None, **extra: str
) -> Portal:
    """Start gunicorn with production settings on the services of TEST_*.

    The database is a fresh one: a copy of `template`, or an empty one.
    """
    portal = _on_services(folder, database=database, template=template, **extra)
    _link_static_files(folder)
    if template is None:
        portal.run(_MIGRATE)
    spawn(portal, [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"])
    return wait(portal)


def _link_static_files(folder: Path) -> None:
    """Give a portal the static files; they are collected once for all portals of this checkout.

    Collecting takes 20 s of CPU. `collect_static` itself notices when they have changed.
    """
    target = folder / "static"
    if target.exists():
        return
    _STATIC.mkdir(parents=True, exist_ok=True)
    with (_STATIC / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        environment = _base(folder) | {
            "EMBEDDED": "1",
            "DATA_DIR": str(_STATIC),
            "DJANGO_SETTINGS_MODULE": "portal.settings.base",
        }
        command = [sys.executable, "-c", _COLLECT]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        shutil.copytree(_STATIC / "static", target, copy_function=os.link)


def _on_services(folder: Path, *, database: str, template: str | None, **extra: str) -> Portal:
    port = free_port()
    # Each worker may run a portal: none may drop another's database or share its cache.
    url = _fresh_database(os.environ["TEST_DATABASE_URL"], f"{database}_{_WORKER}", template)
    environment = _base(folder) | {
        "DATABASE_URL": url,
        "REDIS_URL": os.environ["TEST_REDIS_URL"].rsplit("/", 1)[0] + f"/{9 + _WORKER % 7}",
        "MINIO_ENDPOINT": os.environ["TEST_S3_ENDPOINT"],
        "MINIO_BUCKET": BUCKET,
        "MINIO_REGION": os.environ.get("TEST_S3_REGION", "us-east-1"),
        "MINIO_ACCESS_KEY": os.environ["TEST_S3_ACCESS_KEY"],
        "MINIO_SECRET_KEY": os.environ["TEST_S3_SECRET_KEY"],
        "STATIC_ROOT": str(folder / "static"),
        "SECURE_TLS": "0",
        "WEB_BIND": f"127.0.0.1:{port}",
        **extra,
    }
    _make_bucket(environment)
    return Portal(f"http://127.0.0.1:{port}", folder / "portal.log", environment)


def start_on_services(
    folder: Path, *, database: str = "portal_browser", **environment: str
) -> Portal:
    """Start gunicorn behind our nginx on the services of TEST_*, with the four accounts.

    As in production the store has no address of its own for browsers: /api/minio leads to it.
    """
    environment = {"TRUSTED_PROXIES": "1", "MEDIA_DELIVERY": "nginx"} | environment
    prepared = _once("services", folder, _prepare_services)
    folder.mkdir(parents=True, exist_ok=True)
    template = (prepared / "database").read_text()
    portal = start_gunicorn(folder, database=database, template=template, **environment)
    store = urlsplit(portal.environment["MINIO_ENDPOINT"]).netloc
    web, port = urlsplit(portal.url).netloc, free_port()
    variables = nginx_variables(folder, web=web, store=store, port=port)
    variables["PORTAL_STORE_HOST"] = store
    make_client(folder)
    portal.front.enter_context(running_nginx(folder, variables, port=port))
    portal.url = f"http://127.0.0.1:{port}"
    return portal


def _prepare_services(place: Path) -> None:
    template = migrated(on_services=True)
    portal = _on_services(place, database="portal_prepared", template=template)
    portal.run(_USERS % PASSWORD)
    # PostgreSQL copies a database only while nobody is connected to it.
    portal.stop()
    name = urlsplit(portal.environment["DATABASE_URL"]).path.removeprefix("/")
    (place / "database").write_text(name)


def _once(name: str, folder: Path, make: Callable[[Path], None]) -> Path:
    """Return the folder that the first of all processes of this test run has made."""
    shared = _folder_of_run(folder)
    shared.mkdir(parents=True, exist_ok=True)
    place, done = shared / f"prepared-{name}", shared / f"prepared-{name}.done"
    with (shared / f"prepared-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make(place)
            done.touch()
    return place


def _folder_of_run(folder: Path) -> Path:
    """Return what pytest's workers share; outside of pytest nobody shares anything."""
    for parent in folder.parents:
        if parent.name.startswith("popen-gw"):
            return parent.parent
        if re.fullmatch(r"pytest-\d+", parent.name):
            return parent
    return folder.with_name(f"{folder.name}-prepared")


def _base(folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "LANG", "REQUEST_BODY_SECONDS"} or name.startswith("FASTPATH_")
    }
    return kept | {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SIGNING_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "HOST": "127.0.0.1",
        "LOG_FORMAT": "json",
        "PYTHONUNBUFFERED": "1",
    }


def spawn(portal: Portal, command: list[str]) -> None:
    """Start a process of a portal, which ends with it."""
    with portal.log.open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=portal.environment, stdout=log, stderr=subprocess.STDOUT
        )
    portal.processes.append(process)


def wait(portal: Portal, seconds: int = 180) -> Portal:
    """Return the portal once it is ready."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if portal.processes[-1].poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{portal.url}/health/ready", timeout=5) as answer:
                if answer.status == 200:
                    return portal
        except OSError:
            time.sleep(0.3)
    log = portal.log.read_text("utf-8", "replace")[-4000:]
    portal.stop()
    raise AssertionError(f"the portal did not start:\n{log}")


def _fresh_database(url: str, name: str, template: str | None) -> str:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        drop_database(cursor, name)
        cursor.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    connection.close()
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def drop_database(cursor: Any, name: str) -> None:
    """Drop a database if it exists, with the connections of portals that were killed.

    The plain command first: it stops autovacuum by itself, while FORCE may not end its process.
    """
    try:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
    except psycopg2.errors.ObjectInUse:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _make_bucket(environment: dict[str, str]) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=environment["MINIO_ENDPOINT"],
        aws_access_key_id=environment["MINIO_ACCESS_KEY"],
        aws_secret_access_key=environment["MINIO_SECRET_KEY"],
        region_name=environment["MINIO_REGION"],
        config=Config(s3={"addressing_style": "path"}),
    )
    try:
        client.create_bucket(Bucket=BUCKET)
    except ClientError as error:
        if "BucketAlready" not in error.response["Error"]["Code"]:
            raise
