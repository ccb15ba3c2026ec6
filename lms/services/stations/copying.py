"""Copies lists of one station to another: first shows what would be added and removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.models import Station, User
from lms.services.history import changes, recycle_bin
from lms.services.stations import bulk_save
from lms.services.stations.lists import MAX_ROWS, StationList, features_of, size_of
from portal.common.errors import Conflict, Invalid


@dataclass
class Part:
    """What a copy does to one list: the source's rows to add, the target's to remove.

    Rows of safety systems have their features loaded; the counts tell them apart.
    """

    made: StationList
    added: list[Any]
    removed: list[Any]

    @property
    def features_added(self) -> int:
        """Return the number of features that come along."""
        return size_of(self.added) - len(self.added)

    @property
    def features_removed(self) -> int:
        """Return the number of features that go along."""
        return size_of(self.removed) - len(self.removed)


@dataclass
class Plan:
    """A copy that nobody has carried out yet; `state` names exactly these rows."""

    parts: list[Part]

    @property
    def added(self) -> int:
        """Return the number of rows to add, features not counted."""
        return sum(len(part.added) for part in self.parts)

    @property
    def removed(self) -> int:
        """Return the number of rows to remove, features not counted."""
        return sum(len(part.removed) for part in self.parts)

    @property
    def state(self) -> str:
        """Return a digest of all rows with their values."""
        content = [
            [part.made.name, _states(part.added), _states(part.removed)] for part in self.parts
        ]
        return sha256(repr(content).encode()).hexdigest()[:32]


def plan(source: Station, target: Station, lists: Sequence[StationList], *, replace: bool) -> Plan:
    """Return what a copy would do; stores nothing. At most five queries for each list.

    Raises:
        Invalid: a station to itself, no lists, nothing to copy, or more than 2,000 rows.
    """
    if source.pk == target.pk:
        raise Invalid(_("Choose another station: a list is not copied to itself."))
    if not lists:
        raise Invalid(_("Choose at least one list."))
    parts = [Part(made, made.rows(source), made.rows(target) if replace else []) for made in lists]
    # A list that the source lacks would only be emptied; that is not copying.
    parts = [part for part in parts if part.added]
    if not parts:
        raise Invalid(_("The lists of that station are empty: there is nothing to copy."))
    if sum(size_of(part.added) + size_of(part.removed) for part in parts) > MAX_ROWS:
        raise Invalid(_("One copy may change at most 2,000 rows. Choose fewer lists at once."))
    return Plan(parts)


def copy(
    source: Station,
    target: Station,
    lists: Sequence[StationList],
    *,
    replace: bool,
    state: str,
    by: User | None,
) -> Plan:
    """Carry out the plan of this state, wholly or not at all; return it.

    Replaced rows go to the bin. Files are shared by their keys, not copied. Holds a lock on the
    target.

    Raises:
        Invalid: as `plan`.
        Conflict: one of the stations has changed since the plan was shown.
    """
    with transaction.atomic():
        locked = Station.objects.select_for_update().get(pk=target.pk)
        found = plan(source, locked, lists, replace=replace)
        if found.state != state:
            raise Conflict(
                _("The lists have changed since the preview. Open the preview again, then copy.")
            )
        for part in found.parts:
            recycle_bin.put_all(part.removed, by=by)
            _add(locked, part)
    return found


def _add(target: Station, part: Part) -> None:
    values = [
        {column.attname: getattr(row, column.attname) for column in part.made.fields.values()}
        for row in part.added
    ]
    features = [[below.feature_name for below in features_of(row)] for row in part.added]
    bulk_save.add(target, part.made, values, features=features)


def _states(rows: Sequence[Any]) -> list[Any]:
    return [changes.state_of(each) for row in rows for each in [row, *features_of(row)]]
