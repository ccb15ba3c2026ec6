"""Changes grouped by operation, and the net changes between two moments."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet, Window
from django.db.models.functions import RowNumber

from lms.models import ChangeKind, ContentChange
from lms.models.history import differs

MOST_MOMENTS = 200
MOST_OBJECTS = 300
# Changes of one operation that its list shows; a form rarely changes more.
MOST_SHOWN = 10


@dataclass(frozen=True)
class Moment:
    """An operation: its first and last change, their number, and the change that names it."""

    first: int
    last: int
    count: int
    change: ContentChange


def operations(changes: QuerySet[ContentChange]) -> QuerySet[ContentChange, Any]:
    """Group changes by operation: act_id, first, last, count; the latest first."""
    grouped = changes.order_by().values("act_id")
    spans = grouped.annotate(first=Min("pk"), last=Max("pk"), count=Count("pk"))
    return spans.order_by("-last")


def changes_of_operations(
    changes: QuerySet[ContentChange], spans: Iterable[dict[str, Any]]
) -> dict[UUID, list[ContentChange]]:
    """Return the first changes of each of these operations, by its id; one query."""
    place = Window(RowNumber(), partition_by="act_id", order_by="pk")
    rows = changes.filter(act_id__in=[span["act_id"] for span in spans]).annotate(place=place)
    found: dict[UUID, list[ContentChange]] = {}
    for change in rows.filter(place__lte=MOST_SHOWN).order_by("pk"):
        found.setdefault(change.act_id, []).append(change)
    return found


def moments(changes: QuerySet[ContentChange], *, named: Iterable[int] = ()) -> list[Moment]:
    """List the latest operations among these changes, the latest first; two queries.

    Older changes are listed too where `named` holds their keys, each as one moment.
    """
    spans = list(operations(changes)[:MOST_MOMENTS])
    oldest = min((span["first"] for span in spans), default=0)
    older = {pk for pk in named if pk < oldest}
    # The states are large, and the list does not show them.
    named_only = changes.defer("before", "after")
    shown = named_only.in_bulk([*(span["first"] for span in spans), *older])
    listed = [
        Moment(span["first"], span["last"], span["count"], shown[span["first"]])
        for span in spans
        if span["first"] in shown
    ]
    return listed + [
        Moment(pk, pk, 1, shown[pk]) for pk in sorted(older, reverse=True) if pk in shown
    ]


def net_changes(
    changes: QuerySet[ContentChange], *, since: int, until: int
) -> tuple[list[ContentChange], bool]:
    """Return one change for each object: from before the change `since` to after `until`.

    These changes are computed, not stored. `pk` is that of the object's first change, so that
    restoring it brings back the state before; person and time are those of its last change.
    Objects that ended as they began are left out. The second value tells whether there were more
    objects than `MOST_OBJECTS`. Two queries.
    """
    spans = list(
        changes.filter(pk__gte=since, pk__lte=until)
        .order_by()
        .values("model", "object_id")
        .annotate(first=Min("pk"), last=Max("pk"))
        .order_by("-last")[: MOST_OBJECTS + 1]
    )
    ends = changes.in_bulk({span[end] for span in spans for end in ("first", "last")})
    found = (
        _net(ends[span["first"]], ends[span["last"]])
        for span in spans[:MOST_OBJECTS]
        if span["first"] in ends and span["last"] in ends
    )
    return [change for change in found if change is not None], len(spans) > MOST_OBJECTS


def _net(first: ContentChange, last: ContentChange) -> ContentChange | None:
    before, after = first.before, last.after
    if before is None and after is None:
        return None
    if before is None:
        kind = first.kind
    elif after is None:
        kind = ChangeKind.DELETED.value
    else:
        kind = ChangeKind.CHANGED.value
        if not differs(before, after):
            return None
    return ContentChange(
        pk=first.pk,
        kind=kind,
        model=last.model,
        object_id=last.object_id,
        title=last.title,
        root_model=last.root_model,
        root_id=last.root_id,
        user=last.user,
        happened_at=last.happened_at,
        before=before,
        after=after,
    )
