"""Sign-in, refresh, sign-out and identity over HTTP."""

import bcrypt
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import override_settings
from rest_framework.test import APIClient

from lms.models import User, UserSession
from lms.services.accounts import sign_in as accounts
from portal.settings.fastpath import PASSWORD_HASHER
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def _log_in(client: APIClient, username: str = "karimov", password: str = PASSWORD, **extra):
    body = {"username": username, "password": password}
    return client.post("/auth/login", body, format="json", **extra)


def _bearer(token: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


@pytest.mark.parametrize("path", ["/auth/login", "/auth/login/", "/api/auth/login"])
def test_login_answers_in_the_client_shape(api_client, make_user, path):
    user = make_user(full_name="Каримов Азиз Рустамович", email="karimov@example.uz")

    response = api_client.post(path, {"username": "karimov", "password": PASSWORD}, format="json")

    body = response.json()
    assert response.status_code == 200
    assert set(body) == {"token", "refreshToken", "expiresIn", "user", "requires_registration"}
    assert body["user"] == {
        "id": str(user.pk),
        "username": "karimov",
        "role": "user",
        "full_name": "Каримов Азиз Рустамович",
        "email": "karimov@example.uz",
    }
    assert body["requires_registration"] is False
    assert body["expiresIn"] > 3600


def test_login_opens_a_session_that_holds_no_token(api_client, make_user):
    make_user()

    body = _log_in(api_client, REMOTE_ADDR="10.1.2.3", HTTP_USER_AGENT="Vue").json()

    session = UserSession.objects.get()
    assert (session.ip_address, session.user_agent) == ("10.1.2.3", "Vue")
    assert len(session.session_token) == 64
    assert session.session_token not in (body["token"], body["refreshToken"])


def test_login_sets_a_media_cookie_that_scripts_cannot_read(api_client, make_user):
    make_user()

    cookie = _log_in(api_client).cookies[settings.MEDIA_COOKIE_NAME]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


@pytest.mark.parametrize("username", ["karimov", "nobody"])
def test_a_wrong_password_and_an_unknown_name_look_the_same(api_client, make_user, username):
    make_user()

    response = _log_in(api_client, username=username, password="wrong-password")

    body = response.json()
    assert (response.status_code, body["code"]) == (401, "wrong_credentials")
    assert body["error"] == "Неверное имя пользователя или пароль"
    assert "user" not in body


def test_a_switched_off_account_cannot_sign_in(api_client, make_user):
    make_user(is_active=False)

    assert _log_in(api_client).status_code == 401


def test_the_email_is_as_good_as_the_name(api_client, make_user):
    make_user()

    assert _log_in(api_client, username="Karimov@example.com").status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"username": "karimov"}, {"username": {}, "password": []}, [], "text"]
)
def test_a_malformed_login_is_refused_with_text(api_client, body):
    response = api_client.post("/auth/login", body, format="json")

    assert response.status_code == 400
    assert isinstance(response.json()["error"], str)


