"""The pages on which people without a session ask for a link and set their password."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.test import Client

from lms.models import User
from lms.services.accounts import password_links
from portal.jobs.models import Job

pytestmark = pytest.mark.django_db
FORGOT = "/account/forgot"
NEW = "Новый-Пароль-2026"


@pytest.fixture
def employee(make_user: Callable[..., User]) -> User:
    """Return a person with an address."""
    return make_user("karimov", email="karimov@example.com")


def _page_of(user: User) -> str:
    parts = urlsplit(password_links.make_link(user, password_links.RESET))
    return f"{parts.path}?{parts.query}"


def test_the_answer_is_the_same_for_known_and_unknown_names(client: Client, employee: User) -> None:
    answers = [client.post(FORGOT, {"name": name}) for name in ("karimov", "nobody")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert Job.objects.count() == 2


def test_without_mail_the_page_says_whom_to_ask(client: Client, settings: LazySettings) -> None:
    settings.MAIL_ENABLED = False
    answer = client.post(FORGOT, {"name": "karimov"})
    assert answer.status_code == 409
    assert "администратор" in answer.content.decode()


def test_an_empty_name_is_an_error_of_the_field(client: Client) -> None:
    answer = client.post(FORGOT, {"name": " "})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_a_person_sets_a_password_and_signs_in(client: Client, employee: User) -> None:
    page = _page_of(employee)
    shown = client.get(page)
    assert (shown.status_code, shown["Referrer-Policy"]) == (200, "same-origin")
    assert shown["Cache-Control"] == "no-store"

    answer = client.post(page, {"password": NEW, "again": NEW})

    assert "Пароль сохранён" in answer.content.decode()
    employee.refresh_from_db()
    assert employee.check_password(NEW)
    assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "text"),
    [
        (NEW, NEW + "x", "не совпадают"),
        ("123", "123", "короткий"),
        ("karimov-2026", "karimov-2026", "похож"),
        ("", "", "Обязательное поле"),
    ],
)
def test_what_is_wrong_with_a_password_is_said_beside_it(
    client: Client, employee: User, password: str, again: str, text: str
) -> None:
    answer = client.post(_page_of(employee), {"password": password, "again": again})
    assert answer.status_code == 400
    assert text in answer.content.decode()
    assert not User.objects.get().check_password(password)


def test_the_pages_speak_english_too(client: Client, employee: User) -> None:
    assert (
        "Set a password"
        in client.get(_page_of(employee).replace("lang=ru", "lang=en")).content.decode()
    )
    assert "Forgotten password" in client.get(f"{FORGOT}?lang=en").content.decode()
    assert "Забыли пароль" in client.get(f"{FORGOT}?lang=xx").content.decode()


def test_forms_from_elsewhere_are_refused(employee: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(FORGOT, {"name": "karimov"}).status_code == 403
    assert client.post(_page_of(employee), {"password": NEW, "again": NEW}).status_code == 403
    assert not Job.objects.exists()


def test_the_page_of_signing_in_leads_here(client: Client) -> None:
    assert f'href="{FORGOT}' in client.get("/admin/login/").content.decode()


def test_the_log_hides_the_link(
    client: Client, employee: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "portal.request")
    page = _page_of(employee)
    client.get(page)
    assert "/account/password/..." in caplog.text
    assert page.split("?")[0].rsplit("/", 1)[1] not in caplog.text
