"""Signing in to the admin: who may, and how guessing is slowed down."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password

from lms.models import Role
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def _sign_in(client, username, password=PASSWORD):
    return client.post("/admin/login/", {"username": username, "password": password})


@pytest.mark.parametrize("role", [Role.ADMIN, Role.INSTRUCTOR, Role.HR])
def test_staff_may_sign_in(client, make_user, role):
    make_user("staff", role=role)

    assert _sign_in(client, "staff")["Location"] == "/admin/"


def test_an_employee_may_not_sign_in(client, make_user):
    make_user("employee")

    response = _sign_in(client, "employee")

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_guessing_in_the_admin_is_slowed_down_with_a_message(client, make_user):
    make_user("staff", role=Role.ADMIN)
    for _attempt in range(settings.LOGIN_FREE_ATTEMPTS):
        _sign_in(client, "staff", "wrong-password")

    response = _sign_in(client, "staff")

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    errors = response.context["form"].non_field_errors()
    assert "Слишком много неудачных попыток входа" in str(errors)


def test_a_switched_off_account_loses_its_admin_session(client, make_user):
    user = make_user("staff", role=Role.HR)
    _sign_in(client, "staff")
    user.is_active = False
    user.save()

    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("hasher", ["bcrypt_sha256", "pbkdf2_sha256"])
def test_the_first_sign_in_with_an_older_hash_keeps_its_session(client, make_user, hasher):
    user = make_user("staff", role=Role.ADMIN)
    user.password = make_password(PASSWORD, hasher=hasher)
    user.save()

    _sign_in(client, "staff")

    assert client.get("/admin/").status_code == 200
