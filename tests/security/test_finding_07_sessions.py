"""Sessions of the client and of the admin are in one table, and end when they should."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from lms.models import Role, User, UserSession
from lms.services.accounts import sign_in
from tests.factories import PASSWORD

# Committed: the sessions in the cache are forgotten after the commit.
pytestmark = pytest.mark.django_db(transaction=True)
NEW = "Новый-Пароль-2026"
SignIn = Callable[..., APIClient]


@pytest.fixture
def staff(make_user: Callable[..., User]) -> User:
    """Return an instructor."""
    return make_user("staff", role=Role.INSTRUCTOR)


@pytest.fixture
def admin(client: Client, make_user: Callable[..., User]) -> Client:
    """Return the browser of an administrator."""
    make_user("boss", role=Role.ADMIN)
    return _browser("boss", client)


def _browser(name: str, client: Client | None = None) -> Client:
    client = client or Client()
    answer = client.post("/admin/login/", {"username": name, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def _is_in(browser: Client) -> bool:
    return browser.get("/admin/lms/station/").status_code == 200


def _api(user: User) -> APIClient:
    api = APIClient()
    token = sign_in.log_in(User.objects.get(pk=user.pk)).access_token
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return api


def _answers(api: APIClient) -> bool:
    return api.get("/auth/me").status_code == 200


def _change(admin: Client, user: User, **data: str) -> None:
    form = {
        "full_name": user.full_name or "",
        "username": user.username,
        "email": user.email or "",
        "role": user.role,
        "is_active": "on",
        "own_password": PASSWORD,
        "profile-TOTAL_FORMS": "0",
        "profile-INITIAL_FORMS": "0",
        **data,
    }
    answer = admin.post(f"/admin/lms/user/{user.pk}/change/", {k: v for k, v in form.items() if v})
    assert answer.status_code == 302


def test_a_sign_in_to_the_admin_is_a_row_that_ends_it(staff: User) -> None:
    browser = _browser("staff")
    assert _is_in(browser)
    session = UserSession.objects.get(user=staff)
    assert (session.kind, session.ip_address) == ("admin", "127.0.0.1")

    sign_in.revoke_session(session)

    assert not _is_in(browser)
    assert "Сеанс завершён" in browser.get("/admin/login/").content.decode()


def test_signing_out_of_the_admin_ends_the_row(staff: User) -> None:
    browser = _browser("staff")
    browser.post("/admin/logout/")
    assert UserSession.objects.get().revoked_at is not None


def test_the_own_new_password_ends_all_other_sessions(staff: User) -> None:
    browser, other, api = _browser("staff"), _browser("staff"), _api(staff)
    assert _answers(api)
    assert _is_in(other)

    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert browser.post("/admin/password_change/", data).status_code == 302

    assert _is_in(browser), "who changes the password stays signed in"
    assert not _is_in(other)
    assert not _answers(api)


@pytest.mark.parametrize(
    "data", [{"role": "hr"}, {"is_active": ""}], ids=["another role", "switched off"]
)
def test_a_changed_role_or_state_ends_all_sessions_at_once(
    admin: Client, staff: User, data: dict[str, str]
) -> None:
    browser, api = _browser("staff"), _api(staff)
    assert _answers(api)
    assert _is_in(browser)

    _change(admin, staff, **data)
    if data.get("is_active") == "":
        _change(admin, staff, is_active="on")

    assert not _answers(api)
    assert not _is_in(browser)


def test_another_name_ends_nothing(admin: Client, staff: User) -> None:
    api = _api(staff)
    _change(admin, staff, full_name="Другое Имя")
    assert api.get("/auth/me").json()["user"]["full_name"] == "Другое Имя"


def test_a_password_or_role_changed_behind_the_portal_ends_sessions_too(staff: User) -> None:
    first, second = _api(staff), _api(staff)
    User.objects.filter(pk=staff.pk).update(role=Role.USER)
    assert not _answers(first)
    User.objects.filter(pk=staff.pk).update(role=Role.INSTRUCTOR, password="x")
    assert not _answers(second)


def test_registering_gives_no_second_session(sign_in: SignIn) -> None:
    api = sign_in()
    body = {"full_name": "Каримов Азиз", "phone": "+998901234567", "position": "Слесарь"}
    answer = api.post(
        "/auth/register-profile", {**body, "department": "ТО", "station_id": None}, format="json"
    )
    assert answer.status_code == 200
    assert not {"token", "refreshToken"} & answer.json().keys()
    assert UserSession.objects.filter(user=api.user).count() == 1


def test_the_access_token_alone_signs_out(sign_in: SignIn) -> None:
    api = sign_in()
    assert api.post("/auth/logout", {}, format="json").status_code == 200
    assert not _answers(api)


def test_a_session_that_nobody_uses_ends(staff: User) -> None:
    for kind, limit in (("api", settings.SESSION_IDLE_TIME), ("admin", settings.ADMIN_IDLE_TIME)):
        opener = sign_in.log_in(staff).session if kind == "api" else None
        session = opener or sign_in.open_admin_session(staff, address=None, device="")
        rows = UserSession.objects.filter(pk=session.pk)
        rows.update(last_activity=timezone.now() - limit + timedelta(minutes=1))
        assert rows.alive().exists(), kind
        rows.update(last_activity=timezone.now() - limit - timedelta(minutes=1))
        assert not rows.alive().exists(), kind


def test_people_see_and_end_their_own_sessions(sign_in: SignIn, staff: User) -> None:
    api = sign_in(username="karimov")
    other, foreign = _api(api.user), _api(staff)
    rows = api.get("/users/me/sessions").json()["data"]
    assert [row["current"] for row in rows].count(True) == 1
    assert len(rows) == 2

    foreign_id = UserSession.objects.get(user=staff).pk
    assert api.delete(f"/users/me/sessions/{foreign_id}").status_code == 404
    assert _answers(foreign)
    (ended,) = [row["id"] for row in rows if not row["current"]]
    assert api.delete(f"/users/me/sessions/{ended}").status_code == 200
    assert not _answers(other)
    assert api.delete(f"/users/me/sessions/{ended}").status_code == 404

    third = _api(api.user)
    assert api.post("/users/me/sessions/end-others").json() == {"success": True, "ended": 1}
    assert not _answers(third)
    assert _answers(api)


def test_strangers_see_no_sessions(api_client: APIClient) -> None:
    assert api_client.get("/users/me/sessions").status_code == 401
    assert api_client.post("/users/me/sessions/end-others").status_code == 401


def test_the_list_of_the_admin_shows_who_is_signed_in(admin: Client, staff: User) -> None:
    _browser("staff")
    sign_in.revoke_session(_browser_session(staff))
    _browser("staff")
    page = admin.get("/admin/lms/usersession/?open=1").context["cl"].queryset
    assert {session.user.username for session in page} == {"boss", "staff"}
    assert page.count() == 2


def _browser_session(user: User) -> UserSession:
    return UserSession.objects.get(user=user)
