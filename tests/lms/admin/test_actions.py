"""Forms and actions call the services; refusals are shown, never a 500; nothing changes on GET."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from lms.models import Station, User, UserSession
from tests.factories import PASSWORD

Admin = Callable[[str], Client]
MakeUser = Callable[..., User]


def _session(user: User, token: str = "digest") -> UserSession:
    return UserSession.objects.create(
        user=user, session_token=token, expires_at=timezone.now() + timedelta(days=1)
    )


def _management(prefix: str, *, total: int, initial: int = 0) -> dict[str, Any]:
    return {
        f"{prefix}-TOTAL_FORMS": total,
        f"{prefix}-INITIAL_FORMS": initial,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }


def _user_form(user: User, **changes: Any) -> dict[str, Any]:
    data = {
        "username": user.username,
        "full_name": user.full_name,
        "email": user.email,
        "role": user.role,
        "is_active": "on",
        **_management("profile", total=0),
    }
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


def _act(client: Client, model: str, action: str, *rows: Any) -> Any:
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows], "post": "yes"}
    return client.post(f"/admin/lms/{model}/", data, follow=True)


@pytest.fixture
def station(db: None) -> Station:
    return Station.objects.create(name="КС Газли", short_name="GAZ")


def test_an_account_is_made_with_its_password(admin_client_for: Admin) -> None:
    data = {
        "username": "yusupov",
        "full_name": "Юсупов Дилшод",
        "email": "yusupov@example.com",
        "role": "instructor",
        "password1": "correct-horse-7",
        "password2": "correct-horse-7",
        **_management("profile", total=0),
    }

    response = admin_client_for("admin").post("/admin/lms/user/add/", data)

    assert response.status_code == 302
    user = User.objects.get(username="yusupov")
    assert (user.role, user.check_password("correct-horse-7")) == ("instructor", True)


def test_a_new_password_ends_the_sessions(admin_client_for: Admin, make_user: MakeUser) -> None:
    user = make_user("karimov")
    session = _session(user)
    data = {
        "password1": "another-horse-8",
        "password2": "another-horse-8",
        "own_password": PASSWORD,
    }

    response = admin_client_for("admin").post(f"/admin/lms/user/{user.pk}/password/", data)

    session.refresh_from_db()
    user.refresh_from_db()
    assert response.status_code == 302
    assert user.check_password("another-horse-8")
    assert session.revoked_at is not None


def test_switching_an_account_off_in_the_form_ends_its_sessions(
    admin_client_for: Admin, make_user: MakeUser
) -> None:
    user = make_user("karimov")
    session = _session(user)
    url = f"/admin/lms/user/{user.pk}/change/"

    response = admin_client_for("admin").post(url, _user_form(user, is_active=None))

    session.refresh_from_db()
    user.refresh_from_db()
    assert (response.status_code, user.is_active) == (302, False)
    assert session.revoked_at is not None


@pytest.mark.parametrize(
    ("changes", "field"), [({"is_active": None}, "is_active"), ({"role": "user"}, "role")]
)
def test_the_last_administrator_cannot_be_taken_away_in_the_form(
    changes: dict[str, Any], field: str, admin_client_for: Admin
) -> None:
    client = admin_client_for("admin")
    admin = User.objects.get()

    response = client.post(f"/admin/lms/user/{admin.pk}/change/", _user_form(admin, **changes))

    admin.refresh_from_db()
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert (admin.role, admin.is_active) == ("admin", True)


def test_one_of_two_administrators_can_be_demoted(
    admin_client_for: Admin, make_user: MakeUser
) -> None:
    other = make_user("second", role="admin")
    url = f"/admin/lms/user/{other.pk}/change/"

    response = admin_client_for("admin").post(
        url, _user_form(other, role="hr", own_password=PASSWORD)
    )

    other.refresh_from_db()
    assert (response.status_code, other.role) == (302, "hr")


@pytest.mark.parametrize("action", ["switch_off", "delete_selected"])
def test_an_action_on_the_last_administrator_leaves_a_message(
    action: str, admin_client_for: Admin
) -> None:
    client = admin_client_for("admin")
    admin = User.objects.get()
    data = {"action": action, "_selected_action": [str(admin.pk)], "post": "yes"}

    response = client.post("/admin/lms/user/", data, follow=True)

    assert response.status_code == 200
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert User.objects.filter(is_active=True).count() == 1


def test_deleting_the_last_administrator_leaves_a_message(admin_client_for: Admin) -> None:
    client = admin_client_for("admin")
    url = f"/admin/lms/user/{User.objects.get().pk}/delete/"

    response = client.post(url, {"post": "yes"}, follow=True)

    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert User.objects.count() == 1


def test_accounts_are_switched_off_and_on_by_actions(
    admin_client_for: Admin, make_user: MakeUser
) -> None:
    user = make_user("karimov")
    session = _session(user)
    client = admin_client_for("admin")

    _act(client, "user", "switch_off", user)
    user.refresh_from_db()
    session.refresh_from_db()
    off = (user.is_active, session.revoked_at is not None)
    _act(client, "user", "switch_on", user)
    user.refresh_from_db()

    assert off == (False, True)
    assert user.is_active is True


def test_selected_sessions_are_ended(admin_client_for: Admin, make_user: MakeUser) -> None:
    user = make_user("karimov")
    ended, kept = _session(user, "one"), _session(user, "two")

    _act(admin_client_for("admin"), "usersession", "revoke", ended)

    ended.refresh_from_db()
    kept.refresh_from_db()
    assert (ended.revoked_at is not None, kept.revoked_at) == (True, None)


def test_hr_has_no_actions_that_change_people(admin_client_for: Admin, make_user: MakeUser) -> None:
    user = make_user("karimov")

    _act(admin_client_for("hr"), "user", "switch_off", user)

    user.refresh_from_db()
    assert user.is_active is True


@pytest.mark.parametrize("name", ["export_admin_action", "revoke", "switch_off"])
def test_an_action_named_in_the_address_does_nothing(
    name: str, admin_client_for: Admin, make_user: MakeUser
) -> None:
    user = make_user("karimov")
    session = _session(user)
    query = f"?action={name}&_selected_action={session.pk}"

    admin_client_for("admin").get(f"/admin/lms/usersession/{query}")

    session.refresh_from_db()
    user.refresh_from_db()
    assert (session.revoked_at, user.is_active) == (None, True)


def test_a_conflict_of_two_editors_keeps_what_was_typed(
    admin_client_for: Admin, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = admin_client_for("instructor")
    data = {"source_name": "Газопровод Бухара", "station": station.pk}
    monkeypatch.setattr(
        "lms.admin.stations.stations.GasSourceAdmin.save_model",
        _raise_integrity_error,
        raising=False,
    )

    response = client.post("/admin/lms/gassource/add/", data)

    form = response.context["adminform"].form
    assert response.status_code == 200
    assert form.non_field_errors()
    assert form["source_name"].value() == "Газопровод Бухара"


def _raise_integrity_error(*args: Any, **kwargs: Any) -> None:
    raise IntegrityError("duplicate key")
