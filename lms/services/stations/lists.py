"""The lists of a station that are copied, exported and imported: their columns and limits."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Field, Max, Model, Prefetch, QuerySet

from lms.models import (
    GasSource,
    NormativeDocument,
    SafetyFeature,
    SafetySystem,
    Station,
    StationEquipment,
    StationPhoto,
    StationSpecification,
)
from lms.models.base import OrderedModel
from lms.models.stations import StationChild

# Of one copy or import, features included.
MAX_ROWS = 2000
FEATURES = "features"


@dataclass(frozen=True, eq=False)
class StationList:
    """A list of a station: its name in addresses and its model, whose `API_FIELDS` are the columns.

    `files` are the kinds of file that `file_column` takes.
    """

    name: str
    model: type[StationChild] | type[NormativeDocument]
    file_column: str = ""
    files: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that people fill in."""
        return self.model.editable_fields()

    @property
    def has_features(self) -> bool:
        """Tell whether each row has lines of features below it."""
        return self.model is SafetySystem

    @property
    def is_ordered(self) -> bool:
        """Tell whether people put the rows in order."""
        return issubclass(self.model, OrderedModel)

    @property
    def title(self) -> Any:
        """Return the plural name of the rows."""
        return self.model._meta.verbose_name_plural

    @cached_property
    def fields(self) -> "dict[str, Field[Any, Any]]":
        """Return the model's fields of the columns."""
        return {name: self.model.api_column(name) for name in self.columns}

    def rows(self, station: Station) -> list[Any]:
        """Return the rows of a station in order, features loaded; at most two queries."""
        found: QuerySet[Any] = self.model.objects.filter(station=station)
        found = found.order_by("order_index", "pk") if self.is_ordered else found.order_by("pk")
        if self.has_features:
            ordered = SafetyFeature.objects.order_by("order_index", "pk")
            found = found.prefetch_related(Prefetch(FEATURES, ordered))
        return list(found)

    def next_place(self, station: Station) -> int:
        """Return the order index behind the last row of a station."""
        rows: QuerySet[Any] = self.model.objects.filter(station=station)
        last: int | None = rows.aggregate(last=Max("order_index"))["last"]
        return 0 if last is None else last + 1


_ALL = (
    StationList("equipment", StationEquipment),
    StationList("specifications", StationSpecification),
    StationList("safety-systems", SafetySystem),
    StationList("gas-sources", GasSource),
    StationList("photos", StationPhoto, "image_url", ("image",)),
    StationList("documents", NormativeDocument, "file_url", ("pdf", "document")),
)
LISTS = {made.name: made for made in _ALL}


def list_of(model: type[Model]) -> StationList | None:
    """Return the list whose rows are of this model."""
    return next((made for made in _ALL if made.model is model), None)


def features_of(row: Any) -> list[SafetyFeature]:
    """Return the loaded features of a row; only safety systems have any."""
    return list(row.features.all()) if isinstance(row, SafetySystem) else []


def size_of(rows: Iterable[Any]) -> int:
    """Count rows of a list together with their loaded features."""
    return sum(1 + len(features_of(row)) for row in rows)
