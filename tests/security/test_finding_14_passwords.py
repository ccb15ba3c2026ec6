"""Rules of passwords, and the own password before a change in substance."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from lms.models import Role, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]
NEW = "Новый-Пароль-2026"


@pytest.mark.parametrize("password", ["short-1", "portal2026!", "1234567890", "karimov-2026"])
def test_weak_passwords_are_refused_in_words(sign_in: SignIn, password: str) -> None:
    api = sign_in(username="karimov")
    body = {"current_password": PASSWORD, "new_password": password}
    answer = api.post("/users/me/password", body, format="json")
    assert answer.status_code == 400
    assert answer.json()["fields"]["new_password"]


def test_people_change_their_own_password_with_the_present_one(sign_in: SignIn) -> None:
    api = sign_in(username="karimov")
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert api.post("/users/me/password", body, format="json").status_code == 200
    assert User.objects.get(pk=api.user.pk).check_password(NEW)
    assert api.get("/auth/me").status_code == 200


def test_the_present_password_cannot_be_guessed(sign_in: SignIn) -> None:
    api = sign_in(username="karimov")
    body = {"current_password": "wrong", "new_password": NEW}
    codes = [api.post("/users/me/password", body, format="json").status_code for _n in range(6)]
    assert codes == [400] * 5 + [429]


def test_strangers_change_nothing(api_client: APIClient) -> None:
    assert api_client.post("/users/me/password", {}, format="json").status_code == 401


def test_an_administrator_gives_the_own_password_for_roles_mails_and_passwords(
    client: Client, make_user: Callable[..., User]
) -> None:
    person = make_user("karimov")
    client.force_login(make_user("boss", role=Role.ADMIN))
    page = f"/admin/lms/user/{person.pk}"
    form = {
        "full_name": person.full_name,
        "username": "karimov",
        "email": person.email,
        "role": "hr",
        "is_active": "on",
        "profile-TOTAL_FORMS": "0",
        "profile-INITIAL_FORMS": "0",
    }
    passwords = {"password1": NEW, "password2": NEW}
    for own, status in (
        ({}, 200),
        ({"own_password": "x"}, 200),
        ({"own_password": PASSWORD}, 302),
    ):
        assert client.post(f"{page}/change/", {**form, **own}).status_code == status
        assert client.post(f"{page}/password/", {**passwords, **own}).status_code == status
    person.refresh_from_db()
    assert person.role == Role.HR
    assert person.check_password(NEW)
    assert "own_password" in client.get(f"{page}/password/").content.decode()
