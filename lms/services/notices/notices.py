"""Tells people something inside the portal, and by mail where they have an address."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from lms.models import Notice, User
from lms.services.notices import mails
from lms.services.notices.recipients import language_of, wants_mail
from portal.jobs.tasks import task


def notify(
    user: User,
    *,
    kind: str,
    title: Any,
    text: Any = "",
    path: str = "",
    by_mail: str = "digest",
) -> Notice:
    """Tell a person something; lazy texts are rendered in the person's language.

    by_mail: "now" sends a mail of its own, "digest" adds it to the next daily mail, "never" is for
        what has its own mail or needs none.
    """
    with override(language_of(user)):
        notice = Notice(user=user, kind=kind, title=str(title)[:200], text=str(text), path=path)
    now = timezone.now()
    if by_mail != "digest":
        notice.mailed_at = now
    notice.save(force_insert=True)
    if by_mail == "now" and wants_mail(user):
        mails.queue(user, kind="notice", task=send_notice, data={"notice": str(notice.pk)})
    return notice


@task(title=_("Send a notice by mail"), atomic=False, priority=mails.MAIL_PRIORITY)
def send_notice(mail_id: str) -> None:
    """Send one notice as a mail."""
    mails.deliver(mail_id, lambda _user, data: {"notice": Notice.objects.get(pk=data["notice"])})


def mark_read(user: User, ids: list[UUID] | None = None) -> int:
    """Mark a person's notices as read, all or those named; return how many were unread."""
    unread = Notice.objects.filter(user=user).unread()
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return unread.update(read_at=timezone.now())
