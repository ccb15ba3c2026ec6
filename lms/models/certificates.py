"""Certificates that people earned."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.models.base import CreatedModel, UUIDModel
from lms.models.courses import Course


class Certificate(UUIDModel, CreatedModel):
    """A certificate of a course."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="certificates",
    )
    course = models.ForeignKey(
        Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="certificates"
    )
    title = models.CharField(_("title"), max_length=255)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now, db_default=Now(), null=True)
    pdf_url = models.TextField(_("file"), null=True, blank=True)

    class Meta:
        db_table = "certificates"
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return self.title
