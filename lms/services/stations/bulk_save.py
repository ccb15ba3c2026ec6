"""Stores rows of a station's lists in bulk, with their history: INSERTs and UPDATEs, not saves."""

from collections.abc import Sequence
from typing import Any, cast

from lms.models import SafetyFeature, SafetySystem, Station, User
from lms.models.stations import StationChild
from lms.services.history import changes, recycle_bin
from lms.services.stations.lists import StationList

_BATCH = 200


def store(station: Station, made: StationList, drafts: Sequence[Any], *, by: User | None) -> None:
    """Store checked drafts of `tables`; the caller's transaction locks the station."""
    new = [draft for draft in drafts if draft.row is None]
    values = [draft.values for draft in new]
    add(station, made, values, features=[draft.features or [] for draft in new])
    _change(made, [draft for draft in drafts if draft.row is not None], by=by)


def add(
    station: Station,
    made: StationList,
    values: Sequence[dict[str, Any]],
    *,
    features: Sequence[Sequence[str]] = (),
) -> list[Any]:
    """Add rows behind those of a list, each with its features; return them in order."""
    if not values:
        return []
    rows = [made.model(**row, station=station) for row in values]
    if made.is_ordered:
        place = made.next_place(station)
        for offset, row in enumerate(rows):
            cast(StationChild, row).order_index = place + offset
    below = [
        SafetyFeature(safety_system=cast(SafetySystem, row), feature_name=text, order_index=place)
        for row, texts in zip(rows, features or [()] * len(rows), strict=True)
        for place, text in enumerate(texts)
    ]
    with changes.batch():
        made.model.objects.bulk_create(rows, batch_size=_BATCH)
        SafetyFeature.objects.bulk_create(below, batch_size=_BATCH)
    return rows


def _change(made: StationList, drafts: Sequence[Any], *, by: User | None) -> None:
    rows = []
    for draft in drafts:
        if draft.values:
            rows.append(draft.row)
            for name, value in draft.values.items():
                setattr(draft.row, name, value)
    made.model.objects.bulk_update(rows, made.columns, batch_size=_BATCH)
    _set_features([draft for draft in drafts if draft.features is not None], by=by)


def _set_features(drafts: Sequence[Any], *, by: User | None) -> None:
    """Keep the features whose text is still there, add the new ones, delete the others."""
    added, moved, gone = [], [], []
    for draft in drafts:
        left = list(draft.row.features.all())
        for place, text in enumerate(draft.features):
            kept = next((row for row in left if row.feature_name.strip() == text), None)
            if kept is None:
                added.append(
                    SafetyFeature(safety_system=draft.row, feature_name=text, order_index=place)
                )
                continue
            left.remove(kept)
            if kept.order_index != place:
                moved.append(kept)
                kept.order_index = place
        gone += left
    recycle_bin.put_all(gone, by=by)
    SafetyFeature.objects.bulk_update(moved, ["order_index"], batch_size=_BATCH)
    SafetyFeature.objects.bulk_create(added, batch_size=_BATCH)
