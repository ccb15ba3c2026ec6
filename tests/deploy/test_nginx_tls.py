"""Two variants of nginx: with TLS of its own, and with a proxy in front of it."""

import http.client
import ssl
import subprocess
from pathlib import Path

import pytest

from tests.deploy.conftest import make_client, nginx_variables
from tests.deploy.nginx_process import echo_server, fetch, free_port, running_nginx

pytestmark = pytest.mark.services


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for this test; returns its folder."""
    folder = tmp_path / "tls"
    folder.mkdir()
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
            ),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")),
        ],
        check=True,
        capture_output=True,
    )
    return folder


def test_tls_in_nginx(tmp_path: Path, certificate: Path) -> None:
    make_client(tmp_path)
    port = free_port()
    with echo_server() as web:
        variables = nginx_variables(
            tmp_path, web=f"127.0.0.1:{web}", store="127.0.0.1:1", port=port
        ) | {
            "PORTAL_MODE": "tls",
            "PORTAL_LISTEN": f"127.0.0.1:{port} ssl",
            "PORTAL_REDIRECT_LISTEN": f"127.0.0.1:{port + 1}",
            "PORTAL_TLS": str(certificate),
        }
        with running_nginx(tmp_path, variables, port=port):
            context = ssl.create_default_context(cafile=str(certificate / "fullchain.pem"))
            context.check_hostname = False
            connection = http.client.HTTPSConnection("127.0.0.1", port, context=context)
            connection.request("GET", "/api/auth/me")
            echo = connection.getresponse().read()
            connection.request("GET", "/")
            page = connection.getresponse()
            page.read()
            connection.close()
            plain = fetch(port + 1, "/admin/?a=1", headers={"Host": "portal.example.com"})

    assert b'"x-forwarded-proto": "https"' in echo
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert plain.status == 308
    assert plain.headers["Location"] == "https://portal.example.com/admin/?a=1"


def test_the_headers_of_a_proxy_in_front_count(tmp_path: Path) -> None:
    make_client(tmp_path)
    port = free_port()
    sent = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Proto": "https"}
    with echo_server() as web:
        variables = nginx_variables(
            tmp_path, web=f"127.0.0.1:{web}", store="127.0.0.1:1", port=port
        ) | {"PORTAL_FRONT_PROXY": "127.0.0.0/8"}
        with running_nginx(tmp_path, variables, port=port):
            headers = fetch(port, "/api/auth/me", headers=sent).json()["headers"]

    assert headers["x-forwarded-for"] == "203.0.113.9"
    assert headers["x-forwarded-proto"] == "https"
