"""Containers with limits; secrets by file; settings that would give the portal away are refused."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.deploy.conftest import ROOT
from tests.deploy.nginx_process import free_port
from tests.deploy.test_compose import JOBS, SERVICES, compose
from tests.portal.test_settings import PRODUCTION

pytestmark = pytest.mark.embedded
FILES = ["-f", "docker-compose.yml", "-f", "deploy/compose.secrets.yml"]


def _start(environment: dict[str, str], expression: str = "1") -> subprocess.CompletedProcess[str]:
    """Read the settings with these variables alone; print an expression about them."""
    return subprocess.run(
        [sys.executable, "-c", f"import portal.settings.base as s; print({expression})"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONWARNINGS": "ignore", **environment},
        capture_output=True,
        text=True,
    )


def _config(folder: Path, *arguments: str, **variables: str) -> dict[str, Any]:
    run = compose(ROOT, folder, *arguments, "config", "--format", "json", **variables)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)["services"]


def test_every_container_has_limits_and_no_rights(tmp_path: Path) -> None:
    services = _config(tmp_path)

    assert set(services) == SERVICES | JOBS
    for name, service in services.items():
        assert int(service["mem_limit"]) <= 2 * 1024**3, name
        assert service["pids_limit"] <= 1024, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_redis_answers_nobody_without_its_password(tmp_path: Path) -> None:
    """The command of docker-compose.yml itself, with a folder of this machine."""
    service = _config(tmp_path)["redis"]
    port = free_port()
    *_shell, script = service["command"]
    script = script.replace("$$", "$").replace("/data", str(tmp_path))
    command = ["sh", "-c", f"{script} --port {port} --bind 127.0.0.1"]
    environment = {"PATH": "/usr/bin:/bin", **_values(service)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _await_redis(port, "cache-password")
            with pytest.raises(redis.AuthenticationError):
                redis.Redis(port=port).ping()
            with pytest.raises(redis.AuthenticationError):
                redis.Redis(port=port, password="guess").ping()
            assert "cache-password" not in Path(f"/proc/{process.pid}/cmdline").read_text()
        finally:
            process.terminate()


def _values(service: dict[str, Any]) -> dict[str, str]:
    return {name: value or "" for name, value in service["environment"].items()}


def _await_redis(port: int, password: str) -> None:
    if shutil.which("redis-server") is None:
        pytest.skip("needs redis-server")
    retry = redis.retry.Retry(redis.backoff.ConstantBackoff(0.1), 100)
    with redis.Redis(port=port, password=password, retry=retry) as client:
        assert client.ping()


def test_the_portal_is_given_redis_and_its_password_apart(tmp_path: Path) -> None:
    environment = _config(tmp_path)["web"]["environment"]
    assert environment["REDIS_PASSWORD"] == "cache-password"

    expression = "s.CACHES['default']['OPTIONS']['PASSWORD']"
    assert _start({**PRODUCTION, "REDIS_PASSWORD": "p@ss:/"}, expression).stdout.strip() == "p@ss:/"


@pytest.mark.parametrize(
    ("variable", "expression"),
    [
        ("SECRET_KEY", "s.SECRET_KEY"),
        ("JWT_SIGNING_KEY", "s.JWT_SIGNING_KEY"),
        ("JWT_OLD_SIGNING_KEYS", "s.JWT_OLD_SIGNING_KEYS[0]"),
        ("MINIO_SECRET_KEY", "s.s3_connection['secret_key']"),
        ("REDIS_PASSWORD", "s.CACHES['default']['OPTIONS']['PASSWORD']"),
        ("POSTGRES_PASSWORD", "s.DATABASES['default']['PASSWORD']"),
        ("EMAIL_HOST_PASSWORD", "s.EMAIL_HOST_PASSWORD"),
    ],
)
def test_a_secret_may_be_in_a_file(tmp_path: Path, variable: str, expression: str) -> None:
    secret = "of/the:file@" + "f" * 40
    (tmp_path / "secret").write_text(f"{secret}\n")
    run = _start({**PRODUCTION, f"{variable}_FILE": str(tmp_path / "secret")}, expression)

    assert run.stdout.strip() == secret, run.stderr


def test_a_file_that_is_not_there_is_named() -> None:
    run = _start({**PRODUCTION, "SECRET_KEY_FILE": "/nowhere"})

    assert run.returncode == 1
    assert "SECRET_KEY_FILE cannot be read" in run.stderr


def test_compose_takes_all_secrets_from_files(tmp_path: Path) -> None:
    names = ["SECRET_KEY", "JWT_SIGNING_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"]
    names += ["MINIO_ACCESS_KEY", "MINIO_SECRET_KEY"]
    empty = dict.fromkeys(names, "file")
    files = {f"{name}_FILE": f"/run/secrets/{name.lower()}" for name in names}
    services = _config(tmp_path, *FILES, **empty, **files, SECRETS_DIR="/etc/kept")

    assert "POSTGRES_PASSWORD" not in _values(services["postgres"])
    for name, service in services.items():
        given = [key for key in service.get("environment", {}) if key.endswith("_FILE")]
        mounted = {volume["target"] for volume in service.get("volumes", [])}
        filled = [key for key in given if service["environment"][key]]
        assert not filled or "/run/secrets" in mounted, name
    told = json.dumps(services)
    for secret in ("database-password", "cache-password", "portal-secret", "s" * 40, "j" * 40):
        assert secret not in told


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"JWT_SIGNING_KEY": PRODUCTION["SECRET_KEY"]}, "JWT_SIGNING_KEY is the same"),
        ({"JWT_OLD_SIGNING_KEYS": PRODUCTION["SECRET_KEY"]}, "JWT_SIGNING_KEY is the same"),
        ({"DEBUG": "1"}, "DEBUG=1 works only with EMBEDDED=1"),
    ],
    ids=["one key for both", "an old key for both", "debug"],
)
def test_settings_that_give_the_portal_away_are_refused(changed: dict[str, str], told: str) -> None:
    run = _start({**PRODUCTION, **changed})

    assert run.returncode == 1
    assert told in run.stderr
