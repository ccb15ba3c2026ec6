"""Headers and cookies that limit what a browser may do with the portal's answers."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from lms.models import Role, User
from lms.services.accounts import sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
LISTS = ["user", "station", "courseprogram", "topic", "usersession"]
INTERNAL = ["/openapi.yaml", "/docs", "/docs/", "/api/docs"]


@pytest.fixture
def admin(client: Client, make_user: Callable[..., User]) -> Client:
    """Return the browser of an administrator."""
    make_user("boss", role=Role.ADMIN)
    client.post("/admin/login/", {"username": "boss", "password": PASSWORD})
    return client


def _directives(answer: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/", "/docs", "/account/forgot"])
def test_no_script_written_into_a_page_runs(admin: Client, path: str) -> None:
    policy = _directives(admin.get(path))

    assert policy["script-src"] == ["'self'", "'unsafe-eval'"]
    assert policy["script-src-attr"] == ["'none'"]
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert policy[name] == ["'none'"], name
    assert policy["form-action"] == ["'self'"]


@pytest.mark.parametrize("name", LISTS)
def test_lists_and_forms_hold_no_script_that_the_policy_refuses(admin: Client, name: str) -> None:
    for page in ("changelist", "add"):
        answer = admin.get(reverse(f"admin:lms_{name}_{page}"))
        text = answer.content.decode()
        for tag in text.split("<script")[1:]:
            assert " src=" in tag.partition(">")[0] or "json" in tag.partition(">")[0]
        assert 'oninput="' not in text
        assert 'onchange="' not in text
        assert 'onclick="' not in text


def test_the_docs_hold_no_script_that_the_policy_refuses(client: Client) -> None:
    page = client.get("/docs")
    script = client.get("/docs?script=")

    assert '<script src="?' in page.content.decode()
    assert "<script>" not in page.content.decode()
    assert script["Content-Type"].startswith("application/javascript")
    assert "SwaggerUIBundle" in script.content.decode()


@pytest.mark.parametrize("path", ["/admin/login/", "/stations", "/auth/me", "/health", "/nothing"])
def test_every_answer_names_what_it_needs_of_the_device_and_who_may_embed_it(
    client: Client, path: str
) -> None:
    answer = client.get(path)

    assert "camera=()" in answer["Permissions-Policy"]
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_json_allows_a_browser_nothing(client: Client) -> None:
    policy = _directives(client.get("/auth/me"))

    assert set(policy) == {"default-src", "base-uri", "form-action", "frame-ancestors"}
    assert {value for values in policy.values() for value in values} == {"'none'"}


def test_personal_answers_and_tokens_are_kept_by_nobody(make_user: Callable[..., User]) -> None:
    signed_in = sign_in.log_in(make_user("reader"))
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {signed_in.access_token}")
    answers = {
        path: api.get(path)
        for path in ("/auth/me", "/users/me", "/courses/me", "/certificates/me", "/nothing")
    }
    answers["login"] = APIClient().post(
        "/auth/login", {"username": "reader", "password": PASSWORD}, format="json"
    )
    answers["refresh"] = APIClient().post(
        "/auth/refresh", {"refreshToken": signed_in.refresh_token}, format="json"
    )
    answers["wrong"] = APIClient().post(
        "/auth/login", {"username": "reader", "password": "x"}, format="json"
    )

    for name, answer in answers.items():
        assert answer["Cache-Control"] == "no-store", name


def test_public_reads_may_still_be_kept_and_asked_about(client: Client) -> None:
    first = client.get("/stations")

    assert first["Cache-Control"] == "no-cache"
    assert client.get("/stations", headers={"if-none-match": first["ETag"]}).status_code == 304


def test_files_may_be_shown_by_the_origins_that_the_operator_named(settings: Any) -> None:
    from portal.common.security_headers import _resource_policy

    assert _resource_policy("image/png") == "same-origin"
    settings.CORS_ALLOWED_ORIGINS = ["https://client.example.com"]
    assert _resource_policy("image/png") == "cross-origin"
    assert _resource_policy("application/json") == "same-origin"


@pytest.mark.parametrize("path", INTERNAL)
def test_strangers_and_employees_read_no_description_of_the_api(
    make_user: Callable[..., User], settings: Any, path: str
) -> None:
    settings.INTERNALS_OPEN = False
    api = APIClient()
    assert api.get(path).status_code == 403
    token = sign_in.log_in(make_user("reader")).access_token
    assert api.get(path, headers={"authorization": f"Bearer {token}"}).status_code == 403


@pytest.mark.parametrize("path", INTERNAL)
def test_staff_read_it_until_their_session_ends(admin: Client, settings: Any, path: str) -> None:
    settings.INTERNALS_OPEN = False
    assert admin.get(path).status_code == 200

    sign_in.revoke_session(User.objects.get(username="boss").sessions.get())

    assert admin.get(path).status_code == 403


def test_states_of_services_are_for_staff_and_allowed_addresses(
    admin: Client, settings: Any
) -> None:
    settings.INTERNALS_OPEN = False
    stranger = Client().get("/health/ready")
    assert set(stranger.json()) == {"ok", "status"}
    assert stranger.json()["ok"] is True
    assert "checks" in admin.get("/health/ready").json()

    from ipaddress import ip_network

    settings.INTERNALS_ADDRESSES = [ip_network("10.1.0.0/16")]
    settings.TRUSTED_PROXIES = 1
    allowed = Client().get("/health/ready", headers={"x-forwarded-for": "10.1.2.3"})
    invented = Client().get("/health/ready", headers={"x-forwarded-for": "10.1.2.3, 192.0.2.1"})
    assert "checks" in allowed.json()
    assert "checks" not in invented.json()


def test_under_tls_a_cookie_of_another_host_or_of_plain_http_is_not_taken() -> None:
    names = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.MEDIA_COOKIE_NAME, s.DEVICE_COOKIE_NAME"
    code = f"import portal.settings.base as s; print({names}, s.INTERNALS_OPEN)"
    key, other = "s" * 50, "j" * 50
    environment = {"EMBEDDED": "1", "SECRET_KEY": key, "JWT_SIGNING_KEY": other, "SECURE_TLS": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ALLOWED_HOSTS": "localhost", **environment},
        capture_output=True,
        text=True,
        check=True,
    )

    names = ["portal_admin", "csrftoken", "portal_media", "portal_device"]
    assert run.stdout.split() == [*(f"__Host-{name}" for name in names), "True"]


def test_cookies_of_these_names_have_what_browsers_ask_of_them(
    make_user: Callable[..., User], settings: Any
) -> None:
    settings.SECURE_TLS = settings.MEDIA_COOKIE_SECURE = True
    settings.MEDIA_COOKIE_NAME = "__Host-portal_media"
    settings.DEVICE_COOKIE_NAME = "__Host-portal_device"
    make_user("reader")
    api = APIClient()
    data = {"username": "reader", "password": PASSWORD}
    signed_in = api.post("/auth/login", data, format="json")
    out = api.post("/auth/logout", {}, format="json")

    cookies = [*signed_in.cookies.values(), *out.cookies.values()]
    assert {cookie.key for cookie in cookies} == {"__Host-portal_media", "__Host-portal_device"}
    for cookie in cookies:
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
