"""Links to set a password: who gets one, how often it works, and what ends it."""

import re
from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
from django.conf import LazySettings
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from lms.errors import LinkExpired, MailNotSetUp, NoMailAddress, TooManyFromNetwork
from lms.models import Mail, Notice, User
from lms.services.accounts import password_links, sign_in
from lms.services.accounts.password_links import INVITATION, RESET
from portal.jobs.models import Job

pytestmark = pytest.mark.django_db
NEW = "Новый-Пароль-2026"


@pytest.fixture
def employee(make_user: Callable[..., User]) -> User:
    """Return a person with an address."""
    return make_user("karimov", email="karimov@example.com")


def _token(link: str) -> str:
    match = re.search(r"/account/password/([^?]+)", link)
    assert match
    return match[1]


def test_a_link_sets_the_password_once_and_ends_all_sessions(employee: User) -> None:
    session = sign_in.log_in(employee).session
    employee.refresh_from_db()
    token = _token(password_links.make_link(employee, RESET))

    password_links.set_password_by_link(token, NEW)

    employee.refresh_from_db()
    session.refresh_from_db()
    assert employee.check_password(NEW)
    assert session.revoked_at is not None
    assert Notice.objects.get().kind == "password_changed"
    with pytest.raises(LinkExpired):
        password_links.set_password_by_link(token, NEW + "2")


@pytest.mark.parametrize(
    "change",
    [{"email": "other@example.com"}, {"is_active": False}, {"last_login": timezone.now()}],
    ids=["another address", "switched off", "signed in"],
)
def test_what_ends_a_link(employee: User, change: dict[str, object]) -> None:
    token = _token(password_links.make_link(employee, RESET))
    assert password_links.user_of_link(token) == employee
    User.objects.filter(pk=employee.pk).update(**change)
    with pytest.raises(LinkExpired):
        password_links.user_of_link(token)


@pytest.mark.parametrize(
    ("purpose", "works_for", "ends_after"),
    [
        (RESET, timedelta(minutes=59), timedelta(minutes=61)),
        (INVITATION, timedelta(days=6), timedelta(days=8)),
    ],
)
def test_a_link_has_its_time(
    employee: User, purpose: str, works_for: timedelta, ends_after: timedelta
) -> None:
    token = _token(password_links.make_link(employee, purpose))
    now = timezone.now().timestamp()
    with mock.patch("django.core.signing.time.time", return_value=now + works_for.total_seconds()):
        assert password_links.user_of_link(token) == employee
    late = now + ends_after.total_seconds()
    with mock.patch("django.core.signing.time.time", return_value=late), pytest.raises(LinkExpired):
        password_links.user_of_link(token)


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "ы" * 40, "W10:1abc:def"])
def test_a_made_up_link_is_refused(token: str) -> None:
    with pytest.raises(LinkExpired):
        password_links.user_of_link(token)


def test_a_weak_password_is_refused_and_the_link_still_works(employee: User) -> None:
    token = _token(password_links.make_link(employee, RESET))
    with pytest.raises(ValidationError):
        password_links.set_password_by_link(token, "12345")
    assert password_links.user_of_link(token) == employee


def test_the_link_comes_by_mail_and_stands_nowhere_else(
    employee: User, run_jobs: Callable[[], list[Job]], settings: LazySettings
) -> None:
    settings.MAIL_OUTBOX = False
    password_links.request_reset("KARIMOV@example.com", address="10.0.0.1")
    run_jobs()
    run_jobs()

    (message,) = django_mail.outbox
    token = _token(str(message.body))
    assert password_links.user_of_link(token) == employee
    assert message.to == ["karimov@example.com"]
    stored = [str(row) for model in (Mail, Notice, Job) for row in model.objects.values()]
    assert not [text for text in stored if token in text]


def test_known_and_unknown_names_leave_the_same_job(make_user: Callable[..., User]) -> None:
    make_user("karimov")
    password_links.request_reset("karimov", address=None)
    password_links.request_reset("nobody", address=None)
    known, unknown = Job.objects.order_by("created_at")
    assert known.task == unknown.task
    assert (len(known.arguments["args"][0]), len(unknown.arguments["args"][0])) == (1, 0)


def test_asking_often_sends_one_mail(employee: User, run_jobs: Callable[[], list[Job]]) -> None:
    for _time in range(3):
        password_links.request_reset("karimov", address=None)
    run_jobs()
    assert Mail.objects.count() == 1


def test_one_network_may_ask_so_many_times(employee: User) -> None:
    for _time in range(20):
        password_links.request_reset("nobody", address="10.0.0.1")
    with pytest.raises(TooManyFromNetwork):
        password_links.request_reset("karimov", address="10.0.0.1")
    password_links.request_reset("karimov", address="10.0.0.2")


def test_accounts_with_one_address_get_a_link_each(
    employee: User, make_user: Callable[..., User], run_jobs: Callable[[], list[Job]]
) -> None:
    make_user("karimov2", email="Karimov@example.com")
    password_links.request_reset("karimov@example.com", address=None)
    run_jobs()
    assert Mail.objects.count() == 2


def test_an_invitation_needs_an_address(
    employee: User, make_user: Callable[..., User], settings: LazySettings
) -> None:
    without = make_user("rakhimov", email="")
    assert password_links.invite([employee, without]) == 1
    with pytest.raises(NoMailAddress):
        password_links.invite([without])
    settings.MAIL_ENABLED = False
    with pytest.raises(MailNotSetUp):
        password_links.invite([employee])