def test_broken_json_is_refused_with_text(api_client):
    response = api_client.post("/auth/login", "{", content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (400, "parse_error")


@pytest.mark.parametrize(
    "make_hash",
    [
        lambda: bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(),
        lambda: "bcrypt$" + bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(),
        lambda: PBKDF2PasswordHasher().encode(PASSWORD, "somesalt", iterations=1000),
    ],
)
@override_settings(
    PASSWORD_HASHERS=[
        PASSWORD_HASHER,
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.BCryptPasswordHasher",
    ]
)
def test_older_hashes_sign_in_once_and_become_argon2(api_client, make_user, make_hash):
    user = make_user()
    User.objects.filter(pk=user.pk).update(password=make_hash())

    first = _log_in(api_client)
    user.refresh_from_db()
    second = _log_in(api_client)

    assert (first.status_code, second.status_code) == (200, 200)
    assert user.password.startswith("argon2$argon2id$")


@pytest.mark.parametrize("stored", ["", "!", "plain-text", "$2b$xx"])
def test_an_unreadable_hash_never_matches(api_client, make_user, stored):
    user = make_user()
    User.objects.filter(pk=user.pk).update(password=stored)

    assert _log_in(api_client, password=stored or "x").status_code in {400, 401}


def test_guessing_is_slowed_down_per_account(api_client, make_user):
    make_user()
    for _attempt in range(settings.LOGIN_FREE_ATTEMPTS):
        _log_in(api_client, password="wrong-password")

    response = _log_in(api_client)

    assert (response.status_code, response.json()["code"]) == (429, "too_many_logins")
    assert int(response["Retry-After"]) >= 1


def test_guessing_many_names_is_slowed_down_per_address(api_client, make_user, settings):
    make_user()
    settings.LOGIN_ADDRESS_FREE_ATTEMPTS = 3
    for number in range(3):
        _log_in(api_client, username=f"name{number}", password="wrong-password")

    assert _log_in(api_client).status_code == 429
    assert _log_in(api_client, REMOTE_ADDR="10.9.9.9").status_code == 200


def test_me_names_the_caller(sign_in):
    client = sign_in()

    response = client.get("/auth/me")

    user = client.user
    assert response.json() == {
        "user": {
            "sub": str(user.pk),
            "id": str(user.pk),
            "username": user.username,
            "role": "user",
            "full_name": user.full_name,
            "email": user.email,
        }
    }


@pytest.mark.parametrize("header", [{}, _bearer("broken"), {"HTTP_AUTHORIZATION": "Basic eDp5"}])
def test_me_without_a_good_token_is_401_without_a_user(api_client, header):
    response = api_client.get("/auth/me", **header)

    body = response.json()
    assert response.status_code == 401
    assert body["error"] == "Требуется вход в систему"
    assert "user" not in body


def test_refresh_keeps_the_refresh_token_good(api_client, make_user):
    make_user()
    tokens = _log_in(api_client).json()

    answers = [
        api_client.post("/auth/refresh", {"refreshToken": tokens["refreshToken"]}, format="json")
        for _time in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert set(answers[0].json()) == {"token", "expiresIn"}
    me = api_client.get("/auth/me", **_bearer(answers[1].json()["token"]))
    assert me.status_code == 200


@pytest.mark.parametrize("body", [{}, {"refreshToken": "x"}, {"refreshToken": None}])
def test_a_bad_refresh_token_is_401(api_client, body):
    response = api_client.post("/auth/refresh", body, format="json")

    assert (response.status_code, response.json()["code"]) == (401, "session_ended")
    assert response.json()["error"] == "Сессия истекла"


def test_an_access_token_is_no_refresh_token(api_client, make_user):
    make_user()
    tokens = _log_in(api_client).json()

    response = api_client.post("/auth/refresh", {"refreshToken": tokens["token"]}, format="json")

    assert response.status_code == 401


def test_a_refresh_token_is_no_access_token(api_client, make_user):
    make_user()
    tokens = _log_in(api_client).json()

    assert api_client.get("/auth/me", **_bearer(tokens["refreshToken"])).status_code == 401


def test_logout_ends_refresh_and_access_at_once_and_can_be_repeated(
    api_client, make_user, django_capture_on_commit_callbacks
):
    make_user()
    tokens = _log_in(api_client).json()
    assert api_client.get("/auth/me", **_bearer(tokens["token"])).status_code == 200
    body = {"refreshToken": tokens["refreshToken"]}

    with django_capture_on_commit_callbacks(execute=True):
        first = api_client.post("/auth/logout", body, format="json")
    second = api_client.post("/auth/logout", body, format="json")

    assert (first.json(), second.json()) == ({"success": True}, {"success": True})
    assert api_client.post("/auth/refresh", body, format="json").status_code == 401
    assert api_client.get("/auth/me", **_bearer(tokens["token"])).status_code == 401


@pytest.mark.parametrize("body", [{}, {"refreshToken": "unknown"}, {"refreshToken": None}])
def test_logout_without_a_session_succeeds(api_client, body):
    assert api_client.post("/auth/logout", body, format="json").json() == {"success": True}


def test_deactivation_ends_every_session(api_client, make_user, django_capture_on_commit_callbacks):
    user = make_user()
    tokens = _log_in(api_client).json()
    assert api_client.get("/auth/me", **_bearer(tokens["token"])).status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        accounts.deactivate(user)

    assert api_client.get("/auth/me", **_bearer(tokens["token"])).status_code == 401
    body = {"refreshToken": tokens["refreshToken"]}
    assert api_client.post("/auth/refresh", body, format="json").status_code == 401


def test_me_costs_no_query_while_the_session_is_cached(sign_in, django_assert_num_queries):
    client = sign_in()
    client.get("/auth/me")

    with django_assert_num_queries(0):
        assert client.get("/auth/me").status_code == 200
