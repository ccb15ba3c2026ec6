"""GET /me/notices and POST /me/notices/read: the caller's own notices, page by page."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from lms.models import Notice, User
from lms.services.notices.notices import notify

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def learner(sign_in: Callable[..., APIClient]) -> APIClient:
    """Return a signed-in employee with three notices beside one of another person."""
    client = sign_in()
    for number in range(3):
        notify(client.user, kind="test", title=f"Новость {number}", text="Текст", path="/courses")
    return client


@pytest.fixture
def others(employee: User) -> Notice:
    """Return a notice of another person."""
    return notify(employee, kind="test", title="Чужое")


@pytest.mark.parametrize("path", ["/me/notices", "/me/notices/", "/api/me/notices"])
def test_the_callers_notices_newest_first(learner: APIClient, others: Notice, path: str) -> None:
    answer = learner.get(path)

    notice = Notice.objects.get(title="Новость 2")
    body = answer.json()
    assert (answer.status_code, body["unread"]) == (200, 3)
    assert [row["title"] for row in body["data"]] == ["Новость 2", "Новость 1", "Новость 0"]
    first = body["data"][0]
    assert first.pop("created_at")
    assert first == {
        "id": str(notice.pk),
        "kind": "test",
        "title": "Новость 2",
        "text": "Текст",
        "path": "/courses",
        "read_at": None,
    }


def test_pages_follow_one_another_without_gap_or_repetition(learner: APIClient) -> None:
    # Of one moment, as notices of one transaction may be.
    Notice.objects.update(created_at=Notice.objects.first().created_at)
    seen, before = [], ""
    while True:
        data = learner.get(f"/me/notices?limit=2{before}").json()["data"]
        if not data:
            break
        seen += [row["title"] for row in data]
        before = f"&before={data[-1]['id']}"
    assert sorted(seen) == ["Новость 0", "Новость 1", "Новость 2"]


def test_another_persons_notice_is_no_place_to_begin_at(learner: APIClient, others: Notice) -> None:
    for before in (others.pk, uuid4()):
        assert learner.get(f"/me/notices?before={before}").json()["data"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "before=x"])
def test_a_wrong_query_is_refused(learner: APIClient, query: str) -> None:
    answer = learner.get(f"/me/notices?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_named_notices_are_marked_and_never_another_persons(
    learner: APIClient, others: Notice
) -> None:
    mine = Notice.objects.get(title="Новость 1")

    answer = learner.post(
        "/me/notices/read", {"ids": [str(mine.pk), str(others.pk)]}, format="json"
    )

    assert (answer.status_code, answer.json()) == (200, {"unread": 2})
    unread = {notice.title for notice in Notice.objects.unread()}
    assert unread == {"Новость 0", "Новость 2", "Чужое"}


@pytest.mark.parametrize("path", ["/me/notices/read", "/me/notices/read/"])
def test_without_ids_all_are_marked_but_none_of_others(
    learner: APIClient, others: Notice, path: str
) -> None:
    assert learner.post(path, {}, format="json").json() == {"unread": 0}
    assert Notice.objects.unread().get() == others


def test_an_empty_list_marks_nothing(learner: APIClient) -> None:
    assert learner.post("/me/notices/read", {"ids": []}, format="json").json() == {"unread": 3}


@pytest.mark.parametrize("ids", ["x", ["x"], [1], None, [str(uuid4())] * 101])
def test_a_wrong_body_is_refused(learner: APIClient, ids: object) -> None:
    answer = learner.post("/me/notices/read", {"ids": ids}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert Notice.objects.unread().count() == 3


def test_strangers_get_nothing(api_client: APIClient) -> None:
    assert api_client.get("/me/notices").status_code == 401
    assert api_client.post("/me/notices/read", {}, format="json").status_code == 401


def test_the_list_takes_two_queries_beside_the_session(learner: APIClient) -> None:
    learner.get("/me/notices")
    with CaptureQueriesContext(connection) as queries:
        learner.get("/me/notices")
    assert sum("notices" in query["sql"] for query in queries) == 2
