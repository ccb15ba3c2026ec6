"""Content: rows whose changes are kept in the history and renew the cached responses.

Saves and deletions of single rows send Django's signals. `update`, `bulk_create` and `bulk_update`
send none, so the querysets of content report each of them to a recorder. `lms.apps` installs the
recorder of `lms.services.history`, for models import no services. Migrations use Django's plain
managers and report nothing; neither does SQL that somebody writes by hand.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import models

_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class ContentRecorder(Protocol):
    """Surrounds every change of content: reads what was stored before, records what came of it.

    What a context manager stores is part of the transaction of the change.
    """

    def saving(self, row: models.Model, using: str | None) -> AbstractContextManager[None]:
        """Surround the save of one row."""

    def deleting(
        self, model: type[models.Model], using: str | None
    ) -> AbstractContextManager[None]:
        """Surround a deletion of rows and of all that Django deletes with them."""

    def updating(
        self, rows: models.QuerySet[_Row], values: dict[str, Any]
    ) -> AbstractContextManager[models.QuerySet[_Row]]:
        """Surround an UPDATE; give the rows that it may change."""

    def creating(
        self, rows: Sequence[models.Model], using: str, *, skips_conflicts: bool
    ) -> AbstractContextManager[None]:
        """Surround an INSERT of many rows."""

    def bulk_updating(
        self, rows: Sequence[models.Model], fields: Collection[str], using: str
    ) -> AbstractContextManager[None]:
        """Surround a `bulk_update` of these fields."""


_installed: list[ContentRecorder] = []


def install_recorder(recorder: ContentRecorder) -> None:
    """Let this recorder hear of every change of content; it replaces an earlier one."""
    _installed[:] = [recorder]


def _recorder() -> ContentRecorder:
    if not _installed:
        raise ImproperlyConfigured("Content is changed before lms.apps installed its recorder.")
    return _installed[0]


class ContentQuerySet(models.QuerySet[_Row]):
    """Conditions on content, and bulk changes that the history and the cache learn of."""

    def active(self) -> "ContentQuerySet[_Row]":
        """Keep what employees may see, where rows can be switched off."""
        return self.filter(is_active=True)

    def update(self, **values: Any) -> int:
        """Update the rows; record each row that changes."""
        with _recorder().updating(self, values) as rows:
            return models.QuerySet.update(rows, **values)

    def bulk_create(
        self,
        objs: Iterable[Any],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[Any]:
        """Insert the rows; record each of them.

        Raises:
            NotSupportedError: rows that exist already are to be skipped or updated, and the
                history is on: the database does not say which these are.
        """
        rows = list(objs)
        skips = ignore_conflicts or update_conflicts
        with _recorder().creating(rows, self.db, skips_conflicts=skips):
            return super().bulk_create(
                rows, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
            )

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Update the rows, each with its own values; record each row that changes."""
        rows, names = list(objs), list(fields)
        with _recorder().bulk_updating(rows, names, self.db):
            return super().bulk_update(rows, names, batch_size)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows for good; record each of them, by one INSERT."""
        with _recorder().deleting(self.model, self.db):
            return super().delete()


# As QuerySet marks its own: templates call none of these, and managers have no `delete`.
for _method in (ContentQuerySet.update, ContentQuerySet.bulk_create, ContentQuerySet.bulk_update):
    setattr(_method, "alters_data", True)  # noqa: B010 - mypy knows no such attribute
setattr(ContentQuerySet.delete, "alters_data", True)  # noqa: B010 - as above
setattr(ContentQuerySet.delete, "queryset_only", True)  # noqa: B010 - as above

ContentManager = models.Manager.from_queryset(ContentQuerySet)


class ContentModel(models.Model):
    """A row of content; every change of it is recorded, whichever way it comes."""

    objects = ContentManager()

    class Meta:
        abstract = True
        # Django itself updates rows by the base manager: `lesson.topics.add()`, SET_NULL.
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row and its record in one transaction."""
        with _recorder().saving(self, kwargs.get("using")):
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row for good, and record what goes with it by one INSERT."""
        with _recorder().deleting(type(self), kwargs.get("using")):
            return super().delete(*args, **kwargs)
