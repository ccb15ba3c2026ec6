"""Queues mails and sends them: one job for each, tried again while the mail server refuses.

A kind of mail is a task beside the rule that needs it. The task calls `deliver` with what its
templates `lms/mail/KIND.txt` and `KIND.html` show. So a link with a secret is made when the mail
is sent and stored nowhere.

A mail may arrive twice if the worker dies between the server's answer and our note of it. Both
copies have the same Message-ID, by which mail programs show one.
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.models import Mail, MailStatus, User
from lms.services.notices.recipients import language_of, mail_address
from portal.jobs.backend import find_task
from portal.jobs.errors import PermanentError
from portal.jobs.models import Job
from portal.jobs.services import NotRepeatable, retry
from portal.jobs.tasks import JobTask

# What a person waits for comes before what runs by itself.
MAIL_PRIORITY = 10
_ERROR_LENGTH = 500


@dataclass(frozen=True)
class Content:
    """A mail as it is sent."""

    subject: str
    text: str
    html: str


def queue(
    user: User,
    *,
    kind: str,
    task: JobTask,
    data: dict[str, Any] | None = None,
    unique_key: str | None = None,
) -> Mail | None:
    """Queue a mail; return None for a person without an address, or where mail is not set up.

    The second call with a unique key returns the mail of the first. An `address` in the data is
    used instead of the person's own.
    """
    mail = Mail(user=user, kind=kind, data=data or {}, unique_key=unique_key)
    if not settings.MAIL_ENABLED or not _address_of(mail):
        return None
    with transaction.atomic():
        if unique_key is None:
            mail.save(force_insert=True)
        else:
            Mail.objects.bulk_create([mail], ignore_conflicts=True)
            mail = Mail.objects.get(unique_key=unique_key)
        task.using(unique_key=_job_key(mail)).enqueue(str(mail.pk))
    return mail


def deliver(mail_id: str, make_context: Callable[[User, dict[str, Any]], dict[str, Any]]) -> None:
    """Write and send a queued mail; called by the task of its kind.

    Raises:
        PermanentError: the server will not take it, now or later.
        OSError, smtplib.SMTPException: it may take it later.
    """
    mail = Mail.objects.select_related("user__profile").get(pk=mail_id)
    if mail.status in {MailStatus.SENT, MailStatus.SKIPPED}:
        return
    mail.attempts += 1
    mail.address = _address_of(mail)
    if not mail.address:
        mail.status = MailStatus.SKIPPED
        mail.save()
        return
    try:
        with override(language_of(mail.user)):
            content = render(mail.kind, {"user": mail.user, **make_context(mail.user, mail.data)})
        mail.subject = content.subject
        _send(mail, content)
    except Exception as error:  # whatever it is, the mail's row says so; the queue tries again
        _note_failure(mail, error)
        if is_refusal(error):
            raise PermanentError(describe(error)) from error
        raise
    _note_success(mail, content)


def send_again(mail: Mail) -> None:
    """Queue a mail again that was not delivered, with all its attempts.

    Raises:
        NotRepeatable: it was sent, waits or is not needed any more.
    """
    job = job_of(mail)
    if job is None or mail.status in {MailStatus.SENT, MailStatus.SKIPPED}:
        raise NotRepeatable
    with transaction.atomic():
        retry(job)
        Mail.objects.filter(pk=mail.pk).update(status=MailStatus.QUEUED, error="")


def job_of(mail: Mail) -> Job | None:
    """Return the job that sends a mail; None once its result has expired."""
    return Job.objects.filter(unique_key=_job_key(mail)).first()


def _job_key(mail: Mail) -> str:
    return f"mail:{mail.pk}"


def _address_of(mail: Mail) -> str:
    own = mail_address(mail.user)
    return str(mail.data.get("address", own)) if mail.user.is_active else ""


def render(kind: str, context: dict[str, Any]) -> Content:
    """Render the templates of a kind in the active language."""
    shown = {"link_base": settings.MAIL_LINK_BASE, **context}
    # The first line of the text is the subject.
    text = render_to_string(f"lms/mail/{kind}.txt", shown).strip()
    subject, _sep, body = text.partition("\n")
    html = render_to_string(f"lms/mail/{kind}.html", {**shown, "subject": subject.strip()})
    return Content(subject.strip(), body.strip() + "\n", html)


def _send(mail: Mail, content: Content) -> None:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    message = EmailMultiAlternatives(
        subject=content.subject,
        body=content.text,
        to=[mail.address],
        headers={
            "Message-ID": f"<{mail.pk}@{domain}>",
            # Nobody's absence note answers it.
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(content.html, "text/html")
    connection = get_connection()
    try:
        connection.send_messages([message])
    finally:
        # Django closes it only after success.
        connection.close()


def _note_success(mail: Mail, content: Content) -> None:
    mail.status, mail.error, mail.sent_at = MailStatus.SENT, "", timezone.now()
    if settings.MAIL_OUTBOX:
        mail.text, mail.html = content.text, content.html
    mail.save()


def _note_failure(mail: Mail, error: Exception) -> None:
    # The job counts the attempts of killed workers too.
    job = job_of(mail)
    is_last = job is not None and job.attempts >= find_task(job.task).max_attempts
    if is_refusal(error) or is_last:
        mail.status = MailStatus.FAILED
    mail.error = describe(error)[:_ERROR_LENGTH]
    mail.save()


def is_refusal(error: Exception) -> bool:
    """Tell whether a mail is refused for good; wrong settings of ours do not count."""
    if isinstance(error, PermanentError):
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError):
        return False
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def describe(error: Exception) -> str:
    """Return what went wrong in words for the people who run the portal."""
    if isinstance(error, smtplib.SMTPException):
        return _describe_answer(error)
    if isinstance(error, TimeoutError):
        return _("The mail server does not answer within %d seconds.") % int(settings.EMAIL_TIMEOUT)
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = str(error.verify_message)
        return _("The certificate of the mail server is not trusted: %s") % reason
    reason = str(error) or type(error).__name__
    if isinstance(error, OSError):
        return _("The mail server cannot be reached: %s") % reason
    if isinstance(error, PermanentError):
        return reason
    return _("The mail could not be written: %s") % f"{type(error).__name__}: {error}"


def _describe_answer(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reason = next(iter(error.recipients.values()))
        return _("The mail server refuses the address: %s") % _answer(code, reason)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The mail server refuses the portal's own name or password.")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return (
            _("The mail server does not offer what EMAIL_SECURITY and EMAIL_HOST_USER ask for: %s")
            % error
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return _("The mail server refuses the mail: %s") % _answer(
            error.smtp_code, error.smtp_error
        )
    # smtplib wraps a time-out in an error of its own.
    if isinstance(error.__context__, TimeoutError):
        return describe(error.__context__)
    return _("The mail server cannot be reached: %s") % (str(error) or type(error).__name__)


def _answer(code: int, reason: bytes | str) -> str:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return f"{code} {text}"
