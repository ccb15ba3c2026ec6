"""The history of content: one row for each change of one object."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Columns that are computed from others or count saves; a change of these alone is not recorded.
SILENT_COLUMNS = frozenset(
    {"created_at", "updated_at", "version", "tree_version", "bin_entry_id", "courses_count"}
    | {"topics_count", "lessons_count", "tests_count", "questions_count"}
)

State = dict[str, Any]


def model_name_of(model: type[models.Model] | models.Model) -> str:
    """Return the name by which the history and the bin store a model."""
    return model._meta.model_name or ""


def differs(before: State, after: State) -> bool:
    """Tell whether two states differ in a column that the history shows."""
    names = (before | after).keys() - SILENT_COLUMNS
    return any(before.get(name) != after.get(name) for name in names)


class ChangeKind(models.TextChoices):
    """What a change did to its object."""

    CREATED = "create", _("created")
    CHANGED = "change", _("changed")
    DELETED = "delete", _("deleted")
    RESTORED = "restore", _("restored")


class ContentChange(models.Model):
    """A change of an object of content: who, when, and its columns before and after."""

    # All changes of one operation, that is of one request or command, carry the same id.
    act_id = models.UUIDField(_("act"), default=uuid.uuid4, editable=False)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    kind = models.CharField(_("what"), max_length=10, choices=ChangeKind)
    model = models.CharField(_("kind of object"), max_length=100)
    object_id = models.CharField(_("id"), max_length=64)
    title = models.CharField(_("object"), max_length=500)
    # The program or station that the object belongs to.
    root_model = models.CharField(_("part of"), max_length=100, blank=True, default="")
    root_id = models.CharField(_("part of, id"), max_length=64, blank=True, default="")
    # Values by column, as JSON holds them; null before a creation and after a deletion.
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)

    class Meta:
        db_table = "content_changes"
        verbose_name = _("change")
        verbose_name_plural = _("history")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["model", "object_id", "-id"], name="content_changes_object"),
            models.Index(fields=["root_model", "root_id", "-id"], name="content_changes_root"),
            models.Index(fields=["act_id"], name="content_changes_act"),
            models.Index(fields=["-happened_at"], name="content_changes_when"),
        ]

    def __str__(self) -> str:
        return self.title
