"""Forms of station lists: a layout by hand, completed from the model's list of fields."""

from collections.abc import Iterator, Sequence
from typing import Any

from lms.models.base import ApiModel

Layout = Sequence[str | tuple[str, ...]]


def complete(model: type[ApiModel], layout: Layout) -> list[str | tuple[str, ...]]:
    """Return the rows of a form, with those editable fields of the model that the layout lacks.

    A new field needs no entry here; it stands before the long text or the order that ends the form.
    """
    named = set(_names(layout))
    missing = [name for name in model.editable_fields() if name not in named]
    rows = list(layout)
    ends = [place for place, row in enumerate(rows) if row in ("description", "order_index")]
    place = min(ends, default=len(rows))
    return [*rows[:place], *missing, *rows[place:]]


def _names(layout: Layout) -> Iterator[Any]:
    for row in layout:
        yield from row if isinstance(row, tuple) else (row,)
