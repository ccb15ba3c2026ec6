"""What many tables share: keys made by the database, instants, and an order within a parent."""

import uuid
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class GenRandomUUID(models.Func):
    """A random UUID made by the database, so that plain SQL INSERTs need no key."""

    function = "gen_random_uuid"
    arity = 0
    output_field = models.UUIDField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        """Return SQLite's equivalent: 32 hexadecimal digits, as Django stores UUIDs there."""
        return "LOWER(HEX(RANDOMBLOB(16)))", []


class UUIDModel(models.Model):
    """A row whose key is a random UUID."""

    id = models.UUIDField(
        primary_key=True, default=uuid.uuid4, db_default=GenRandomUUID(), editable=False
    )

    class Meta:
        abstract = True


class CreatedModel(models.Model):
    """A row that knows when it was made."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_default=Now())

    class Meta:
        abstract = True


class TimestampedModel(CreatedModel):
    """A row that knows when it was made and last changed."""

    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        abstract = True


class OrderedModel(models.Model):
    """A row with a place among its siblings; equal places fall back to the key."""

    order_index = models.IntegerField(
        _("order"),
        default=0,
        db_default=0,
        help_text=_("Smaller numbers come first."),
    )

    class Meta:
        abstract = True
        ordering = ["order_index", "pk"]
