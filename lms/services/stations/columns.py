"""The columns of a station's lists in tables: headings in all languages, cells and values."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Field, IntegerField
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lms.services import spreadsheets
from lms.services.stations.lists import FEATURES, StationList

KEY = "id"
_KEY_HEADINGS = ("id", "№", "#", "no", "number", "номер")
_FEATURE_LENGTH = 255


def keys_of(made: StationList) -> list[str]:
    """Return the stable keys of all columns in order."""
    return [KEY, *made.columns, *([FEATURES] if made.has_features else [])]


def heading(made: StationList, key: str) -> str:
    """Return the heading of a column in the reader's language."""
    if key == KEY:
        return _("Number")
    if key == FEATURES:
        return _("Features, one per line")
    return capfirst(str(made.fields[key].verbose_name))


def headings(made: StationList) -> list[str]:
    """Return the headings of all columns in the reader's language."""
    return [heading(made, key) for key in keys_of(made)]


def key_of(made: StationList, title: str) -> str | None:
    """Return the key of a column by its heading in any language of the portal, or by the key."""
    return _known(made).get(_plain(title))


def cells_of(made: StationList, row: Any) -> list[Any]:
    """Return the cells of a row; numbers stay numbers."""
    cells: list[Any] = [row.pk]
    for field in made.fields.values():
        value = getattr(row, field.attname)
        cells.append(value if isinstance(value, int) else shown(field, value))
    if made.has_features:
        cells.append("\n".join(feature.feature_name for feature in row.features.all()))
    return cells


def shown(field: "Field[Any, Any]", value: Any) -> str:
    """Return a stored value as the text of a cell; choices by their word."""
    if value is None:
        return ""
    if field.choices:
        value = dict(field.flatchoices).get(value, value)
    return str(value).replace("\r\n", "\n").strip()


def is_same(text: str, stored: str) -> bool:
    """Tell whether a cell reads as an export of the stored text would."""
    return text in {stored, spreadsheets.read_back(stored)}


def value_of(field: "Field[Any, Any]", text: str) -> Any:
    """Return the value of a cell.

    Raises:
        ValidationError: the field takes no such value.
    """
    value: Any = text
    if field.choices:
        value = _choice(field, text)
    elif isinstance(field, IntegerField):
        value = _number(text)
    if value in ("", None):
        value = None if field.null else ""
    return field.clean(value, None)


def features_of(text: str) -> list[str]:
    """Return the lines of the cell of features.

    Raises:
        ValidationError: a line is too long.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(len(line) > _FEATURE_LENGTH for line in lines):
        raise ValidationError(
            _("A feature has at most %(limit)d characters.") % {"limit": _FEATURE_LENGTH}
        )
    return lines


def reasons(title: str, error: ValidationError) -> Sequence[str]:
    """Return the texts of an error, each with the heading of its column."""
    return [f"{title}: {text}" for text in error.messages]


def _choice(field: "Field[Any, Any]", text: str) -> str:
    if not text:
        return ""
    wanted = _plain(text)
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            for value, word in field.flatchoices:
                if wanted in (_plain(value), _plain(str(word))):
                    return str(value)
    words = ", ".join(str(word) for _value, word in field.flatchoices)
    raise ValidationError(_("Choose one of these: %(words)s.") % {"words": words})


def _number(text: str) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError as error:
        raise ValidationError(_("Enter a whole number.")) from error


@cache
def _known(made: StationList) -> dict[str, str]:
    known = dict.fromkeys(_KEY_HEADINGS, KEY)
    for key in keys_of(made):
        known[_plain(key)] = key
        for code, _language in settings.LANGUAGES:
            with translation.override(code):
                known.setdefault(_plain(heading(made, key)), key)
    return known


def _plain(title: str) -> str:
    return " ".join(title.casefold().split())
