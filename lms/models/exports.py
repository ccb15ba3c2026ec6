"""Exports that are too large to wait for: a worker prepares the file, a person fetches it."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.models.accounts import User
from lms.models.base import UUIDModel


class Export(UUIDModel):
    """One export of a list of the admin, by the person who asked for it."""

    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="exports"
    )
    # The name of a model of this app, as in `enrollment`.
    model = models.CharField(_("list"), max_length=100)
    # Of the list's address. A search may hold a name, so it is emptied once the file is ready.
    query = models.TextField(_("filters"), blank=True, default="")
    format = models.CharField(_("format"), max_length=10)
    language = models.CharField(_("language"), max_length=10)
    # Of what is being prepared, so that a second click finds it; null once the file is ready.
    request_key = models.CharField(_("unique key"), max_length=64, null=True, blank=True)
    object_key = models.CharField(_("file"), max_length=200, blank=True, default="")
    rows = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now())
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"))

    class Meta:
        db_table = "exports"
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "request_key"], name="exports_being_prepared"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="exports_expire")]

    def __str__(self) -> str:
        return f"{self.model}.{self.format}"
