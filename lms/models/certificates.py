"""Certificates of people, and their numbers."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.models.base import CreatedModel, UUIDModel
from lms.models.courses import Course, CourseProgram


class CertificateQuerySet(models.QuerySet):
    """Conditions on certificates."""

    def valid(self) -> "CertificateQuerySet":
        """Keep those that nobody revoked."""
        return self.filter(revoked_at__isnull=True)


class Certificate(UUIDModel, CreatedModel):
    """A certificate of a program; it stores the printed texts as they were when it was issued.

    Rows of other tools name a course and have no number, so they have no public page.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="certificates",
    )
    course = models.ForeignKey(
        Course,
        verbose_name=_("course"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="certificates",
    )
    course_program = models.ForeignKey(
        CourseProgram,
        verbose_name=_("course program"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="certificates",
    )
    title = models.CharField(_("title"), max_length=255)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now, db_default=Now(), null=True)
    pdf_url = models.TextField(_("file"), null=True, blank=True)
    number = models.CharField(_("number"), max_length=40, unique=True, null=True, blank=True)
    holder_name = models.CharField(_("holder"), max_length=255, null=True, blank=True)
    program_title = models.CharField(_("program"), max_length=500, null=True, blank=True)
    hours = models.CharField(_("duration"), max_length=100, null=True, blank=True)
    score = models.IntegerField(_("score, %"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_reason = models.TextField(_("reason"), null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        db_table = "certificates"
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course_program"],
                condition=models.Q(revoked_at__isnull=True),
                name="certificates_one_valid_per_program",
            ),
            models.CheckConstraint(
                condition=models.Q(score__gte=0, score__lte=100), name="certificates_score"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def is_valid(self) -> bool:
        """Whether nobody revoked it."""
        return self.revoked_at is None


class CertificateCounter(models.Model):
    """The last certificate number of a year; a lock on its row prevents equal numbers."""

    year = models.IntegerField(_("year"), primary_key=True)
    last = models.IntegerField(_("last number"), default=0, db_default=0)

    class Meta:
        db_table = "certificate_counters"
        verbose_name = _("certificate counter")
        verbose_name_plural = _("certificate counters")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
