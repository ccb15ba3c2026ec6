"""What one process changes, every other one sees at once; on PostgreSQL and Redis."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser import portal_server
from tests.deploy.conftest import make_client, nginx_variables
from tests.deploy.nginx_process import free_port, running_nginx

pytestmark = pytest.mark.services

_PREPARE = f"""
from lms.models import Station, User
Station.objects.create(name="До", short_name="KS")
User.objects.create_user("person", "{portal_server.PASSWORD}")
"""
_RENAME = "from lms.models import Station; s = Station.objects.get(); s.name = '%s'; s.save()"
_DEACTIVATE = """
from lms.models import User
from lms.services.accounts import sign_in
sign_in.deactivate(User.objects.get(username="person"))
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[portal_server.Portal]:
    """Start gunicorn with two workers."""
    folder: Path = tmp_path_factory.mktemp("processes")
    template = portal_server.migrated(on_services=True)
    running = portal_server.start_gunicorn(folder, database="portal_processes", template=template)
    running.run(_PREPARE)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def nginx_url(
    portal: portal_server.Portal, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Start nginx in front of gunicorn."""
    folder: Path = tmp_path_factory.mktemp("nginx")
    make_client(folder)
    port = free_port()
    web = urlsplit(portal.url).netloc
    variables = nginx_variables(folder, web=web, store="127.0.0.1:1", port=port)
    with running_nginx(folder, variables, port=port):
        yield f"http://127.0.0.1:{port}/api"


def _name(url: str) -> str:
    with urllib.request.urlopen(f"{url}/stations") as answer:
        (row,) = json.load(answer)["data"]
    return row["name"]


def _names(portal: portal_server.Portal) -> set[str]:
    """Ask often enough to meet both workers."""
    return {_name(portal.url) for _call in range(20)}


def _me_statuses(portal: portal_server.Portal, token: str) -> set[int]:
    statuses = set()
    for _call in range(20):
        request = urllib.request.Request(
            f"{portal.url}/auth/me", headers={"Authorization": f"Bearer {token}"}
        )
        try:
            with urllib.request.urlopen(request) as answer:
                statuses.add(answer.status)
        except urllib.error.HTTPError as error:
            statuses.add(error.code)
    return statuses


def test_a_change_of_content_shows_on_every_worker(portal):
    before = _names(portal)

    portal.run(_RENAME % "После")

    assert before == {"До"}
    assert _names(portal) == {"После"}


def test_a_change_of_content_shows_in_nginx_within_a_second(portal, nginx_url):
    is_over = threading.Event()

    def keep_reading() -> None:
        while not is_over.wait(0.02):
            _name(nginx_url)

    reader = threading.Thread(target=keep_reading)
    reader.start()
    portal.run(_RENAME % "Потом")
    time.sleep(1)
    shown = _name(nginx_url)
    is_over.set()
    reader.join()

    assert shown == "Потом"


def test_a_switched_off_account_is_refused_by_every_worker(portal):
    body = json.dumps({"username": "person", "password": portal_server.PASSWORD}).encode()
    request = urllib.request.Request(
        f"{portal.url}/auth/login", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        token = json.load(answer)["token"]
    before = _me_statuses(portal, token)

    portal.run(_DEACTIVATE)

    assert before == {200}
    assert _me_statuses(portal, token) == {401}
