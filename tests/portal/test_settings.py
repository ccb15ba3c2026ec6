"""Settings come from the environment alone; what is missing or malformed is named."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# The same on whichever services: settings are read from variables alone.
pytestmark = pytest.mark.embedded

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "SECRET_KEY": "s" * 50,
    "JWT_SIGNING_KEY": "j" * 50,
    "ALLOWED_HOSTS": "portal.example.com",
    "DATABASE_URL": "postgres://portal:secret@db:5432/portal",
    "REDIS_URL": "redis://redis:6379/0",
    "MINIO_ENDPOINT": "http://minio:9000",
    "MINIO_BUCKET": "atgedu",
    "MINIO_ACCESS_KEY": "key",
    "MINIO_SECRET_KEY": "secret",
}


# Imports what settings import, then reads them in a copy of itself for each line of variables.
_READER = """
import json, os, sys, traceback
import django.conf, django.core.cache, django.core.files.storage, django.utils.translation, environ
for line in sys.stdin:
    environment, expression = json.loads(line)
    if child := os.fork():
        os.waitpid(child, 0)
        continue
    os.environ.clear()
    os.environ.update(environment)
    try:
        import portal.settings.base as s
        answer = [str(eval(expression)), ""]
    except Exception:
        answer = ["", traceback.format_exc()]
    print(json.dumps(answer), flush=True)
    os._exit(0)
"""
Read = Callable[..., tuple[str, str]]


@pytest.fixture(scope="module")
def read() -> Iterator[Read]:
    """Return a function that reads the settings with these variables alone.

    It returns the value of an expression about the settings `s`, and the traceback of an error.
    """
    reader = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _READER],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def read_settings(environment: dict[str, str], expression: str = "1") -> tuple[str, str]:
        reader.stdin.write(json.dumps([environment, expression]) + "\n")
        reader.stdin.flush()
        value, error = json.loads(reader.stdout.readline())
        return value, error

    yield read_settings
    reader.stdin.close()
    reader.wait()
    reader.stdout.close()


def test_production_starts_with_the_documented_variables() -> None:
    code = "import portal.settings.base as s; print(s.EMBEDDED, s.DEBUG, s.SESSION_COOKIE_SECURE)"

    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **PRODUCTION},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (result.returncode, result.stdout, result.stderr) == (0, "False False True\n", "")


def test_production_has_no_demo_password(read: Read) -> None:
    assert read(PRODUCTION, "s.DEMO_PASSWORD") == ("None", "")


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_a_missing_variable_is_named(read, name):
    _value, error = read({key: value for key, value in PRODUCTION.items() if key != name})

    assert f"{name} is not set" in error


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("JWT_SIGNING_KEY", "short"),
        ("DATABASE_URL", "mysql://x/y"),
        ("DATABASE_URL", "nonsense"),
        ("MINIO_ENDPOINT", "minio:9000"),
        ("CORS_ALLOWED_ORIGINS", "portal.example.com"),
        ("CSRF_TRUSTED_ORIGINS", "https://a.example.com/path"),
        ("UPLOAD_PART_MB", "zero"),
        ("ACCESS_TOKEN_MINUTES", "0"),
        ("RATE_LIMIT_USER", "fast"),
        ("HISTORY_KEEP_DAYS", "29"),
        ("SESSION_KEEP_DAYS", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("PORTAL_LANGUAGE", "de"),
        ("TIME_ZONE", "Mars/Base"),
        ("DEBUG", "perhaps"),
        ("CLIENT_DIST", "no/such/folder"),
    ],
)
def test_a_malformed_variable_is_named(read, name, value):
    _value, error = read({**PRODUCTION, name: value})

    assert f"{name} is malformed" in error


def test_production_refuses_the_demo(read):
    _value, error = read({**PRODUCTION, "DEMO": "1"})

    assert "DEMO=1 works only with EMBEDDED=1" in error


def test_even_the_embedded_run_has_no_default_secret(read):
    _value, error = read({"EMBEDDED": "1", "ALLOWED_HOSTS": "localhost"})

    assert "SECRET_KEY is not set" in error


def test_cors_is_closed_unless_origins_are_named(read):
    assert read(PRODUCTION, "s.CORS_ALLOWED_ORIGINS") == ("[]", "")
