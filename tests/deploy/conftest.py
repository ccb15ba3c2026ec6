"""Fixtures of the deployment tests: nginx with our configuration, real servers and echo servers."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.deploy.nginx_process import ROOT, echo_server, free_port, running_nginx


def nginx_variables(folder: Path, *, web: str, store: str, port: int) -> dict[str, str]:
    """Return the variables that docker-compose.yml sets, for servers on this machine."""
    return {
        "PORTAL_RUN": str(folder),
        "PORTAL_MODE": "plain",
        "PORTAL_LISTEN": f"127.0.0.1:{port}",
        "PORTAL_HEALTH_LISTEN": f"unix:{folder}/health.sock",
        "PORTAL_WEB": web,
        "PORTAL_STORE": store,
        "PORTAL_STORE_HOST": "minio:9000",
        "PORTAL_MEDIA_LISTEN": f"unix:{folder}/media.sock",
        "PORTAL_MEDIA_CACHE": str(folder / "media"),
        "PORTAL_MEDIA_CACHE_SIZE": "1g",
        "PORTAL_MEDIA_LONG_SLICE": "8m",
        "PORTAL_MEDIA_CACHE_AGE": "7d",
        "PORTAL_MEDIA_STALL_SECONDS": "180",
        "PORTAL_CLIENT": str(folder / "client"),
        "PORTAL_FRONT_PROXY": "127.0.0.2/32",
        "PORTAL_HSTS_SECONDS": "31536000",
        "PORTAL_HSTS_SUBDOMAINS": "0",
        "PORTAL_RESOLVER": "127.0.0.1",
    }


def make_client(folder: Path) -> None:
    """Write a tiny built client: a page, a file with a digest in its name, a hidden file."""
    client = folder / "client"
    (client / "assets").mkdir(parents=True)
    (client / "index.html").write_text("<!doctype html><title>client</title>")
    (client / "favicon.ico").write_bytes(b"icon")
    (client / "assets" / "index-4f1b2c3d.js").write_text("export {}\n")
    (client / ".env").write_text("VITE_SECRET=1")


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run nginx in front of an echo server and the real S3 server; yield its port."""
    folder = tmp_path_factory.mktemp("nginx")
    make_client(folder)
    store = urlsplit(os.environ["TEST_S3_ENDPOINT"]).netloc
    port = free_port()
    with echo_server() as web:
        variables = nginx_variables(folder, web=f"127.0.0.1:{web}", store=store, port=port)
        with running_nginx(folder, variables, port=port):
            yield port


@pytest.fixture(scope="module")
def nginx_before_echo_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run nginx in front of a store that echoes, and a portal that is down; yield its port."""
    folder = tmp_path_factory.mktemp("nginx")
    make_client(folder)
    port = free_port()
    with echo_server() as store:
        variables = nginx_variables(
            folder, web="127.0.0.1:1", store=f"127.0.0.1:{store}", port=port
        )
        with running_nginx(folder, variables, port=port):
            yield port


@pytest.fixture
def repository() -> Path:
    """Return the root of the repository."""
    return ROOT
