"""What happened to content: the changes of an object or of all below it, and what each changed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.apps import apps
from django.db.models import CharField, Exists, Field, Model, OuterRef, QuerySet, TextField
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from lms.models import BinEntry, ChangeKind, ContentChange, User
from lms.models.history import SILENT_COLUMNS
from lms.selectors.files import is_file_column

SAME, ADDED, REMOVED = "same", "added", "removed"
# Names by which other tools know a row: recorded and restored, but nothing to read for people.
_FOR_TOOLS = frozenset({"lesson_key", "topic_key"})
# Beyond this many words the comparison would cost more than it tells.
_MOST_WORDS = 3000
_LONGEST_TEXT = 600
_LONGEST_SAME = 160
_MOST_GROUPED = 300

Titles = dict[type[Model], dict[str, str]]


@dataclass(frozen=True)
class Difference:
    """A column of a change: its name, its texts, and for longer texts what words came and went.

    `words` holds pairs of "same", "added" or "removed" and the text; it is empty where the two
    texts say it better as a whole.
    """

    column: str
    name: str
    before: str
    after: str
    words: list[tuple[str, str]] = field(default_factory=list)


def people_who(model: type[Model], column: str) -> QuerySet[User]:
    """List the people whom any row of a model names in a column, by name."""
    rows = model._default_manager.order_by().filter(**{column: OuterRef("pk")})
    people: QuerySet[User] = User.objects.filter(Exists(rows))
    return people.order_by("full_name", "pk")


def changes_of(model: str, object_id: object) -> QuerySet[ContentChange]:
    """List the changes of one object, the latest first, with their people."""
    rows = ContentChange.objects.filter(model=model, object_id=str(object_id))
    return rows.select_related("user").order_by("-pk")


def changes_under(root_model: str, root_id: object) -> QuerySet[ContentChange]:
    """List the changes of a program or station and of all content below it, the latest first."""
    rows = ContentChange.objects.filter(root_model=root_model, root_id=str(root_id))
    return rows.select_related("user").order_by("-pk")


def latest_edits(limit: int) -> list[tuple[ContentChange, int]]:
    """List the latest changes, those of one person in one program or station on a day as one.

    Each comes with how many it stands for among the latest few hundred. Two queries.
    """
    rows = ContentChange.objects.order_by("-pk").values_list(
        "pk", "user", "root_model", "root_id", "model", "object_id", "happened_at"
    )
    groups: dict[tuple[Any, ...], list[int]] = {}
    for pk, user, root_model, root_id, model, object_id, at in rows[:_MOST_GROUPED]:
        root = (root_model, root_id) if root_id else (model, object_id)
        groups.setdefault((user, *root, timezone.localdate(at)), []).append(pk)
    counts = {group[0]: len(group) for group in list(groups.values())[:limit]}
    shown = ContentChange.objects.select_related("user").defer("before", "after").in_bulk(counts)
    return [(shown[pk], count) for pk, count in counts.items() if pk in shown]


def later_change(change: ContentChange) -> ContentChange | None:
    """Return the last change of the same object after this one."""
    return changes_of(change.model, change.object_id).filter(pk__gt=change.pk).first()


def root_titles(changes: Iterable[ContentChange]) -> dict[tuple[str, str], str]:
    """Return the titles of the programs and stations of these changes, in two queries."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        if change.root_id:
            wanted[change.root_model].add(change.root_id)
    return {
        (name, key): title
        for name, keys in wanted.items()
        if (model := model_named(name)) is not None
        for key, title in _titles_of(model, keys).items()
    }


def bin_entries_of(changes: Sequence[ContentChange]) -> dict[tuple[str, str], int]:
    """Return the entries of the bin that hold the deleted objects of these changes."""
    deleted = [change for change in changes if change.kind == ChangeKind.DELETED]
    rows = BinEntry.objects.filter(
        model__in={change.model for change in deleted},
        object_id__in={change.object_id for change in deleted},
    )
    return {(model, key): pk for model, key, pk in rows.values_list("model", "object_id", "pk")}


