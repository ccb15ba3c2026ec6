"""Bulk actions say how many objects and people they touch, and change nothing before the answer."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.utils import timezone

from lms.models import BinEntry, Enrollment, User, UserSession
from lms.services.history import recycle_bin
from tests import factories

Admin = Callable[[str], Client]
MakeUser = Callable[..., User]
USERS, SESSIONS, BIN = (f"/admin/lms/{name}/" for name in ("user", "usersession", "binentry"))
# Each has a page of its own before it, or changes nothing.
ASKED_ELSEWHERE = {"delete_selected", "export_admin_action"}


def _session(user: User, token: str) -> UserSession:
    return UserSession.objects.create(
        user=user, session_token=token, expires_at=timezone.now() + timedelta(days=1)
    )


def _ask(client: Client, url: str, action: str, *rows: Any, **extra: str) -> Any:
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows], "index": "0"}
    return client.post(url, data | extra)


def _answer(client: Client, url: str, asked: Any) -> Any:
    """Press the button of the page as the browser would."""
    page = asked.content.decode()
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post(url, data, follow=True)


def test_switching_off_says_what_it_touches_and_waits_for_the_answer(
    admin_client_for: Admin, make_user: MakeUser
) -> None:
    people = [make_user("karimov"), make_user("yusupov"), make_user("gone", is_active=False)]
    for number in range(3):
        _session(people[number % 2], f"digest-{number}")
    client = admin_client_for("admin")

    asked = _ask(client, USERS, "switch_off", *people)

    assert asked.status_code == 200
    assert "2" in asked.context["question"]
    assert [re.search(r"\d+", line).group() for line in asked.context["lines"]] == ["3", "2", "1"]
    assert User.objects.filter(is_active=True).count() == 3
    assert UserSession.objects.alive().filter(kind="api").count() == 3
    _answer(client, USERS, asked)
    assert list(User.objects.filter(is_active=True).values_list("role", flat=True)) == ["admin"]
    assert not UserSession.objects.alive().filter(kind="api").exists()


@pytest.mark.parametrize("action", ["switch_on", "end_sessions"])
def test_the_other_actions_on_accounts_wait_too(
    action: str, admin_client_for: Admin, make_user: MakeUser
) -> None:
    off = make_user("karimov", is_active=False)
    on = make_user("yusupov")
    session = _session(on, "digest")
    client = admin_client_for("admin")

    asked = _ask(client, USERS, action, off, on)
    off.refresh_from_db()
    session.refresh_from_db()
    before = (off.is_active, session.revoked_at)
    _answer(client, USERS, asked)
    off.refresh_from_db()
    session.refresh_from_db()

    assert before == (False, None)
    assert (off.is_active, session.revoked_at is not None) == (
        (True, False) if action == "switch_on" else (False, True)
    )


def test_ending_sessions_counts_each_person_once(
    admin_client_for: Admin, make_user: MakeUser
) -> None:
    user = make_user("karimov")
    sessions = [_session(user, "one"), _session(user, "two"), _session(make_user("boss"), "three")]
    client = admin_client_for("admin")

    asked = _ask(client, SESSIONS, "revoke", *sessions)

    assert [re.search(r"\d+", line).group() for line in asked.context["lines"]] == ["3", "2"]
    assert UserSession.objects.alive().filter(kind="api").count() == 3
    _answer(client, SESSIONS, asked)
    assert not UserSession.objects.alive().filter(kind="api").exists()


def test_restoring_says_what_comes_back_and_for_whom(
    admin_client_for: Admin, make_user: MakeUser
) -> None:
    program = factories.ProgramFactory()
    for place in range(2):
        lesson = factories.LessonFactory(course_program=program, order_index=place)
        factories.TopicFactory(lesson=lesson)
    learner = make_user("learner")
    Enrollment.objects.create(user=learner, course_program=program)
    other = factories.ProgramFactory()
    Enrollment.objects.create(user=learner, course_program=other)
    entries = [recycle_bin.put(program, by=None), recycle_bin.put(other, by=None)]
    client = admin_client_for("instructor")

    asked = _ask(client, BIN, "restore_selected", *entries)

    page = asked.content.decode()
    assert "Уроки: 2" in page
    assert "Темы: 2" in page
    assert re.search(r"\d+", asked.context["lines"][-1]).group() == "1"
    assert BinEntry.objects.count() == 2
    _answer(client, BIN, asked)
    assert not BinEntry.objects.exists()


def test_all_of_a_list_is_asked_again_when_it_has_grown_meanwhile(
    admin_client_for: Admin, make_user: MakeUser
) -> None:
    url = f"{USERS}?role__exact=user"
    first = make_user("karimov")
    make_user("yusupov")
    client = admin_client_for("admin")
    asked = _ask(client, url, "switch_off", first, select_across="1")
    late = make_user("rahimov")

    again = _answer(client, url, asked)

    assert again.status_code == 200
    assert "3" in again.context["question"]
    late.refresh_from_db()
    assert late.is_active is True
    _answer(client, url, again)
    assert User.objects.filter(role="user", is_active=True).count() == 0


def test_nothing_to_change_is_not_asked(admin_client_for: Admin, make_user: MakeUser) -> None:
    user = make_user("karimov")

    response = _ask(admin_client_for("admin"), USERS, "switch_on", user)

    assert response.status_code == 302


def test_every_action_of_every_list_asks_or_is_named_here(make_user: MakeUser) -> None:
    request = RequestFactory().get("/admin/")
    request.user = make_user("boss", role="admin")
    unasked = {
        (model._meta.model_name, name)
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label == "lms"
        for name, (act, *_texts) in model_admin.get_actions(request).items()
        if name not in ASKED_ELSEWHERE and not hasattr(act, "__wrapped__")
    }

    assert unasked == set()
