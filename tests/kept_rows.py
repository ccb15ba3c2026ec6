"""Builds the rows of a large fixture once per process and inserts them as they were ever after.

A hundred rows of thirty models take 0.2 s when each is saved and recorded, and a tenth of that when
they are inserted with one query for each model.
"""

from collections.abc import Callable

from django.apps import apps
from django.db import models

APPS = ("lms", "media_admin")


class KeptRows:
    """The rows that a function makes in a database that has none of them."""

    def __init__(self, build: Callable[[], None]) -> None:
        self._build = build
        self._rows: dict[type[models.Model], list[models.Model]] | None = None

    def insert(self) -> None:
        """Insert the rows; the first call lets the function make them."""
        if self._rows is None:
            before = _all_rows()
            self._build()
            self._rows = {
                model: [row for row in rows if row not in before[model]]
                for model, rows in _all_rows().items()
            }
            return
        for model, rows in self._rows.items():
            if rows:
                # As they were: no times of now, no signals, no history.
                fields = model._meta.local_concrete_fields
                models.QuerySet(model)._insert(rows, fields=fields, using="default", raw=True)


def _all_rows() -> dict[type[models.Model], list[models.Model]]:
    found = [model for name in APPS for model in apps.get_app_config(name).get_models()]
    return {
        model: list(models.QuerySet(model).order_by("pk"))
        for model in found
        if model._meta.managed and not model._meta.proxy
    }
