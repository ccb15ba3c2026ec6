"""Filters of the lists: labelled with the word of the column, days in the portal's time zone."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
    RangeDateFilter,
    RelatedDropdownFilter,
)

from lms.models.accounts import UserSessionQuerySet
from lms.selectors.dashboard import stopped, unregistered
from lms.selectors.progress.activity import Days, learned_in
from lms.selectors.reports import of_program, of_test, program_choices, test_choices
from portal.common.mixin_bases import FilterBase

# Outside of these no zone and no database can reckon with days.
_YEARS = (1900, 2200)


class PlainLabelMixin(FilterBase):
    """Names the filter after its column, without "By"."""

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Rename the fields of the filter's form."""
        for choice in super().choices(changelist):
            for field in choice["form"].fields.values():
                field.label = capfirst(self.title)
            yield choice


class ChoiceFilter(PlainLabelMixin, ChoicesDropdownFilter):
    """One of the choices of a column."""


class YesNoFilter(PlainLabelMixin, BooleanRadioFilter):
    """Yes, no, or all."""


class RelatedFilter(PlainLabelMixin, AutocompleteSelectFilter):
    """One related object, found by typing."""


class ListedFilter(PlainLabelMixin, RelatedDropdownFilter):
    """One related object from a list, also for those who may not open its own pages."""


class PeriodFilter(RangeDateFilter):
    """Days from and to, both included, in the portal's time zone."""

    title: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = capfirst(self.title)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep the instants of these days; a day that cannot be read limits nothing."""
        first = self._day("from")
        last = self._day("to")
        conditions = {}
        if first is not None:
            conditions[f"{self.field_path}__gte"] = first
        if last is not None:
            conditions[f"{self.field_path}__lt"] = last + timedelta(days=1)
        return queryset.filter(**conditions)

    def _day(self, end: str) -> datetime | None:
        text = self.used_parameters.get(f"{self.parameter_name}_{end}")
        try:
            day = forms.DateField(required=False).clean(text)
        except ValidationError:
            return None
        if day is None or not _YEARS[0] <= day.year <= _YEARS[1]:
            return None
        return timezone.make_aware(datetime.combine(day, time.min))


def titled(title: Any, base: type) -> type:
    """Return the filter class under another title."""

    class Titled(base):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = title

    return Titled


class MissingFilter(PlainLabelMixin, DropdownFilter):
    """Rows with or without what hangs on them; subclasses name the relation."""

    relation: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the two answers."""
        return [("with", _("present")), ("without", _("missing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep the rows of the chosen answer, by the annotation of the list."""
        if self.value() == "with":
            return queryset.filter(**{f"{self.relation}__gt": 0})
        if self.value() == "without":
            return queryset.filter(**{self.relation: 0})
        return queryset


def missing(parameter: str, title: Any, *, count: str) -> type[MissingFilter]:
    """Return a filter on whether the annotated number `count` is above zero."""
    return type(
        "NamedMissingFilter",
        (MissingFilter,),
        {"parameter_name": parameter, "title": title, "relation": count},
    )


class TestProgramFilter(PlainLabelMixin, DropdownFilter):
    """The program of a test result, whichever kind of test it was."""

    title = _("program")
    parameter_name = "program"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer all programs."""
        return [(str(pk), title) for pk, title in program_choices()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep the results of the chosen program's tests."""
        if not (self.value() or "").isdecimal():
            return queryset
        return of_program(queryset, int(self.value()))


class TestFilter(PlainLabelMixin, DropdownFilter):
    """The test of a result, whichever kind it is."""

    title = _("test")
    parameter_name = "test"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer all tests."""
        return [(str(pk), title) for pk, title in test_choices()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep the results of the chosen test."""
        if not (self.value() or "").isdecimal():
            return queryset
        return of_test(queryset, int(self.value()))


class LearnedFilter(PeriodFilter):
    """The days on which people learned; stands on any date of the user."""

    def __init__(self, *args: Any, field_path: str, **kwargs: Any) -> None:
        super().__init__(*args, field_path="learned", **kwargs)
        self.title = _("Learned")

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep who learned on one of these days; an open end reaches as far as it can."""
        first, last = self._day("from"), self._day("to")
        if first is None and last is None:
            return queryset
        days = Days(
            localtime(first).date() if first else date(_YEARS[0], 1, 1),
            localtime(last).date() if last else localdate(),
        )
        return queryset.filter(learned_in(days))


class ChosenRowsFilter(PlainLabelMixin, DropdownFilter):
    """One named condition, or all rows; subclasses say which."""

    condition_title: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the condition."""
        return [("1", self.condition_title)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep the rows of the condition when it is chosen."""
        return self.keep(queryset) if self.value() == "1" else queryset


class StoppedFilter(ChosenRowsFilter):
    """Enrollments that nobody goes on with."""

    title = _("activity")
    parameter_name = "stopped"
    condition_title = _("stopped: not completed, nothing for 30 days")
    keep = staticmethod(stopped)


class UnregisteredFilter(ChosenRowsFilter):
    """Files that did not come through the portal's uploads."""

    title = _("media library")
    parameter_name = "unregistered"
    condition_title = _("not in the media library")
    keep = staticmethod(unregistered)


class OpenSessionFilter(ChosenRowsFilter):
    """Sessions of people who are signed in now."""

    title = _("state")
    parameter_name = "open"
    condition_title = _("signed in now")
    keep = staticmethod(UserSessionQuerySet.alive)