def difference(change: ContentChange) -> list[Difference]:
    """Return what a change did to the columns of its object."""
    return differences([change])[change.pk]


def differences(changes: Sequence[ContentChange]) -> dict[int, list[Difference]]:
    """Return what each change did, by its key; one query for each model that columns point at."""
    titles = _titles(changes)
    return {change.pk: _difference(change, titles) for change in changes}


def model_named(name: str) -> type[Model] | None:
    """Return the model of a recorded name, or None where it is no more."""
    try:
        return apps.get_model("lms", name)
    except LookupError:
        return None


def _difference(change: ContentChange, titles: Titles) -> list[Difference]:
    # An object that came back from the bin is as it was.
    if change.kind == ChangeKind.RESTORED:
        return []
    before, after = change.before or {}, change.after or {}
    rows = []
    for column in _columns(change):
        old, new = before.get(column.attname), after.get(column.attname)
        texts = _text(column, old, titles), _text(column, new, titles)
        if old != new and any(texts):
            words = _words(old, new) if _is_prose(column) else []
            shown_before, shown_after = (Truncator(text).chars(_LONGEST_TEXT) for text in texts)
            name = capfirst(str(column.verbose_name))
            rows.append(Difference(column.attname, name, shown_before, shown_after, words))
    return rows


def _columns(change: ContentChange) -> "list[Field[Any, Any]]":
    model = model_named(change.model)
    stored = (change.before or {}) | (change.after or {})
    return [
        column
        for column in (model._meta.concrete_fields if model else ())
        if column.attname in stored
        and column.attname not in SILENT_COLUMNS
        and column.attname not in _FOR_TOOLS
        and not column.primary_key
    ]


def _titles(changes: Sequence[ContentChange]) -> Titles:
    wanted: dict[type[Model], set[str]] = defaultdict(set)
    for change in changes:
        for column in _columns(change):
            if column.related_model is not None:
                states = (change.before or {}, change.after or {})
                keys = {str(state[column.attname]) for state in states if state.get(column.attname)}
                wanted[column.related_model] |= keys
    return {model: _titles_of(model, keys) for model, keys in wanted.items() if keys}


def _titles_of(model: type[Model], keys: set[str]) -> dict[str, str]:
    """Return the texts of rows; what lies in the bin has its text too."""
    return {str(row.pk): str(row) for row in model._base_manager.filter(pk__in=keys)}


def _text(column: "Field[Any, Any]", value: Any, titles: Titles) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column.related_model is not None:
        return titles.get(column.related_model, {}).get(str(value), f"№ {value}")
    if column.flatchoices:
        return str(dict(column.flatchoices).get(value, value))
    if _is_key(column):
        return str(value).rsplit("/", 1)[-1]
    return str(value)


def _is_prose(column: "Field[Any, Any]") -> bool:
    is_text = isinstance(column, CharField | TextField)
    return is_text and not column.flatchoices and not _is_key(column)


def _is_key(column: "Field[Any, Any]") -> bool:
    return is_file_column(column.model, column.name)


def _words(old: Any, new: Any) -> list[tuple[str, str]]:
    """Compare two texts word by word; each word takes along the space behind it."""
    if not (old and new):
        return []
    left, right = (re.findall(r"\S+\s*|\s+", str(text)) for text in (old, new))
    if max(len(left), len(right)) > _MOST_WORDS:
        return []
    segments = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            segments.append((SAME, _shortened("".join(left[start:end]))))
            continue
        if end > start:
            segments.append((REMOVED, "".join(left[start:end])))
        if other_end > other_start:
            segments.append((ADDED, "".join(right[other_start:other_end])))
    return segments


def _shortened(text: str) -> str:
    half = _LONGEST_SAME // 2
    return text if len(text) <= _LONGEST_SAME else f"{text[:half]} … {text[-half:]}"
