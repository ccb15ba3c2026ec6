"""Starts a whole portal for the browser tests: embedded, or on PostgreSQL, Redis and S3."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import boto3
import psycopg2
from botocore.client import Config
from botocore.exceptions import ClientError

from tests.deploy.conftest import make_client, nginx_variables
from tests.deploy.nginx_process import running_nginx

ROOT = Path(__file__).parents[2]
PASSWORD = "browser-test-9"
BUCKET = "browser-tests"
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0)
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

    def stop(self) -> None:
        """End every process that was started, the last one first."""
        self.front.close()
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def manage(self, *arguments: str) -> None:
        """Run a management command with the portal's own environment."""
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_embedded(folder: Path) -> Portal:
    """Start what `make run` starts, with a data folder of its own."""
    port = free_port()
    environment = _base(folder) | {
        "EMBEDDED": "1",
        "DEMO": "1",
        "DEMO_PASSWORD": PASSWORD,
        "DATA_DIR": str(folder),
        "PORT": str(port),
    }
    portal = Portal(f"http://127.0.0.1:{port}", folder / "portal.log", environment)
    spawn(portal, [sys.executable, "-m", "portal.embedded"])
    return wait(portal)


def start_gunicorn(folder: Path, *, database: str, **extra: str) -> Portal:
    """Start gunicorn with production settings on the services of TEST_*, in a fresh database."""
    port = free_port()
    environment = _base(folder) | {
        # Each worker may run a portal: none may drop another's database or share its cache.
        "DATABASE_URL": _fresh_database(os.environ["TEST_DATABASE_URL"], f"{database}_{_WORKER}"),
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
    portal = Portal(f"http://127.0.0.1:{port}", folder / "portal.log", environment)
    portal.manage("migrate", "--verbosity", "0")
    portal.manage("collectstatic", "--noinput", "--verbosity", "0")
    command = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
    spawn(portal, command)
    return wait(portal)


def start_on_services(
    folder: Path, *, database: str = "portal_browser", **environment: str
) -> Portal:
    """Start gunicorn behind our nginx on the services of TEST_*, with the four accounts.

    As in production the store has no address of its own for browsers: /api/minio leads to it.
    """
    environment = {"TRUSTED_PROXIES": "1", "MEDIA_DELIVERY": "nginx"} | environment
    portal = start_gunicorn(folder, database=database, **environment)
    portal.manage("shell", "--verbosity", "0", "-c", _USERS % PASSWORD)
    store = urlsplit(portal.environment["MINIO_ENDPOINT"]).netloc
    web, port = urlsplit(portal.url).netloc, free_port()
    variables = nginx_variables(folder, web=web, store=store, port=port)
    variables["PORTAL_STORE_HOST"] = store
    make_client(folder)
    portal.front.enter_context(running_nginx(folder, variables, port=port))
    portal.url = f"http://127.0.0.1:{port}"
    return portal


def _base(folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
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


def _fresh_database(url: str, name: str) -> str:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


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
