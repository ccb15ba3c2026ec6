"""Exports a list of a station as a table, and takes one back: first shows what would change.

A row is matched by its number (column `id`) when it is of this station, else added. A column that
the table lacks stays as it is. Features of a safety system are the lines of one cell.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lms.errors import UnreadableTable
from lms.models import Station, User
from lms.services import spreadsheets
from lms.services.stations import bulk_save, examples
from lms.services.stations import columns as station_columns
from lms.services.stations.columns import KEY
from lms.services.stations.lists import FEATURES, MAX_ROWS, StationList
from media_admin.services.uploaded_files import ready_kinds
from portal.common.errors import Conflict, Invalid

MAX_BYTES = 2 * 1024 * 1024
FORMATS = ("xlsx", "csv")
_NUMBER = re.compile("[0-9]{1,18}")
_STATES = ("new", "changed", "unchanged", "refused")


@dataclass
class Draft:
    """A line of a table as it would be stored, and what becomes of it.

    `changes` are (heading, before, after) of what differs; a new row has all that is filled in.
    `values` go into the row; `features` are its lines, None where they stay.
    """

    line: int
    cells: dict[str, str]
    row: Any = None
    title: str = ""
    note: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    features: list[str] | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Return refused, new, changed or unchanged."""
        if self.errors:
            return "refused"
        if self.row is None:
            return "new"
        return "changed" if self.changes else "unchanged"


@dataclass
class Preview:
    """What a table would do to a list, and the state of the list that this was checked against."""

    drafts: list[Draft]
    columns: list[str]
    state: str

    @property
    def counts(self) -> dict[str, int]:
        """Return how many lines are new, changed, unchanged and refused, and to be stored."""
        states = Counter(draft.state for draft in self.drafts)
        counts = {state: states[state] for state in _STATES}
        return counts | {"stored": counts["new"] + counts["changed"]}

    def payload(self) -> str:
        """Return what would be stored as text for the form that confirms; it is checked again."""
        rows = [
            [draft.line, [draft.cells.get(column, "") for column in self.columns]]
            for draft in self.drafts
            if draft.state in {"new", "changed"}
        ]
        content = {"state": self.state, "columns": self.columns, "rows": rows}
        return json.dumps(content, ensure_ascii=False)


def export(station: Station, made: StationList, *, kind: str) -> bytes:
    """Return a list of a station as `xlsx` or `csv`."""
    rows = [station_columns.cells_of(made, row) for row in made.rows(station)]
    return _table(made, rows, kind=kind)


def sample(made: StationList, *, kind: str) -> bytes:
    """Return a table with headings and an example, as `xlsx` or `csv`."""
    return _table(made, examples.rows(made), kind=kind)


def preview(station: Station, made: StationList, data: bytes) -> Preview:
    """Check every line of a file against the rules and the station's rows; stores nothing.

    Raises:
        UnreadableTable: the file as a whole is of no use.
    """
    columns, rows = _read(made, data)
    return _preview(station, made, columns, rows)


def confirm(station: Station, made: StationList, payload: str, *, by: User | None) -> Preview:
    """Store the lines of a preview, all or none; return what was stored.

    Holds a lock on the station. A second confirmation of the same preview is refused.

    Raises:
        UnreadableTable: this is no preview.
        Invalid: a line has errors.
        Conflict: the list has changed since the preview.
    """
    state, columns, rows = _parsed(made, payload)
    with transaction.atomic():
        locked = Station.objects.select_for_update().get(pk=station.pk)
        found = _preview(locked, made, columns, rows)
        if found.state != state:
            raise Conflict(_("This list has changed since the preview. Upload the file again."))
        if found.counts["stored"] != len(rows):
            raise Invalid(_("Correct the lines that are marked and upload the file again."))
        bulk_save.store(locked, made, found.drafts, by=by)
    return found


def _table(made: StationList, rows: Sequence[Sequence[Any]], *, kind: str) -> bytes:
    titles = station_columns.headings(made)
    if kind == "csv":
        return spreadsheets.csv_file(titles, rows)
    keys = station_columns.keys_of(made)
    return spreadsheets.workbook(
        spreadsheets.Sheet(str(made.title), titles, rows, keys=keys, wraps_text=True)
    )


def _read(made: StationList, data: bytes) -> tuple[list[str], list[spreadsheets.Line]]:
    if len(data) > MAX_BYTES:
        raise UnreadableTable(_("The file is larger than 2 MB."))
    lines = spreadsheets.lines_of(data, is_column=lambda title: _is_column(made, title))
    first = next(lines, None)
    if first is None:
        raise UnreadableTable(_("The file is empty."))
    columns = _columns(made, first[1])
    rows: list[spreadsheets.Line] = []
    for line, cells in islice(lines, MAX_ROWS + 2):
        # The hidden line of an export repeats the columns by their keys.
        if not rows and cells[: len(columns)] == columns:
            continue
        rows.append((line, [spreadsheets.typed_text(cell) for cell in cells]))
    if not rows:
        raise UnreadableTable(_("There are no lines below the headings."))
    if len(rows) > MAX_ROWS:
        raise UnreadableTable(_too_many())
    return columns, rows


def _is_column(made: StationList, title: str) -> bool:
    return station_columns.key_of(made, title) is not None


