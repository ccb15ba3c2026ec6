"""The filters in use of a list in the admin: each in words, with the address that removes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP
from django.forms import DateField, Field, ModelChoiceField
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

_LONGEST = 60


@dataclass(frozen=True)
class ActiveFilter:
    """A filter in use: its title, the chosen value, and the address of the list without it."""

    title: str
    value: str
    url: str


def active_filters(changelist: ChangeList) -> list[ActiveFilter]:
    """List the search and the filters in use."""
    found = []
    if changelist.query:
        text = _("“%(text)s”") % {"text": Truncator(changelist.query).chars(_LONGEST)}
        url = changelist.get_query_string(remove=[SEARCH_VAR])
        found.append(ActiveFilter(_("Search"), text, url))
    for spec in changelist.filter_specs:
        names = [name for name in spec.expected_parameters() if name]
        if not any(_given(spec, name) for name in names):
            continue
        url = changelist.get_query_string(remove=names)
        found.append(ActiveFilter(capfirst(str(spec.title)), _value(spec, changelist), url))
    return found + list(_conditions_without_filter(changelist))


def _conditions_without_filter(changelist: ChangeList) -> Iterator[ActiveFilter]:
    """List the conditions that stand in the address alone and belong to no filter."""
    listed = {name for spec in changelist.filter_specs for name in spec.expected_parameters()}
    for name, values in changelist.get_filters_params().items():
        if name in listed:
            continue
        field, value = _field_and_value(changelist.model, name, str(values[-1]))
        if field is not None:
            title = capfirst(str(getattr(field, "verbose_name", name)))
            url = changelist.get_query_string(remove=[name])
            yield ActiveFilter(title, Truncator(value).chars(_LONGEST), url)


def _field_and_value(model: type[Model], lookup: str, value: str) -> tuple[Any, str]:
    """Return the last field of a lookup, and the value or the name of the related object."""
    field: Any = None
    related: Any = model
    for part in lookup.split(LOOKUP_SEP):
        if related is None or part in ("pk", related._meta.pk.name):
            break
        try:
            field = related._meta.get_field(part)
        except FieldDoesNotExist:
            break
        related = field.related_model
    if field is not None and related is not None:
        try:
            row = related._default_manager.filter(pk=value).first()
        except (ValueError, ValidationError, OverflowError):
            row = None
        value = value if row is None else str(row)
    return field, value


def _given(spec: Any, name: str) -> Any:
    value = spec.used_parameters.get(name)
    return value[0] if isinstance(value, list) and value else value


def _value(spec: Any, changelist: ChangeList) -> str:
    """Return the chosen value as the form of the filter shows it."""
    parts = [text for choice in spec.choices(changelist) for text in _chosen(choice)]
    raw = (str(_given(spec, name) or "") for name in spec.expected_parameters())
    return Truncator(" ".join(parts) or " ".join(filter(None, raw))).chars(_LONGEST)


def _chosen(choice: dict[str, Any]) -> Iterator[str]:
    form = choice.get("form")
    if form is None:
        if choice.get("selected"):
            yield str(choice["display"])
        return
    for name, field in form.fields.items():
        value = form.data.get(name)
        values = value if isinstance(value, list) else [value]
        texts = [_text(name, field, one) for one in values if one not in (None, "")]
        if texts:
            yield ", ".join(texts)


def _text(name: str, field: Field, value: Any) -> str:
    if name.endswith(("_from", "_to")):
        try:
            day = date_format(DateField().clean(value), "SHORT_DATE_FORMAT")
        except ValidationError:
            day = str(value)
        words = _("from %(day)s") if name.endswith("_from") else _("to %(day)s")
        return words % {"day": day}
    if isinstance(field, ModelChoiceField):
        try:
            return str(field.clean(value))
        except ValidationError:
            return str(value)
    labels = {str(key): label for key, label in getattr(field, "choices", ())}
    return str(labels.get(str(value), value))
