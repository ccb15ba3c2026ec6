"""Counters of attempts that are limited: sign-ins, links, guesses."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AttemptCounter(models.Model):
    """How often something was tried lately; in the database, so that it works without the cache."""

    key = models.CharField(_("key"), max_length=100, primary_key=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    blocked_until = models.DateTimeField(_("blocked until"), null=True, blank=True)
    # The first attempt of the present period.
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        db_table = "attempt_counters"
        verbose_name = _("attempt counter")
        verbose_name_plural = _("attempt counters")
        indexes = [models.Index(fields=["since"], name="attempt_counters_since")]

    def __str__(self) -> str:
        return self.key
