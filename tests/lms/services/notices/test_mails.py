"""Mails are queued, written in the person's language and sent by a real SMTP server."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from lms.models import Mail, MailStatus, Notice, Profile, User
from lms.services.notices import mails
from lms.services.notices.notices import notify
from portal.jobs import services
from portal.jobs.models import Job, JobStatus
from tests.mail_server import PASSWORD, USER, MailServer, header_of, self_signed, started, text_of

pytestmark = pytest.mark.django_db


def test_a_notice_is_mailed_in_cyrillic_with_text_and_html(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    notify(
        employee, kind="test", title="Выгрузка готова", text="Строк: 5", path="/x", by_mail="now"
    )

    run_jobs()

    (message,) = mail_server.messages
    mail = Mail.objects.get()
    assert header_of(message, "Subject") == "Выгрузка готова"
    assert header_of(message, "From").startswith("Учебный портал")
    assert mail_server.envelopes[0].rcpt_tos == ["karimov@example.com"]
    assert message["Message-ID"] == f"<{mail.pk}@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Каримов Ўткир" in text_of(message)
    assert "https://portal.example.com/x" in text_of(message)
    assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]
    assert (mail.status, mail.address) == (MailStatus.SENT, "karimov@example.com")
    assert mail.text == "", "nothing of a mail is kept where it is really sent"


def test_the_language_is_the_persons(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    Profile.objects.create(user=employee, language="en")
    notify(employee, kind="test", title="T", by_mail="now")
    run_jobs()
    assert "Hello, Каримов Ўткир!" in text_of(mail_server.messages[0])


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


def test_uzbek_letters_of_names_and_subjects_arrive(
    mail_server: MailServer, make_user: Callable[..., User], run_jobs: Callable[[], list[Job]]
) -> None:
    name = "Ғуломов Қаҳрамон Ўктамович"
    person = make_user("gulomov", full_name=name)
    subject = "Ўқув дастури: қувурни ғилдирак билан ҳайдаш, " + "жуда узун сарлавҳа " * 4
    notify(person, kind="test", title=subject, text="ў қ ғ ҳ", by_mail="now")

    run_jobs()

    (message,) = mail_server.messages
    assert header_of(message, "Subject") == subject.strip()
    assert name in text_of(message)
    assert name in text_of(message, "text/html")


def test_a_slow_server_is_told_in_words_and_tried_again(
    mail_server: MailServer,
    employee: User,
    run_jobs: Callable[[], list[Job]],
    mail_settings: LazySettings,
) -> None:
    mail_settings.EMAIL_TIMEOUT = 1
    mail_server.seconds = 5
    notify(employee, kind="test", title="T", by_mail="now")

    (job,) = run_jobs()

    assert job.status == JobStatus.READY
    assert Mail.objects.get().error == "Почтовый сервер не отвечает в течение 1 с."


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_server_with_starttls_and_a_password(
    mail_settings: LazySettings,
    employee: User,
    run_jobs: Callable[[], list[Job]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_trusted: bool,
) -> None:
    certificate, server = self_signed(tmp_path), MailServer()
    controller = started(server, certificate=certificate)
    mail_settings.EMAIL_PORT = controller.port
    mail_settings.EMAIL_USE_TLS = True
    mail_settings.EMAIL_HOST_USER, mail_settings.EMAIL_HOST_PASSWORD = USER, PASSWORD
    if is_trusted:
        monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(certificate))
    notify(employee, kind="test", title="T", by_mail="now")

    (job,) = run_jobs()
    controller.stop()

    if is_trusted:
        assert (job.status, len(server.messages)) == (JobStatus.SUCCESSFUL, 1)
    else:
        assert (job.status, server.messages) == (JobStatus.READY, [])
        assert "нет доверия" in Mail.objects.get().error


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("EMAIL_HOST_PASSWORD", "wrong", "не принимает имя или пароль"),
        ("EMAIL_USE_TLS", False, "EMAIL_SECURITY"),
    ],
)
def test_wrong_settings_are_tried_again_after_somebody_mends_them(
    mail_settings: LazySettings,
    employee: User,
    run_jobs: Callable[[], list[Job]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: object,
    words: str,
) -> None:
    certificate, server = self_signed(tmp_path), MailServer()
    controller = started(server, certificate=certificate)
    mail_settings.EMAIL_PORT = controller.port
    mail_settings.EMAIL_USE_TLS = True
    mail_settings.EMAIL_HOST_USER, mail_settings.EMAIL_HOST_PASSWORD = USER, PASSWORD
    setattr(mail_settings, name, value)
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(certificate))
    notify(employee, kind="test", title="T", by_mail="now")

    (job,) = run_jobs()
    controller.stop()

    mail = Mail.objects.get()
    assert (job.status, mail.status, server.messages) == (JobStatus.READY, MailStatus.QUEUED, [])
    assert words in mail.error


def test_a_server_without_starttls_is_not_used_where_the_settings_ask_for_it(
    mail_server: MailServer,
    employee: User,
    run_jobs: Callable[[], list[Job]],
    mail_settings: LazySettings,
) -> None:
    mail_settings.EMAIL_USE_TLS = True
    notify(employee, kind="test", title="T", by_mail="now")
    run_jobs()
    assert mail_server.messages == []
    assert "EMAIL_SECURITY" in Mail.objects.get().error


def test_a_mail_whose_acceptance_was_not_heard_is_repeated_with_the_same_message_id(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    mail_server.is_cut_after_data = True
    notify(employee, kind="test", title="T", by_mail="now")
    run_jobs()
    mail_server.is_cut_after_data = False
    Job.objects.update(run_after=None)

    run_jobs()

    first, second = mail_server.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert Mail.objects.get().status == MailStatus.SENT


def test_a_mail_that_failed_for_good_can_be_sent_again(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    mail_server.answer_to_recipient = "550 No such user"
    notify(employee, kind="test", title="T", by_mail="now")
    run_jobs()
    mail_server.answer_to_recipient = "250 OK"

    mails.send_again(Mail.objects.get())
    assert Mail.objects.get().status == MailStatus.QUEUED
    run_jobs()

    assert len(mail_server.messages) == 1
    with pytest.raises(services.NotRepeatable):
        mails.send_again(Mail.objects.get())


def test_the_last_attempt_of_the_job_is_the_last_of_the_mail(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    mail_server.answer_to_data = "450 Later"
    notify(employee, kind="test", title="T", by_mail="now")
    # Attempts of killed workers count, though the mail knows nothing of them.
    Job.objects.update(attempts=9)

    (job,) = run_jobs()

    assert (job.status, Mail.objects.get().status) == (JobStatus.FAILED, MailStatus.FAILED)


def test_a_mail_that_cannot_be_written_says_why(
    mail_server: MailServer, employee: User, run_jobs: Callable[[], list[Job]]
) -> None:
    notify(employee, kind="test", title="T", by_mail="now")
    Notice.objects.all().delete()
    run_jobs()
    assert "Не удалось составить письмо: DoesNotExist" in Mail.objects.get().error
