"""An example of a row for the sample table of each of a station's lists."""

from typing import Any

from django.utils.translation import gettext as _

from lms.services.stations.lists import StationList


def rows(made: StationList) -> list[list[Any]]:
    """Return the cells of the example, without a number: it would be a new row."""
    return [["", *_cells()[made.name]]]


def _cells() -> dict[str, list[Any]]:
    return {
        "equipment": [
            _("Gas pumping unit"),
            "GPU-16",
            _("Turbine works"),
            4,
            _("16 MW"),
            _("Driven by a gas turbine."),
        ],
        "specifications": [_("Outlet pressure"), "9.8", _("MPa"), _("At full load.")],
        "safety-systems": [
            _("Gas detection"),
            _("Instrument works"),
            _("Watches all halls around the clock."),
            "\n".join([_("Alarm at a tenth of the explosive limit"), _("Switches the fans on")]),
        ],
        "gas-sources": [_("Northern pipeline, line 1")],
        "photos": [_("Machine hall"), _("machine hall"), "stations/photos/hall.jpg"],
        "documents": [_("Safety rules"), "stations/documents/rules.pdf"],
    }
