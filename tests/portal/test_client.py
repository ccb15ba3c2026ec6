"""CLIENT_DIST: the built client at the root, the API below /api alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_ASK = """
import json, sys
import django
django.setup()
from django.test import Client
client = Client(HTTP_HOST="localhost")
def ask(path):
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [answer.status_code, answer["Content-Type"].partition(";")[0], body.decode()[:40]]
print(json.dumps({path: ask(path) for path in sys.argv[1:]}))
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory):
    """Return a function that asks a portal with a client for some paths."""
    folder = tmp_path_factory.mktemp("portal")
    client = folder / "client"
    (client / "assets").mkdir(parents=True)
    (client / "index.html").write_text("<!doctype html><title>client</title>")
    (client / "assets" / "app.js").write_text("export {}")
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "portal.settings.base",
        "EMBEDDED": "1",
        "SECRET_KEY": "s" * 50,
        "JWT_SIGNING_KEY": "j" * 50,
        "ALLOWED_HOSTS": "localhost",
        "DATA_DIR": str(folder),
        "CLIENT_DIST": str(client),
        "LOG_LEVEL": "ERROR",
        "PYTHONWARNINGS": "ignore",
    }

    def run(*paths: str, **extra: str) -> dict[str, list]:
        result = subprocess.run(
            [sys.executable, "-c", _ASK, *paths],
            cwd=ROOT,
            env={**environment, **extra},
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout.splitlines()[-1])

    return run


@pytest.fixture(scope="module")
def answers(ask) -> dict[str, list]:
    """Ask one portal for all paths: each portal takes seconds to start."""
    pages = ("/", "/stations", "/station/1/lesson/0/0", "/assets/app.js", "/api/health/live")
    return ask(*pages, "/api/nothing", "/admin/nothing", "/health/live", "/../etc/passwd")


def test_pages_of_the_client_get_its_index_and_the_api_stays_below_api(answers):
    page = [200, "text/html", "<!doctype html><title>client</title>"]
    assert answers["/"] == page
    assert answers["/stations"] == page
    assert answers["/station/1/lesson/0/0"] == page
    assert answers["/assets/app.js"][:2] == [200, "text/javascript"]
    assert answers["/api/health/live"][:2] == [200, "application/json"]


def test_an_unknown_api_route_and_the_admin_are_not_the_client(answers):
    assert answers["/api/nothing"][:2] == [404, "application/json"]
    assert answers["/admin/nothing"][0] in {302, 404}
    assert answers["/health/live"][0] == 200
    assert "root:" not in answers["/../etc/passwd"][2]


def test_the_public_page_of_a_certificate_is_not_the_client(ask):
    answers = ask("/certificates/1", "/certificates/1/", "/api/certificates/me", DEBUG="1")

    assert answers["/certificates/1"][:2] == [404, "text/html"]
    assert "<!doctype html>" in answers["/certificates/1"][2]
    assert answers["/certificates/1/"][:2] == [404, "text/html"]
    assert answers["/api/certificates/me"][:2] == [401, "application/json"]