def _columns(made: StationList, titles: list[str]) -> list[str]:
    """Return the keys of the columns in the order of the table; "" where there is no heading."""
    columns: list[str] = []
    for title in titles:
        key = station_columns.key_of(made, title) if title else ""
        if key is None:
            raise UnreadableTable(_("Unknown column: %(title)s.") % {"title": title[:60]})
        if key and key in columns:
            raise UnreadableTable(_("This column appears twice: %(title)s.") % {"title": title})
        columns.append(key)
    while columns and not columns[-1]:
        columns.pop()
    if not set(columns) - {"", KEY}:
        raise UnreadableTable(
            _("The first line must name the columns: %(names)s.")
            % {"names": ", ".join(station_columns.headings(made))}
        )
    return columns


def _parsed(made: StationList, payload: str) -> tuple[str, list[str], list[spreadsheets.Line]]:
    try:
        content = json.loads(payload)
        columns = _columns(made, [str(key) for key in content["columns"]])
        rows = [(int(line), [str(cell) for cell in cells]) for line, cells in content["rows"]]
        state = str(content["state"])
    except (ArithmeticError, ValueError, TypeError, LookupError, RecursionError) as error:
        raise UnreadableTable from error
    if not 0 < len(rows) <= MAX_ROWS:
        raise UnreadableTable
    return state, columns, rows


def _preview(
    station: Station, made: StationList, columns: list[str], lines: list[spreadsheets.Line]
) -> Preview:
    stored = {row.pk: row for row in made.rows(station)}
    drafts = []
    for line, cells in lines:
        drafts.append(Draft(line, {k: c for k, c in zip(columns, cells, strict=False) if k}))
    taken: set[int] = set()
    for draft in drafts:
        _match(draft, stored, taken)
        _fill(made, draft)
    if made.file_column:
        _check_files(made, drafts)
    if sum(1 + len(draft.features or ()) for draft in drafts) > MAX_ROWS:
        raise UnreadableTable(_too_many())
    return Preview(drafts, [key for key in columns if key], _state(made, stored.values()))


def _match(draft: Draft, stored: dict[int, Any], taken: set[int]) -> None:
    text = draft.cells.get(KEY, "")
    if not text:
        return
    if not _NUMBER.fullmatch(text):
        draft.errors.append(
            _("“%(text)s” is not the number of a row. Leave the cell empty to add a new row.")
            % {"text": text[:40]}
        )
        return
    number = int(text)
    draft.row = stored.get(number)
    if number in taken:
        draft.errors.append(_("The row with this number already appears above."))
    elif draft.row is None:
        draft.note = _("This list has no row with this number: the line is added as a new one.")
    taken.add(number)


def _fill(made: StationList, draft: Draft) -> None:
    first = made.columns[0]
    draft.title = draft.cells.get(first, "") or str(draft.row or "")
    for name in made.columns:
        if draft.row is None or name in draft.cells:
            _fill_column(made, draft, name)
    if FEATURES in draft.cells:
        _fill_features(made, draft)


def _fill_column(made: StationList, draft: Draft, name: str) -> None:
    column, text = made.fields[name], draft.cells.get(name, "")
    before = ""
    if draft.row is not None:
        before = station_columns.shown(column, getattr(draft.row, column.attname))
        if station_columns.is_same(text, before):
            return
    elif not text and column.has_default():
        return
    title = station_columns.heading(made, name)
    try:
        value = station_columns.value_of(column, text)
    except ValidationError as error:
        draft.errors += station_columns.reasons(title, error)
        return
    # A choice may come by its key, or by its word in another language.
    if draft.row is not None and value == getattr(draft.row, column.attname):
        return
    draft.values[name] = value
    after = station_columns.shown(column, value)
    if before or after:
        draft.changes.append((title, before, after))


def _fill_features(made: StationList, draft: Draft) -> None:
    title = station_columns.heading(made, FEATURES)
    try:
        after = station_columns.features_of(draft.cells[FEATURES])
    except ValidationError as error:
        draft.errors += station_columns.reasons(title, error)
        return
    rows = draft.row.features.all() if draft.row is not None else []
    before = [row.feature_name for row in rows]
    if [text.strip() for text in before] != after:
        draft.features = after
        draft.changes.append((title, "\n".join(before), "\n".join(after)))


def _check_files(made: StationList, drafts: list[Draft]) -> None:
    """Refuse keys of no checked file, unless a row of such a list names them already."""
    name = made.file_column
    keys = {draft.values[name] for draft in drafts if name in draft.values}
    kinds = ready_kinds(keys)
    named = made.model.objects.filter(**{f"{name}__in": keys - set(kinds)})
    known = set(named.values_list(name, flat=True))
    for draft in drafts:
        key = draft.values.get(name)
        if not key or key in known:
            continue
        if key not in kinds:
            draft.errors.append(_("The portal has no such file: %(key)s.") % {"key": key[:200]})
        elif kinds[key] not in made.files:
            draft.errors.append(_("Files of this type are not accepted here."))


def _state(made: StationList, rows: Any) -> str:
    """Return a digest of the rows as they are."""
    content = [
        [row.pk, *(str(getattr(row, column.attname)) for column in made.fields.values())]
        + ([[f.pk, f.feature_name] for f in row.features.all()] if made.has_features else [])
        for row in rows
    ]
    return sha256(json.dumps(content).encode()).hexdigest()[:32]


def _too_many() -> str:
    return _("One table may hold at most 2,000 rows, features included.")
