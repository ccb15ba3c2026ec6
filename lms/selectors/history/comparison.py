"""Changes taken together: those of one act, and those between two moments."""

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
# Of one act in a list of acts; a form rarely changes more.
MOST_SHOWN = 10


@dataclass(frozen=True)
class Moment:
    """What one request or command changed: the first and the last of its changes, and how many."""

    first: int
    last: int
    count: int
    change: ContentChange


def acts(changes: QuerySet) -> QuerySet:
    """Select act_id, first, last and count of what requests and commands did, the latest first."""
    grouped = changes.order_by().values("act_id")
    spans = grouped.annotate(first=Min("pk"), last=Max("pk"), count=Count("pk"))
    return spans.order_by("-last")


def changes_of_acts(
    changes: QuerySet, spans: Iterable[dict[str, Any]]
) -> dict[UUID, list[ContentChange]]:
    """Return the first changes of each of these acts, by its id; one query."""
    place = Window(RowNumber(), partition_by="act_id", order_by="pk")
    rows = changes.filter(act_id__in=[span["act_id"] for span in spans]).annotate(place=place)
    found: dict[UUID, list[ContentChange]] = {}
    for change in rows.filter(place__lte=MOST_SHOWN).order_by("pk"):
        found.setdefault(change.act_id, []).append(change)
    return found


def moments(changes: QuerySet, *, named: Iterable[int] = ()) -> list[Moment]:
    """List the latest acts among these changes, the latest first; two queries.

    Older changes that are named by their keys are listed too, each alone.
    """
    spans = list(acts(changes)[:MOST_MOMENTS])
    oldest = min((span["first"] for span in spans), default=0)
    older = {pk for pk in named if pk < oldest}
    # Who, when and what suffice to name them.
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


def net_changes(changes: QuerySet, *, since: int, until: int) -> tuple[list[ContentChange], bool]:
    """Return one change for each object: from before the change `since` to after `until`.

    The changes are not stored ones: `pk` is that of the object's first change, whose restoring
    brings back the state before; who and when are of its last. Objects that are in the end as they
    were are left out. The second value tells whether there were too many objects. Two queries.
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
