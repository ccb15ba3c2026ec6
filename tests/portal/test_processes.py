"""What one process changes, every other one sees at once; on PostgreSQL and Redis."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import portal_server

pytestmark = pytest.mark.services

_PREPARE = f"""
from lms.models import Station, User
Station.objects.create(name="До", short_name="KS")
User.objects.create_user("person", "{portal_server.PASSWORD}")
"""
_RENAME = "from lms.models import Station; s = Station.objects.get(); s.name = 'После'; s.save()"
_DEACTIVATE = """
from lms.models import User
from lms.services import accounts
accounts.deactivate(User.objects.get(username="person"))
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[portal_server.Portal]:
    """Start gunicorn with two workers."""
    folder: Path = tmp_path_factory.mktemp("processes")
    running = portal_server.start_gunicorn(folder, database="portal_processes")
    running.manage("shell", "--verbosity", "0", "-c", _PREPARE)
    yield running
    running.stop()


def _names(portal: portal_server.Portal) -> set[str]:
    """Ask often enough to meet both workers."""
    names = set()
    for _call in range(20):
        with urllib.request.urlopen(f"{portal.url}/stations") as answer:
            names |= {row["name"] for row in json.load(answer)["data"]}
    return names


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

    portal.manage("shell", "--verbosity", "0", "-c", _RENAME)

    assert before == {"До"}
    assert _names(portal) == {"После"}


def test_a_switched_off_account_is_refused_by_every_worker(portal):
    body = json.dumps({"username": "person", "password": portal_server.PASSWORD}).encode()
    request = urllib.request.Request(
        f"{portal.url}/auth/login", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        token = json.load(answer)["token"]
    before = _me_statuses(portal, token)

    portal.manage("shell", "--verbosity", "0", "-c", _DEACTIVATE)

    assert before == {200}
    assert _me_statuses(portal, token) == {401}
