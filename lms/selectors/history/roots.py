"""The root of content: the program or station that it belongs to, for many rows in few queries."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db.models import CASCADE, ForeignKey, Model

from lms.models import CourseProgram, Station
from lms.models.history import model_name_of

# Model and id as the history stores them; empty for content of neither.
Root = tuple[str, str]
NO_ROOT: Root = ("", "")
_ROOTS = (CourseProgram, Station)


@cache
def parents_of(model: type[Model]) -> tuple[ForeignKey[Any, Any], ...]:
    """List the foreign keys that name the parents of a model's rows."""
    if issubclass(model, _ROOTS):
        return ()
    return tuple(
        column
        for column in model._meta.concrete_fields
        if isinstance(column, ForeignKey) and column.remote_field.on_delete is CASCADE
    )


@cache
def paths_of(model: type[Model]) -> tuple[tuple[str, str], ...]:
    """List the lookups that lead from a model to a program or station, with that model's name."""
    paths: list[tuple[str, str]] = []
    for column in parents_of(model):
        above = column.related_model
        if issubclass(above, _ROOTS):
            paths.append((column.attname, model_name_of(above)))
        else:
            paths += [(f"{column.name}__{path}", name) for path, name in paths_of(above)]
    return tuple(paths)


def root_from(model: type[Model], values: Sequence[Any]) -> Root:
    """Return the root that the values of `paths_of` name, in their order."""
    for (_path, name), value in zip(paths_of(model), values, strict=True):
        if value is not None:
            return name, str(value)
    return NO_ROOT


def roots_of(rows: Sequence[Model]) -> list[Root]:
    """Return the root of each row; at most one query for each kind of parent."""
    known = {number: _known_root(row) for number, row in enumerate(rows)}
    wanted: dict[type[Model], set[Any]] = {}
    for number, row in enumerate(rows):
        if known[number] is None:
            column = _required_parent_column(row)
            wanted.setdefault(column.related_model, set()).add(getattr(row, column.attname))
    found = {model: _roots_by_key(model, keys) for model, keys in wanted.items()}
    return [known[number] or _root_by_parent(row, found) for number, row in enumerate(rows)]


def _root_by_parent(row: Model, found: dict[type[Model], dict[Any, Root]]) -> Root:
    column = _required_parent_column(row)
    return found[column.related_model].get(getattr(row, column.attname), NO_ROOT)


def _known_root(row: Model) -> Root | None:
    """Return the root if the loaded rows tell it; None when the database must be asked."""
    while not isinstance(row, _ROOTS):
        column = _parent_column(row)
        if column is None:
            return NO_ROOT
        if issubclass(column.related_model, _ROOTS):
            return model_name_of(column.related_model), str(getattr(row, column.attname))
        if not column.is_cached(row):
            return None
        row = getattr(row, column.name)
    return model_name_of(row), str(row.pk)


def _parent_column(row: Model) -> ForeignKey[Any, Any] | None:
    columns = parents_of(type(row))
    return next((column for column in columns if getattr(row, column.attname) is not None), None)


def _required_parent_column(row: Model) -> ForeignKey[Any, Any]:
    column = _parent_column(row)
    if column is None:
        raise ValueError(f"{row!r} has no parent.")
    return column


def _roots_by_key(model: type[Model], keys: set[Any]) -> dict[Any, Root]:
    paths = [path for path, _name in paths_of(model)]
    rows = model._base_manager.filter(pk__in=keys).values_list("pk", *paths)
    return {row[0]: root_from(model, row[1:]) for row in rows}
