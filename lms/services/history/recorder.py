"""Records every change of content, and renews the cached responses when it is committed.

Signals tell of single rows, cascades included; the querysets of content (`lms.models.content`) tell
of `update`, `bulk_create`, `bulk_update` and `delete`. A change that leaves all values as they were
is not recorded.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import batched
from typing import Any, TypeVar

from django.db import NotSupportedError, connections, router, transaction
from django.db.models import F, Field, Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from lms.models import ChangeKind
from lms.models.content import ContentModel
from lms.models.history import SILENT_COLUMNS, State, differs
from lms.selectors.history.roots import (
    NO_ROOT,
    Root,
    parents_of,
    paths_of,
    root_from,
    roots_of,
)
from lms.services import response_cache
from lms.services.history import changes
from lms.services.history.changes import Change, state_of

_BEFORE = "_history_before"
_ROOT = "_history_root_"
# SQLite takes some 30,000 values in a statement.
_MOST_KEYS = 10_000
# `bulk_update` calls `update` for each batch; only the whole of it is recorded.
_in_bulk_update: ContextVar[bool] = ContextVar("in_bulk_update", default=False)

_Row = TypeVar("_Row", bound=Model, covariant=True)
# What is stored before a change: the state, and the root.
_Stored = tuple[State, Root]
_Values = dict[str, Any]


def content_changed(model: type[Model]) -> None:
    """Renew the cached answers once the transaction is committed, if they show this model."""
    if response_cache.is_in_answers(model):
        response_cache.bump()


def connect_signals(models: Iterable[type[Model]]) -> None:
    """Hear of every save and deletion of the content among these models."""
    for model in models:
        if issubclass(model, ContentModel):
            pre_save.connect(_remember, sender=model, dispatch_uid="lms.history.before")
            post_save.connect(_record_save, sender=model, dispatch_uid="lms.history.save")
            pre_delete.connect(_record_delete, sender=model, dispatch_uid="lms.history.delete")
            post_delete.connect(_renew_cache, sender=model, dispatch_uid="lms.history.cache")


class HistoryRecorder:
    """Writes what the querysets of content report into the history (`ContentRecorder`)."""

    @contextmanager
    def saving(self, row: Model, using: str | None) -> Iterator[None]:
        """Let the row and its record be one transaction; the signals do the rest."""
        with _transaction(using or router.db_for_write(type(row), instance=row)):
            yield

    @contextmanager
    def deleting(self, model: type[Model], using: str | None) -> Iterator[None]:
        """Record all that is deleted by one INSERT; the signals tell what it is."""
        with _transaction(using or router.db_for_write(model)), changes.batch():
            yield

    @contextmanager
    def updating(self, rows: QuerySet[_Row], values: _Values) -> Iterator[QuerySet[_Row]]:
        """Record what an UPDATE changes; it costs no query where the history shows no column."""
        if _in_bulk_update.get():
            yield rows
            return
        with _transaction(rows.db):
            if _is_recorded(rows.model, values):
                found = _locked(rows.model, rows.db, rows.order_by().values("pk"))
                before = [(_stored(row), row) for row in found.values()]
                can_lock = connections[rows.db].features.has_select_for_update
                # Somebody may insert a matching row between the two statements; it stays as it is.
                yield rows.filter(pk__in=list(found)) if can_lock else rows
                _record_updates(before, lambda row: values, rows.db)
            else:
                yield rows
            content_changed(rows.model)

    @contextmanager
    def creating(
        self, rows: Sequence[Model], using: str, *, skips_conflicts: bool
    ) -> Iterator[None]:
        """Record an INSERT of many rows.

        Raises:
            NotSupportedError: the database would not tell which of the rows are new.
        """
        is_recorded = changes.is_recording() and bool(rows)
        if is_recorded and skips_conflicts:
            raise NotSupportedError("The history cannot tell which of these rows are new.")
        with _transaction(using):
            yield
            if is_recorded:
                changes.record_many([(None, row) for row in rows], kind=ChangeKind.CREATED)
            if rows:
                content_changed(type(rows[0]))

    @contextmanager
    def bulk_updating(
        self, rows: Sequence[Model], fields: Collection[str], using: str
    ) -> Iterator[None]:
        """Record what a `bulk_update` changes, by one SELECT before and one INSERT after."""
        if not rows:
            yield
            return
        model = type(rows[0])
        given = {row.pk: row for row in rows}
        names = [_field(model, name).attname for name in fields]
        with _transaction(using):
            before = []
            if _is_recorded(model, fields):
                for keys in batched(given, _MOST_KEYS):
                    found = _locked(model, using, keys)
                    before += [(_stored(row), row) for row in found.values()]
            with _inside_bulk_update():
                yield
            _record_updates(
                before, lambda row: {name: getattr(given[row.pk], name) for name in names}, using
            )
            content_changed(model)


@contextmanager
def _transaction(using: str) -> Iterator[None]:
    """Open a transaction where there is none; an error within an outer one is the caller's."""
    if connections[using].in_atomic_block:
        yield
        return
    with transaction.atomic(using=using):
        yield


