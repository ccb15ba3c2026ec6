"""Settings come from the environment alone; what is missing or malformed is named."""

import os
import subprocess
import sys
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


def _start(environment: dict[str, str], expression: str = "1") -> subprocess.CompletedProcess[str]:
    code = f"import portal.settings.base as s; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONWARNINGS": "ignore", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_production_starts_with_the_documented_variables():
    result = _start(PRODUCTION, "s.EMBEDDED, s.DEBUG, s.SESSION_COOKIE_SECURE, s.DEMO_PASSWORD")

    assert result.stdout.strip() == "False False True None", result.stderr
    assert result.returncode == 0


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_a_missing_variable_is_named(name):
    result = _start({key: value for key, value in PRODUCTION.items() if key != name})

    assert result.returncode == 1
    assert f"{name} is not set" in result.stderr


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
def test_a_malformed_variable_is_named(name, value):
    result = _start({**PRODUCTION, name: value})

    assert result.returncode == 1
    assert f"{name} is malformed" in result.stderr


def test_production_refuses_the_demo():
    result = _start({**PRODUCTION, "DEMO": "1"})

    assert result.returncode == 1
    assert "DEMO=1 works only with EMBEDDED=1" in result.stderr


def test_even_the_embedded_run_has_no_default_secret():
    result = _start({"EMBEDDED": "1", "ALLOWED_HOSTS": "localhost"})

    assert "SECRET_KEY is not set" in result.stderr


def test_cors_is_closed_unless_origins_are_named():
    result = _start(PRODUCTION, "s.CORS_ALLOWED_ORIGINS")

    assert result.stdout.strip() == "[]"
