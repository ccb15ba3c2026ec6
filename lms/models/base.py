"""What many tables share: keys made by the database, instants, an order, and the list of fields."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class GenRandomUUID(models.Func):
    """A random UUID made by the database, so that plain SQL INSERTs need no key."""

    function = "gen_random_uuid"
    arity = 0
    output_field = models.UUIDField()

    def as_sqlite(
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return SQLite's equivalent: 32 hexadecimal digits, as Django stores UUIDs there."""
        return "LOWER(HEX(RANDOMBLOB(16)))", ()


class UUIDModel(models.Model):
    """A row whose key is a random UUID."""

    id = models.UUIDField(
        primary_key=True, default=uuid.uuid4, db_default=GenRandomUUID(), editable=False
    )

    class Meta:
        abstract = True


class CreatedModel(models.Model):
    """A row with the time of its creation."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_default=Now())

    class Meta:
        abstract = True


class TimestampedModel(CreatedModel):
    """A row with the times of its creation and its last change."""

    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        abstract = True


class OrderedModel(models.Model):
    """A row with an order among its siblings; rows of equal order are sorted by key."""

    order_index = models.IntegerField(
        _("order"),
        default=0,
        db_default=0,
        help_text=_("Smaller numbers come first."),
    )

    class Meta:
        abstract = True
        ordering = ["order_index", "pk"]


class ApiModel(models.Model):
    """A row that the API answers with its columns as they are.

    `API_FIELDS` names these columns in order. Selectors read them, serializers describe them, and
    tables, copies and forms take the editable ones: a new field needs one entry here.
    `API_EXAMPLES` holds values for sample tables and the API contract; a column without one gets
    its own name or a number.
    """

    API_FIELDS: ClassVar[tuple[str, ...]]
    API_EXAMPLES: ClassVar[dict[str, Any]] = {}

    class Meta:
        abstract = True

    @classmethod
    def api_column(cls, name: str) -> "models.Field[Any, Any]":
        """Return the column of this name; a relation is named as its column, `station_id`."""
        return next(column for column in cls._meta.concrete_fields if column.attname == name)

    @classmethod
    def editable_fields(cls) -> tuple[str, ...]:
        """Return the fields of the API that people fill in: no keys, relations, places or times."""
        columns = [cls.api_column(name) for name in cls.API_FIELDS]
        return tuple(
            column.name
            for column in columns
            if column.editable
            and not column.primary_key
            and not column.is_relation
            and column.name != "order_index"
        )

    @classmethod
    def api_example(cls, name: str) -> Any:
        """Return an example of a column's value, in the reader's language."""
        if name in cls.API_EXAMPLES:
            value = cls.API_EXAMPLES[name]
            return value if isinstance(value, int) else str(value)
        column = cls.api_column(name)
        if column.choices:
            return column.flatchoices[0][0]
        if isinstance(column, models.BooleanField):
            return True
        if isinstance(column, models.IntegerField):
            return 1
        if isinstance(column, models.DateTimeField):
            return "2026-02-01T00:00:00Z"
        return capfirst(str(column.verbose_name))
