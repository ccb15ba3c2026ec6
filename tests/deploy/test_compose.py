"""docker-compose.yml as Docker Compose itself understands it."""

import json
import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portal.jobs.worker import _LAST_CHANCE_SECONDS, _SIGN_OFF_SECONDS

ENVIRONMENT = {
    "ALLOWED_HOSTS": "portal.example.com",
    "SECRET_KEY": "s" * 40,
    "JWT_SIGNING_KEY": "j" * 40,
    "POSTGRES_PASSWORD": "database-password",
    "REDIS_PASSWORD": "cache-password",
    "MINIO_ROOT_USER": "root-user",
    "MINIO_ROOT_PASSWORD": "root-password",
    "MINIO_ACCESS_KEY": "portal",
    "MINIO_SECRET_KEY": "portal-secret",
}
# The settings read these, but they belong to a run without Docker.
NOT_IN_COMPOSE = {
    "EMBEDDED",
    "DEMO",
    "DEMO_PASSWORD",
    "DATA_DIR",
    "STATIC_ROOT",
    "CLIENT_DIST",
    "HOST",
    "PORT",
}
SERVICES = {"nginx", "web", "worker", "postgres", "redis", "minio"}
JOBS = {"media-cache-setup", "minio-setup", "store-check"}


def compose(
    repository: Path, folder: Path, *arguments: str, without: str = "", **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run the real Docker Compose on the repository's file with a sample .env."""
    values = {**ENVIRONMENT, **extra}
    values.pop(without, None)
    env_file = folder / "sample.env"
    env_file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    # The program itself, because the wrapper that pip installs loses the exit status.
    binary = Path(find_spec("compose").origin).parent / "docker-compose"
    return subprocess.run(
        [str(binary), "--env-file", str(env_file), *arguments],
        cwd=repository,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def config(repository: Path, tmp_path: Path) -> dict[str, Any]:
    """Return the resolved configuration."""
    run = compose(repository, tmp_path, "config", "--format", "json")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("extra", [{}, {"DATABASE_URL": "postgres://a:b@c/d", "HTTP_PORT": "8080"}])
def test_the_file_is_valid_without_further_variables(
    repository: Path, tmp_path: Path, extra: dict[str, str]
) -> None:
    run = compose(repository, tmp_path, "config", "-q", **extra)

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_a_missing_variable_stops_with_its_name(
    repository: Path, tmp_path: Path, name: str
) -> None:
    run = compose(repository, tmp_path, "config", "-q", without=name)

    assert run.returncode != 0
    assert name in run.stderr


def test_the_tls_variant_is_valid(repository: Path, tmp_path: Path) -> None:
    files = ["-f", "docker-compose.yml", "-f", "deploy/compose.tls.yml"]
    run = compose(repository, tmp_path, *files, "config", "--format", "json", TLS_DIR="/etc/tls")
    nginx = json.loads(run.stdout)["services"]["nginx"]

    assert nginx["environment"]["PORTAL_LISTEN"] == "8443 ssl"
    assert [(port["published"], port["target"]) for port in nginx["ports"]] == [
        ("80", 8080),
        ("443", 8443),
    ]


def test_the_services_are_those_of_the_guide(config: dict[str, Any]) -> None:
    assert set(config["services"]) == SERVICES | JOBS


def test_nothing_but_nginx_publishes_a_port(config: dict[str, Any]) -> None:
    publishing = {name for name, service in config["services"].items() if service.get("ports")}

    assert publishing == {"nginx"}


def test_only_nginx_and_the_worker_have_a_way_out(config: dict[str, Any]) -> None:
    leading_out = {name for name, net in config["networks"].items() if not net.get("internal")}
    members = {
        name
        for name, service in config["services"].items()
        if "edge" in service.get("networks", {})
    }

    assert leading_out == {"edge"}
    assert members == {"nginx", "worker"}


def test_the_worker_is_the_portal_without_a_port_and_as_often_as_wanted(
    config: dict[str, Any], repository: Path, tmp_path: Path
) -> None:
    web, worker = config["services"]["web"], config["services"]["worker"]
    more = compose(repository, tmp_path, "config", "--format", "json", WORKER_REPLICAS="3")

    assert (worker["image"], worker["environment"]) == (web["image"], web["environment"])
    assert worker["command"] == ["worker"]
    assert "container_name" not in worker
    assert worker["scale"] == 1
    assert json.loads(more.stdout)["services"]["worker"]["scale"] == 3


def test_a_stop_leaves_the_worker_time_to_give_jobs_back(config: dict[str, Any]) -> None:
    after_grace = _LAST_CHANCE_SECONDS + _SIGN_OFF_SECONDS

    assert config["services"]["worker"]["stop_grace_period"] == "40s"
    assert settings.WORKER_GRACEFUL_SECONDS + after_grace < 40


def test_the_database_is_reached_by_the_portal_alone(config: dict[str, Any]) -> None:
    members = {
        name
        for name, service in config["services"].items()
        if "data" in service.get("networks", {})
    }

    assert members == {"web", "worker", "postgres", "redis"}


def test_the_root_account_of_the_store_stays_with_the_store(config: dict[str, Any]) -> None:
    told = {
        name
        for name, service in config["services"].items()
        if "root-password" in json.dumps(service) or "root-user" in json.dumps(service)
    }

    assert told == {"minio", "minio-setup"}


def test_every_service_has_a_health_check_and_comes_back(config: dict[str, Any]) -> None:
    for name in SERVICES:
        service = config["services"][name]
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name
    assert {config["services"][name]["restart"] for name in JOBS} == {"no"}


def test_no_container_keeps_privileges(config: dict[str, Any]) -> None:
    for name, service in config["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name


def test_the_order_of_start_waits_for_health(config: dict[str, Any]) -> None:
    conditions = {
        (name, other): wanted["condition"]
        for name, service in config["services"].items()
        for other, wanted in service.get("depends_on", {}).items()
    }

    assert conditions == {
        ("nginx", "web"): "service_healthy",
        ("nginx", "minio"): "service_healthy",
        ("nginx", "media-cache-setup"): "service_completed_successfully",
        ("web", "postgres"): "service_healthy",
        ("web", "redis"): "service_healthy",
        ("web", "store-check"): "service_completed_successfully",
        ("worker", "web"): "service_healthy",
        ("store-check", "minio-setup"): "service_completed_successfully",
        ("minio-setup", "minio"): "service_healthy",
    }


def test_the_portal_is_given_every_variable_that_its_settings_read(
    config: dict[str, Any], repository: Path
) -> None:
    pattern = re.compile(r"""\be\.read\(\s*["']([A-Z][A-Z0-9_]*)["']""")
    read = {
        name
        for source in (repository / "portal" / "settings").glob("*.py")
        for name in pattern.findall(source.read_text())
    }

    missing = read - NOT_IN_COMPOSE - set(config["services"]["web"]["environment"])
    # It stands in DATABASE_URL, unless it comes from a file.
    assert missing == {"POSTGRES_PASSWORD"}


def test_the_portal_trusts_one_proxy(config: dict[str, Any]) -> None:
    assert config["services"]["web"]["environment"]["TRUSTED_PROXIES"] == "1"


def test_the_database_address_is_made_of_its_parts(config: dict[str, Any]) -> None:
    address = config["services"]["web"]["environment"]["DATABASE_URL"]

    assert address == "postgres://portal:database-password@postgres:5432/portal"


def test_images_are_pinned(config: dict[str, Any]) -> None:
    for name, service in config["services"].items():
        _image, colon, tag = service["image"].rpartition(":")
        assert colon, name
        assert tag not in {"", "latest"}, name


def test_no_container_but_the_stores_may_write_outside_of_its_volumes(
    config: dict[str, Any],
) -> None:
    writable = {
        name for name, service in config["services"].items() if not service.get("read_only")
    }

    # Their image is not ours and writes to its root folder.
    assert writable == {"minio", "minio-setup"}


def test_nginx_is_given_every_variable_of_its_templates(
    config: dict[str, Any], repository: Path
) -> None:
    templates = (repository / "deploy" / "nginx" / "templates").glob("*.template")
    used = {
        name
        for template in templates
        if template.name != "mode_tls.conf.template"
        for name in re.findall(r"\$\{([A-Z_]+)\}", template.read_text())
    }

    # The start script finds the resolver.
    assert used - set(config["services"]["nginx"]["environment"]) == {"PORTAL_RESOLVER"}
