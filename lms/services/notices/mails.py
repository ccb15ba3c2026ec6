"""Queues mails and sends them: one job for each, tried again while the mail server refuses.

A kind of mail is a task beside the rule that needs it. The task calls `deliver` with what its
templates `lms/mail/KIND.txt` and `KIND.html` show. So a link with a secret is made when the mail
is sent and stored nowhere.

A mail may arrive twice if the worker dies between the server's answer and our note of it. Both
copies have the same Message-ID, by which mail programs show one.
"""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.models import Mail, MailStatus, User
from lms.services.notices.recipients import language_of, mail_address
from portal.jobs.errors import PermanentError
from portal.jobs.tasks import MAX_ATTEMPTS, JobTask

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

    The second call with a unique key returns the mail of the first.
    """
    if not settings.MAIL_ENABLED or not mail_address(user):
        return None
    mail = Mail(user=user, kind=kind, data=data or {}, unique_key=unique_key)
    with transaction.atomic():
        if unique_key is None:
            mail.save(force_insert=True)
        else:
            Mail.objects.bulk_create([mail], ignore_conflicts=True)
            mail = Mail.objects.get(unique_key=unique_key)
        task.using(unique_key=f"mail:{mail.pk}").enqueue(str(mail.pk))
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
    address = mail_address(mail.user)
    if not address:
        mail.status = MailStatus.SKIPPED
        mail.save(update_fields=["status"])
        return
    with override(language_of(mail.user)):
        content = render(mail.kind, {"user": mail.user, **make_context(mail.user, mail.data)})
    mail.address, mail.subject = address, content.subject
    _send_and_note(mail, content)


def render(kind: str, context: dict[str, Any]) -> Content:
    """Render the templates of a kind in the active language."""
    shown = {"link_base": settings.MAIL_LINK_BASE, **context}
    # The first line of the text is the subject.
    text = render_to_string(f"lms/mail/{kind}.txt", shown).strip()
    subject, _sep, body = text.partition("\n")
    html = render_to_string(f"lms/mail/{kind}.html", {**shown, "subject": subject.strip()})
    return Content(subject.strip(), body.strip() + "\n", html)


def _send_and_note(mail: Mail, content: Content) -> None:
    mail.attempts += 1
    try:
        _send(mail, content)
    except smtplib.SMTPException as error:
        is_final = is_refusal(error)
        _note_failure(mail, describe(error), is_final=is_final)
        if is_final:
            raise PermanentError(describe(error)) from error
        raise
    except OSError as error:
        _note_failure(mail, describe(error), is_final=False)
        raise
    mail.status, mail.error, mail.sent_at = MailStatus.SENT, "", timezone.now()
    if settings.MAIL_OUTBOX:
        mail.text, mail.html = content.text, content.html
    mail.save()


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
    message.send()


def _note_failure(mail: Mail, text: str, *, is_final: bool) -> None:
    if is_final or mail.attempts >= MAX_ATTEMPTS:
        mail.status = MailStatus.FAILED
    mail.error = text[:_ERROR_LENGTH]
    mail.save()


def is_refusal(error: smtplib.SMTPException) -> bool:
    """Tell whether a server refuses this mail for good; wrong settings of ours do not count."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError):
        return False
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def describe(error: Exception) -> str:
    """Return what went wrong in words for the people who run the portal."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reason = next(iter(error.recipients.values()))
        return _("The mail server refuses the address: %s") % _answer(code, reason)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The mail server refuses the portal's own name or password.")
    if isinstance(error, smtplib.SMTPResponseException):
        return _("The mail server refuses the mail: %s") % _answer(
            error.smtp_code, error.smtp_error
        )
    return _("The mail server cannot be reached: %s") % (str(error) or type(error).__name__)


def _answer(code: int, reason: bytes | str) -> str:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return f"{code} {text}"
