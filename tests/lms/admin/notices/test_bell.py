"""The bell: the last notices of the signed-in person alone, fetched after the page."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.models import Notice, User
from lms.services.notices.notices import notify

pytestmark = pytest.mark.django_db
LATEST, READ = "/admin/notices/", "/admin/notices/read/"
ROLES = ["admin", "instructor", "hr"]


def _read(browser: Client, **data: Any) -> Any:
    return browser.post(READ, json.dumps(data), content_type="application/json")


@pytest.mark.parametrize("role", ROLES)
def test_everybody_who_may_enter_sees_and_reads_their_own(
    role: str, admin_client_for: Callable[[str], Client], employee: User
) -> None:
    browser = admin_client_for(role)
    me = User.objects.get(username=f"{role}-admin")
    other = notify(employee, kind="test", title="Чужое")
    mine = notify(me, kind="test", title="Моё", text="Строка", path="/admin/")

    answer = browser.get(LATEST)

    assert answer.headers["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )
    data = answer.json()
    assert data["unread"] == 1
    (row,) = data["notices"]
    assert row.pop("time")
    assert row == {
        "id": str(mine.pk),
        "title": "Моё",
        "text": "Строка",
        "path": "/admin/",
        "isRead": False,
    }
    assert _read(browser, ids=[str(mine.pk), str(other.pk)]).json()["unread"] == 0
    other.refresh_from_db()
    assert other.read_at is None


def test_all_are_marked_at_once_but_no_others(
    admin_client_for: Callable[[str], Client], employee: User
) -> None:
    browser = admin_client_for("hr")
    me = User.objects.get(username="hr-admin")
    for number in range(25):
        notify(me, kind="test", title=f"Новость {number}")
    other = notify(employee, kind="test", title="Чужое")

    data = browser.get(LATEST).json()
    assert (data["unread"], len(data["notices"])) == (25, 20)
    assert data["notices"][0]["title"] == "Новость 24"

    assert _read(browser).json()["unread"] == 0
    assert Notice.objects.unread().get() == other


def test_employees_and_strangers_get_nothing(employee: User) -> None:
    stranger, signed_in = Client(), Client()
    signed_in.force_login(employee)
    for browser, status in ((stranger, 401), (signed_in, 403)):
        assert browser.get(LATEST).status_code == status
        assert _read(browser).status_code == status


def test_a_request_of_another_site_is_refused(make_user: Callable[..., User]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user("a", role="admin"))
    assert _read(browser).status_code == 403


@pytest.mark.parametrize("ids", ["x", ["x"], [7], [str(uuid4())] * 21, {"a": 1}])
def test_a_malformed_request_marks_nothing(
    admin_client_for: Callable[[str], Client], ids: object
) -> None:
    browser = admin_client_for("admin")
    notify(User.objects.get(), kind="test", title="T")
    assert _read(browser, ids=ids).status_code == 400
    assert Notice.objects.unread().count() == 1


def test_the_answer_takes_four_queries(admin_client_for: Callable[[str], Client]) -> None:
    browser = admin_client_for("admin")
    for number in range(25):
        notify(User.objects.get(), kind="test", title=f"{number}")
    with CaptureQueriesContext(connection) as queries:
        browser.get(LATEST)
    # Session, person, notices, the number of unread ones.
    assert len(queries) == 4


def test_the_pages_themselves_read_no_notices(admin_client_for: Callable[[str], Client]) -> None:
    browser = admin_client_for("admin")
    with CaptureQueriesContext(connection) as queries:
        page = browser.get("/admin/lms/station/").content.decode()
    assert "data-bell-button" in page
    assert not [query for query in queries if "notices" in query["sql"]]
