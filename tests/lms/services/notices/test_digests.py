"""The daily digest: one mail for each person and day with what was neither read nor mailed."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms.models import Mail, Notice, Profile, User
from lms.services.notices.digests import queue_digests, send_digest
from lms.services.notices.notices import mark_read, notify
from portal.jobs.models import Job
from tests.mail_server import MailServer, header_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both]
_NUMBERS = count()


def _tell(user: User, title: str = "Новая программа", **options: str) -> Notice:
    return notify(user, kind="test", title=title, **options)


def test_a_digest_lists_what_is_unread_and_not_mailed(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    _tell(employee, "Прочитано")
    mark_read(employee)
    _tell(employee, "Уже в письме", by_mail="never")
    _tell(employee, "Новая программа", text="КС-3", path="/courses/7")
    _tell(employee, "Срок обучения")

    assert queue_digests.call() == 1
    run_jobs()

    (message,) = mail_server.messages
    text = text_of(message)
    assert header_of(message, "Subject") == "2 новых уведомления на учебном портале"
    assert "* Новая программа\nКС-3\nhttps://portal.example.com/courses/7" in text
    assert "* Срок обучения" in text
    assert "Прочитано" not in text
    assert "Уже в письме" not in text
    assert "https://portal.example.com/\n" in text
    assert "КС-3" in text_of(message, "text/html")
    assert not Notice.objects.filter(mailed_at=None, read_at=None).exists()


def test_there_is_one_digest_a_day_and_what_comes_later_waits_for_tomorrow(
    mail_server: MailServer, employee: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tell(employee, "Утро")
    assert queue_digests.call() == 1
    _tell(employee, "День")

    assert queue_digests.call() == 0
    assert Notice.objects.get(title="День").mailed_at is None

    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert queue_digests.call() == 1
    assert Mail.objects.count() == 2
    assert Notice.objects.get(title="День").mailed_at == tomorrow


def test_the_day_is_that_of_the_portal(
    mail_server: MailServer, employee: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 20:00 in London it is tomorrow in Tashkent."""
    late = timezone.now().replace(
        year=2026, month=11, day=30, hour=20, minute=0, tzinfo=timezone.get_fixed_timezone(0)
    )
    monkeypatch.setattr(timezone, "now", lambda: late)
    _tell(employee)
    queue_digests.call()
    assert Mail.objects.get().unique_key == f"digest:{employee.pk}:2026-12-01"


def test_nobody_else_gets_one(make_user: Callable[..., User], mail_server: MailServer) -> None:
    without_address, with_empty_address = make_user("a", email=None), make_user("b", email="")
    switched_off = make_user("c", is_active=False)
    without_mail, has_answered_nothing = make_user("d"), make_user("e")
    Profile.objects.create(user=without_mail, email_notifications=False)
    Profile.objects.create(user=has_answered_nothing, email_notifications=None)
    make_user("without-news")
    for user in (without_address, with_empty_address, switched_off, without_mail):
        _tell(user)
    _tell(has_answered_nothing)

    assert queue_digests.call() == 1

    assert Mail.objects.get().user == has_answered_nothing
    assert Notice.objects.filter(mailed_at=None).count() == 4


def test_old_news_is_not_mailed_to_who_gives_an_address_late(
    mail_server: MailServer, employee: User
) -> None:
    _tell(employee)
    Notice.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert queue_digests.call() == 0


def test_without_a_mail_server_nothing_is_marked(employee: User, settings: LazySettings) -> None:
    settings.MAIL_ENABLED = False
    _tell(employee)
    assert queue_digests.call() == 0
    assert Notice.objects.get().mailed_at is None


def test_many_notices_make_a_short_mail(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    for number in range(23):
        _tell(employee, f"Новость {number}")
    queue_digests.call()
    run_jobs()
    (message,) = mail_server.messages
    assert text_of(message).count("* Новость") == 20
    assert "И ещё 3." in text_of(message)
    assert "И ещё 3." in text_of(message, "text/html")


def test_the_mail_is_in_the_persons_language(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    Profile.objects.create(user=employee, language="en")
    _tell(employee)
    queue_digests.call()
    run_jobs()
    assert header_of(mail_server.messages[0], "Subject") == "1 new notice in the education portal"


def test_the_number_of_queries_for_each_person_is_small(
    mail_server: MailServer, make_user: Callable[..., User]
) -> None:
    for _ in range(3):
        _tell(make_user(f"u{next(_NUMBERS)}"))
    with CaptureQueriesContext(connection) as queries:
        assert queue_digests.call() == 3
    # The count, the batch and the empty batch after it; for each person the notices, mail and job
    # with a look at each, the mark, and the transaction.
    assert len(queries) <= 3 + 3 * 10


def test_a_digest_has_a_task_of_its_own(employee: User, mail_server: MailServer) -> None:
    _tell(employee)
    queue_digests.call()
    mail = Mail.objects.get()
    assert Job.objects.get().task == send_digest.module_path
    assert Job.objects.get().arguments["args"] == [str(mail.pk)]
