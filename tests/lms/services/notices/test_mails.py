"""Mails are queued, written in the person's language and sent by a real SMTP server."""

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.conf import LazySettings

from lms.models import Mail, MailStatus, Notice, Profile, User
from lms.services.notices.notices import notify
from portal.jobs.models import Job, JobStatus
from tests.deploy.nginx_process import free_port

pytestmark = pytest.mark.django_db


class MailServer:
    """A real SMTP server that keeps what it gets, or answers as told."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 OK"

    async def handle_RCPT(self, *args: Any) -> str:
        """Accept or refuse a recipient."""
        _server, _session, envelope, address, _options = args
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, *args: Any) -> str:
        """Accept or refuse a mail."""
        if self.answer_to_data.startswith("250"):
            self.envelopes.append(args[2])
        return self.answer_to_data

    @property
    def messages(self) -> list[Message]:
        """The mails that were accepted."""
        return [message_from_bytes(envelope.original_content) for envelope in self.envelopes]


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[MailServer]:
    """Run an SMTP server on a free port, and let the portal send by it."""
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_USE_TLS = False
    settings.MAIL_OUTBOX = False
    settings.MAIL_LINK_BASE = "https://portal.example.com"
    settings.DEFAULT_FROM_EMAIL = "Учебный портал <portal@example.com>"
    yield server
    controller.stop()


@pytest.fixture
def employee(make_user: Callable[..., User]) -> User:
    """Return a person with an address."""
    return make_user("karimov", full_name="Каримов Ўткир", email="karimov@example.com")


def _text(message: Message) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    return part.get_payload(decode=True).decode()


def test_a_notice_is_mailed_in_cyrillic_with_text_and_html(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    notify(
        employee, kind="test", title="Выгрузка готова", text="Строк: 5", path="/x", by_mail="now"
    )

    run_jobs()

    (message,) = mail_server.messages
    mail = Mail.objects.get()
    assert str(make_header(decode_header(message["Subject"]))) == "Выгрузка готова"
    assert str(make_header(decode_header(message["From"]))).startswith("Учебный портал")
    assert mail_server.envelopes[0].rcpt_tos == ["karimov@example.com"]
    assert message["Message-ID"] == f"<{mail.pk}@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Каримов Ўткир" in _text(message)
    assert "https://portal.example.com/x" in _text(message)
    assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]
    assert (mail.status, mail.address) == (MailStatus.SENT, "karimov@example.com")
    assert mail.text == "", "nothing of a mail is kept where it is really sent"


def test_the_language_is_the_persons(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    Profile.objects.create(user=employee, language="en")
    notify(employee, kind="test", title="T", by_mail="now")
    run_jobs()
    assert "Hello, Каримов Ўткир!" in _text(mail_server.messages[0])


@pytest.mark.parametrize(
    ("answer", "status", "job_status"),
    [
        ("550 No such user", MailStatus.FAILED, JobStatus.FAILED),
        ("450 Mailbox busy", MailStatus.QUEUED, JobStatus.READY),
    ],
)
def test_a_refused_address_is_final_and_a_busy_one_is_tried_again(
    mail_server: MailServer,
    employee: User,
    run_jobs: Callable[[], list[Job]],
    answer: str,
    status: MailStatus,
    job_status: JobStatus,
) -> None:
    mail_server.answer_to_recipient = answer
    notify(employee, kind="test", title="T", by_mail="now")

    (job,) = run_jobs()

    mail = Mail.objects.get()
    assert (mail.status, job.status) == (status, job_status)
    assert answer in mail.error

    mail_server.answer_to_recipient = "250 OK"
    Job.objects.update(status=JobStatus.READY, run_after=None)
    run_jobs()
    assert len(mail_server.messages) == 1
    mail.refresh_from_db()
    assert (mail.status, mail.error) == (MailStatus.SENT, "")


def test_a_server_that_is_away_is_told_in_words_and_tried_again(
    mail_server: MailServer,
    employee: User,
    run_jobs: Callable[[], list[Job]],
    settings: LazySettings,
) -> None:
    settings.EMAIL_PORT = 1
    notify(employee, kind="test", title="T", by_mail="now")
    (job,) = run_jobs()
    assert job.status == JobStatus.READY
    assert "не отвечает" in Mail.objects.get().error


def test_people_without_an_address_get_the_notice_alone(make_user: Callable[..., User]) -> None:
    person = make_user(email=None)
    notify(person, kind="test", title="T", by_mail="now")
    assert Notice.objects.get().user == person
    assert not Mail.objects.exists()
    assert not Job.objects.exists()


def test_a_switch_of_the_profile_keeps_ordinary_mail_away(employee: User) -> None:
    Profile.objects.create(user=employee, email_notifications=False)
    notify(employee, kind="test", title="T", by_mail="now")
    assert not Mail.objects.exists()


def test_nothing_is_sent_to_an_account_that_was_switched_off(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    notify(employee, kind="test", title="T", by_mail="now")
    employee.is_active = False
    employee.save()
    run_jobs()
    assert mail_server.messages == []
    assert Mail.objects.get().status == MailStatus.SKIPPED


def test_a_title_with_a_line_break_cannot_add_a_header(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    notify(employee, kind="test", title="T\nBcc: other@example.com", by_mail="now")
    run_jobs()
    (message,) = mail_server.messages
    assert message["Bcc"] is None
    assert mail_server.envelopes[0].rcpt_tos == ["karimov@example.com"]
