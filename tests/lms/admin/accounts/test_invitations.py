"""Accounts without a password, and invitations, in the admin."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from lms.models import Role, User

pytestmark = pytest.mark.django_db
NEW = "Новый-Пароль-2026"


@pytest.fixture
def employee(make_user: Callable[..., User]) -> User:
    """Return a person with an address."""
    return make_user("karimov", email="karimov@example.com")


@pytest.fixture
def admin_client(client: Client, make_user: Callable[..., User]) -> Client:
    """Return the browser of an administrator."""
    client.force_login(make_user("boss", role=Role.ADMIN))
    return client


def _add(client: Client, **data: str) -> HttpResponse:
    form = {
        "full_name": "Рахимов Олим",
        "username": "rakhimov",
        "email": "r@example.com",
        "role": "user",
        "profile-TOTAL_FORMS": "0",
        "profile-INITIAL_FORMS": "0",
        **data,
    }
    return client.post("/admin/lms/user/add/", form)


def test_an_account_without_a_password_is_invited(admin_client: Client) -> None:
    _add(admin_client)
    user = User.objects.get(username="rakhimov")
    assert not user.has_usable_password()
    assert [mail.kind for mail in user.mails.all()] == ["invitation"]


def test_an_account_with_a_password_is_not(admin_client: Client) -> None:
    _add(admin_client, password1=NEW, password2=NEW)
    user = User.objects.get(username="rakhimov")
    assert user.check_password(NEW)
    assert not user.mails.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"email": ""},
        {"password1": NEW},
        {"password2": NEW},
        {"password1": "1", "password2": "1"},
    ],
)
def test_what_nobody_could_use_is_refused(admin_client: Client, data: dict[str, str]) -> None:
    assert _add(admin_client, **data).status_code == 200
    assert not User.objects.filter(username="rakhimov").exists()


def test_selected_people_get_a_link(admin_client: Client, employee: User) -> None:
    data = {"action": "invite", "_selected_action": [str(employee.pk)]}
    question = admin_client.post("/admin/lms/user/", data)
    assert "Отправить" in question.content.decode()
    admin_client.post("/admin/lms/user/", {**data, "post": "1"})
    assert [mail.kind for mail in employee.mails.all()] == ["invitation"]


@pytest.mark.parametrize("role", [Role.HR, Role.INSTRUCTOR, Role.USER])
def test_others_may_not(
    client: Client, make_user: Callable[..., User], employee: User, role: str
) -> None:
    client.force_login(make_user("other", role=role))
    data = {"action": "invite", "_selected_action": [str(employee.pk)], "post": "1"}
    client.post("/admin/lms/user/", data)
    assert not employee.mails.exists()
