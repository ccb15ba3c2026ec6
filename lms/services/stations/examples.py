"""An example of a row for the sample table of each of a station's lists."""

from typing import Any

from django.utils.translation import gettext as _

from lms.services.stations import columns
from lms.services.stations.lists import StationList


def rows(made: StationList) -> list[list[Any]]:
    """Return the cells of the example, without a number: it would be a new row."""
    return [["", *_cells(made), *([_features()] if made.has_features else [])]]


def _cells(made: StationList) -> list[Any]:
    examples = [(field, made.model.api_example(name)) for name, field in made.fields.items()]
    return [
        value if isinstance(value, int) else columns.shown(field, value)
        for field, value in examples
    ]


def _features() -> str:
    return "\n".join([_("Alarm at a tenth of the explosive limit"), _("Switches the fans on")])
