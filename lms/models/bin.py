"""The recycle bin: deleted content stays in its table, marked, until it is restored or purged."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.models.content import ContentManager, ContentModel, ContentQuerySet

KEEP_DAYS = 30


def default_expiry() -> datetime:
    """Return the time after which an entry that is made now may be purged."""
    return timezone.now() + timedelta(days=KEEP_DAYS)


class BinEntry(models.Model):
    """One deletion: the rows of an object and of all content below it point to it."""

    model = models.CharField(_("kind"), max_length=100)
    object_id = models.CharField(_("id"), max_length=64)
    title = models.CharField(_("title"), max_length=500)
    # Rows by the model's name, such as {"lesson": 3, "topic": 12}.
    counts = models.JSONField(_("contents"), default=dict)
    people = models.IntegerField(_("people with progress in it"), default=0)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("deleted by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    deleted_at = models.DateTimeField(_("deleted"), default=timezone.now)
    expires_at = models.DateTimeField(_("kept until"), default=default_expiry)

    class Meta:
        db_table = "bin_entries"
        verbose_name = _("deleted object")
        verbose_name_plural = _("bin")
        ordering = ["-deleted_at", "-pk"]
        indexes = [models.Index(fields=["model", "object_id"], name="bin_entries_object")]

    def __str__(self) -> str:
        return self.title


class VisibleManager(ContentManager):
    """Hides what is in the bin; foreign keys and cascades still find it by the base manager."""

    def get_queryset(self) -> ContentQuerySet[Any]:
        """Return the rows outside of the bin."""
        rows = cast("ContentQuerySet[Any]", super().get_queryset())
        return rows.filter(bin_entry__isnull=True)


class BinnableModel(ContentModel):
    """Content that is marked when it is deleted, and can be restored."""

    bin_entry = models.ForeignKey(
        BinEntry,
        verbose_name=_("in the bin"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )

    objects = VisibleManager()  # type: ignore[misc]  # Django lets models replace a manager
    everything = ContentManager()

    class Meta:
        abstract = True
        base_manager_name = "everything"

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Refuse a unique value that a row in the bin has: a restored row keeps its values."""
        super().validate_unique(exclude)
        errors = {}
        for column in self._meta.concrete_fields:
            if not column.unique or not column.editable or column.name in (exclude or ()):
                continue
            taken = self._in_bin_with(column)
            if taken is not None:
                text = _(
                    "“%(title)s” in the bin uses it. Restore that object or choose another value."
                )
                errors[column.name] = ValidationError(
                    text, code="unique_in_bin", params={"title": taken}
                )
        if errors:
            raise ValidationError(errors)

    def _in_bin_with(self, column: models.Field) -> "BinnableModel | None":
        value = getattr(self, column.attname)
        if column.primary_key or value is None:
            return None
        rows = type(self).everything.filter(bin_entry__isnull=False, **{column.attname: value})
        return rows.exclude(pk=self.pk).first()


class VersionedModel(models.Model):
    """Content with a number that each save increases, so that two editors notice each other."""

    version = models.IntegerField(_("version"), default=0, db_default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Increase the version and save."""
        if not self._state.adding:
            self.version += 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "version"}
        super().save(*args, **kwargs)
