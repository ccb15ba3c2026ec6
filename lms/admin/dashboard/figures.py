"""Numbers with links to their lists, and changes over time: the elements of the start page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from lms.models import User
from lms.selectors.progress.activity import Days

CACHE_SECONDS = 60
# Of fewer, the difference says more than the percentage.
_SMALLEST_WHOLE = 10
# Smaller numbers have no groups of digits, so formatting them by the language changes nothing.
_FIRST_WITH_GROUPS = 1000


@dataclass(frozen=True)
class Figure:
    """A number and the address of the list with as many rows, or None if it may not be opened."""

    count: int
    url: str | None = None

    @property
    def text(self) -> str:
        """Return the number with groups of digits."""
        if 0 <= self.count < _FIRST_WITH_GROUPS:
            return str(self.count)
        return number_format(self.count, force_grouping=True)


@dataclass(frozen=True)
class Trend:
    """The change from the 30 days before: up, down or same."""

    direction: str
    text: str
    note: str


@dataclass(frozen=True)
class Card:
    """One number with its title and a note."""

    title: str
    icon: str
    figure: Figure
    note: str = ""
    trend: Trend | None = None
    links: list[tuple[str, Figure]] = field(default_factory=list)


class Links:
    """Addresses of lists and forms that this person may open, and None for the others."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._bases: dict[str, str | None] = {}

    def list_of(self, name: str, **query: str | int) -> str | None:
        """Return the list of a model of lms, or `mediafile`, with these filters."""
        if name not in self._bases:
            self._bases[name] = self._base(name)
        base = self._bases[name]
        return f"{base}?{urlencode(query)}" if base and query else base

    def figure(self, count: int, name: str, **query: str | int) -> Figure:
        """Return a number with its list."""
        return Figure(count, self.list_of(name, **query))

    def page(self, name: str, pk: int | UUID, page: str = "change") -> str | None:
        """Return a page of one object, or None where there is none."""
        if not self._user.has_perm(f"lms.view_{name}"):
            return None
        return optional_url(f"admin:{_app(name)}_{name}_{page}", pk)

    def _base(self, name: str) -> str | None:
        if not self._user.has_perm(f"lms.view_{name}"):
            return None
        return reverse(f"admin:{_app(name)}_{name}_changelist")


def optional_url(name: str, *args: int | UUID) -> str | None:
    """Return an address, or None where no such page is installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def within(field_name: str, days: Days) -> dict[str, str]:
    """Return the query of a list's filter by days."""
    return {
        f"{field_name}_from": days.first.isoformat(),
        f"{field_name}_to": days.last.isoformat(),
    }


def trend(now: int, before: int) -> Trend:
    """Compare a number with that of the 30 days before."""
    note = _("%(count)s in the previous 30 days") % {
        "count": number_format(before, force_grouping=True)
    }
    change, unit = now - before, ""
    if before >= _SMALLEST_WHOLE:
        change, unit = round(change * 100 / before), " %"
    if not change:
        return Trend("same", f"±0{unit}", note)
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    text = f"{sign}{number_format(abs(change), force_grouping=True)}{unit}"
    return Trend("up" if change > 0 else "down", text, note)


def remembered[Figures](
    name: str, make: Callable[[], Figures], *, seconds: int = CACHE_SECONDS
) -> tuple[Figures, datetime]:
    """Return figures that are at most `seconds` old, and when they were made.

    All people share them: what `make` returns must not name a person.
    """
    key = f"dashboard:{name}:{timezone.localdate().isoformat()}"
    kept: tuple[Figures, datetime] | None = cache.get(key)
    if kept is None:
        kept = make(), timezone.now()
        cache.set(key, kept, seconds)
    return kept


def _app(name: str) -> str:
    return "media_admin" if name == "mediafile" else "lms"
