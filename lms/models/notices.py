"""What the portal tells people: notices inside the portal, and mails."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.models.accounts import User
from lms.models.base import ApiModel, UUIDModel

# A kind without a word here is shown by its name.
MAIL_KINDS = {
    "notice": _("notice"),
    "digest": _("daily digest"),
    "weekly_report": _("weekly report"),
    "test": _("test message"),
    "invitation": _("invitation"),
    "password_reset": _("link to set a password"),
    "export": _("export"),
}


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Conditions on notices."""

    def unread(self) -> "NoticeQuerySet":
        """Keep what the person has not read."""
        return self.filter(read_at=None)

    def for_digest(self) -> "NoticeQuerySet":
        """Keep what was neither read nor mailed."""
        return self.filter(read_at=None, mailed_at=None)


class Notice(UUIDModel, ApiModel):
    """A message to one person, shown inside the portal; people without e-mail rely on it."""

    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True, default="")
    # Of a page of the portal, from its root.
    path = models.CharField(_("address"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now())
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    # Sent by a mail of its own or with a digest, or not meant for mail.
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    API_FIELDS = ("id", "kind", "title", "text", "path", "created_at", "read_at")

    class Meta:
        db_table = "notices"
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notices_of_user"),
            models.Index(
                fields=["user"],
                name="notices_unmailed",
                condition=models.Q(read_at=None, mailed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MailStatus(models.TextChoices):
    """What became of a mail."""

    QUEUED = "queued", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not delivered")
    # Since it was queued the address was removed or the account switched off.
    SKIPPED = "skipped", _("not needed any more")


class Mail(UUIDModel):
    """A mail to one person. It is written when it is sent, so no link that it holds is stored."""

    user = models.ForeignKey(
        User, verbose_name=_("recipient"), on_delete=models.CASCADE, related_name="mails"
    )
    kind = models.CharField(_("kind"), max_length=40)
    data = models.JSONField(_("data"), default=dict)
    status = models.CharField(
        _("status"), max_length=10, choices=MailStatus, default=MailStatus.QUEUED
    )
    unique_key = models.CharField(_("unique key"), max_length=200, null=True, blank=True)
    address = models.EmailField(_("e-mail"), max_length=100, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=300, blank=True, default="")
    error = models.TextField(_("error"), blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Kept only in the embedded run, whose outbox page shows them instead of sending.
    text = models.TextField(_("text"), blank=True, default="")
    html = models.TextField(_("HTML"), blank=True, default="")
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now())
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        db_table = "mails"
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=MailStatus.values), name="mails_status"
            ),
            models.UniqueConstraint(fields=["unique_key"], name="mails_unique_key"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="mails_of_user"),
            models.Index(fields=["-created_at"], name="mails_created"),
        ]

    def __str__(self) -> str:
        return self.subject or self.kind_word

    @property
    def kind_word(self) -> str:
        """The kind in words."""
        return str(MAIL_KINDS.get(self.kind, self.kind))