@contextmanager
def _inside_bulk_update() -> Iterator[None]:
    token = _in_bulk_update.set(True)
    try:
        yield
    finally:
        _in_bulk_update.reset(token)


def _is_recorded(model: type[Model], names: Iterable[str]) -> bool:
    columns = {_field(model, name).attname for name in names}
    return changes.is_recording() and not columns <= SILENT_COLUMNS


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(f"{name} is no column of {model.__name__}.")
    return field


def _locked(model: type[Model], using: str, keys: Any) -> dict[Any, Model]:
    """Read rows with their roots, and hold them until the commit."""
    roots = {f"{_ROOT}{n}": F(path) for n, (path, _name) in enumerate(paths_of(model))}
    rows = model._base_manager.using(using).filter(pk__in=keys).annotate(**roots)
    return {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}


def _stored(row: Model) -> _Stored:
    model = type(row)
    keys = [getattr(row, f"{_ROOT}{n}") for n in range(len(paths_of(model)))]
    return state_of(row), root_from(model, keys)


def _record_updates(
    before: Sequence[tuple[_Stored, Model]], values_of: Callable[[Model], _Values], using: str
) -> None:
    """Record the rows that differ from what was stored before."""
    rows = [row for _stored_before, row in before]
    if rows and any(_is_expression(value) for row in rows for value in values_of(row).values()):
        manager = type(rows[0])._base_manager.using(using)
        current = manager.in_bulk([row.pk for row in rows])
        rows = [current[row.pk] for row in rows]
    else:
        for row in rows:
            _set_values(row, values_of(row))
    found = [
        _change(row, stored, state_of(row))
        for (stored, _row), row in zip(before, rows, strict=True)
    ]
    changes.record([change for change in found if change is not None])


def _is_expression(value: object) -> bool:
    return hasattr(value, "resolve_expression")


def _set_values(row: Model, values: _Values) -> None:
    for name, value in values.items():
        column = _field(type(row), name)
        key = value.pk if isinstance(value, Model) else value
        setattr(row, column.attname, column.to_python(key))


def _change(row: Model, stored: _Stored, after: State) -> Change | None:
    """Return what happened to a row; its root is known where it stays below the same parents."""
    before, root = stored
    if not differs(before, after):
        return None
    stays = all(before[c.attname] == after[c.attname] for c in parents_of(type(row)))
    known = root if stays and root != NO_ROOT else None
    return Change(row, ChangeKind.CHANGED, before, after, root=known)


def _remember(sender: type[Model], instance: Model, raw: bool, **kwargs: Any) -> None:
    """Read the stored row, and its root, before it is replaced; a fixture has its own history."""
    found: _Stored | None = None
    if not raw and changes.is_recording() and not instance._state.adding:  # noqa: SLF001 - documented
        columns = [column.attname for column in sender._meta.concrete_fields]
        paths = [path for path, _name in paths_of(sender) if path not in columns]
        row = sender._base_manager.filter(pk=instance.pk).values(*columns, *paths).first()
        if row is not None:
            root = root_from(sender, [row[path] for path, _name in paths_of(sender)])
            found = changes.as_state({name: row[name] for name in columns}), root
    setattr(instance, _BEFORE, found)


def _record_save(
    sender: type[Model], instance: Model, created: bool, raw: bool, **kwargs: Any
) -> None:
    stored = instance.__dict__.pop(_BEFORE, None)
    content_changed(sender)
    if raw or not changes.is_recording():
        return
    after = state_of(instance)
    if stored is None or created:
        changes.record([Change(instance, ChangeKind.CREATED, None, after)])
        return
    change = _change(instance, stored, after)
    if change is not None:
        changes.record([change])


def _record_delete(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    if changes.is_recording():
        # What it hangs under may be gone before the changes are stored.
        root = roots_of([instance])[0]
        changes.record([Change(instance, ChangeKind.DELETED, state_of(instance), None, root=root)])


def _renew_cache(sender: type[Model], **kwargs: Any) -> None:
    content_changed(sender)
