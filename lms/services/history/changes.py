"""Records what happens to content: who, when, and the columns before and after.

Signals of the models record every save and deletion; a save that changes nothing leaves no trace.
`bulk_create`, `bulk_update` and `update` send no signal: who uses them calls `record_many`.
Changes are kept until somebody forgets them (`forget`).
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Field, ForeignKey, Model
from django.db.models.signals import post_save, pre_delete, pre_save
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.errors import ChangeNotRestorable
from lms.models import ChangeKind, ContentChange, FinalTest, LessonTest, Question, User
from lms.models.history import SILENT_COLUMNS as SILENT
from lms.models.history import State, differs
from lms.models.roles import CONTENT_MODELS
from lms.selectors.files import is_file_column
from lms.selectors.history.content_roots import (
    NO_ROOT,
    Root,
    parents_of,
    paths_of,
    root_from,
    roots_of,
)
from lms.services import program_tree
from media_admin.services import objects
from portal.common.errors import Invalid

# Records of other tools and of uploads, and remarks of people: no content to restore.
_NOT_RECORDED = frozenset({"comment", "videotranscodejob", "mediafile", "binentry"})
RECORDED_MODELS = CONTENT_MODELS - _NOT_RECORDED - {"contentchange"}
_BEFORE = "_history_before"
_FORGOTTEN_AT_ONCE = 5000


@dataclass
class Act:
    """What one request or command does: by whom, and under which id."""

    user_id: Any = None
    id: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass
class _Change:
    """A change before it is stored; the root is looked up for many at once where it is None."""

    row: Model
    kind: str
    before: State | None
    after: State | None
    root: Root | None = None
    user_id: Any = None


_act: ContextVar[Act | None] = ContextVar("act", default=None)
_paused: ContextVar[bool] = ContextVar("paused", default=False)
_gathered: ContextVar[list[_Change] | None] = ContextVar("gathered", default=None)


@contextmanager
def audit_context(user: User | None) -> Iterator[Act]:
    """Let changes within carry this person and one id."""
    act = Act(user.pk if user is not None else None)
    token = _act.set(act)
    try:
        yield act
    finally:
        _act.reset(token)


@contextmanager
def paused() -> Iterator[None]:
    """Record nothing within: what happens there is recorded as a whole, or was before."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


@contextmanager
def gathered() -> Iterator[None]:
    """Store the changes within by one INSERT at the end, several of one object as one.

    Belongs inside the transaction of the changes: after an error nothing is stored. A part of
    them that is rolled back alone would be recorded all the same.
    """
    if _gathered.get() is not None:
        yield
        return
    changes: list[_Change] = []
    token = _gathered.set(changes)
    try:
        yield
        _store(_merged(changes))
    finally:
        _gathered.reset(token)


def actor() -> User | None:
    """Return the person of the current act."""
    act = _act.get()
    return User.objects.filter(pk=act.user_id).first() if act and act.user_id else None


def state_of(row: Model) -> State:
    """Return the columns of a row as JSON holds them."""
    return _state({c.attname: getattr(row, c.attname) for c in row._meta.concrete_fields})


def watch(models: Iterable[type[Model]]) -> None:
    """Record every save and deletion of these models of content."""
    for model in models:
        if model._meta.model_name in RECORDED_MODELS:
            pre_save.connect(_remember, sender=model, dispatch_uid="lms.history.before")
            post_save.connect(_record_save, sender=model, dispatch_uid="lms.history.save")
            pre_delete.connect(_record_delete, sender=model, dispatch_uid="lms.history.delete")


def record_many(
    pairs: Sequence[tuple[State | None, Model]], *, kind: str, by: User | None = None
) -> None:
    """Record changes that sent no signal: states before (None: new) and rows after.

    One INSERT, and one look at each kind of parent, whatever the number of rows. `by` counts where
    nobody acts.
    """
    changes = []
    for before, row in pairs:
        after = None if kind == ChangeKind.DELETED else state_of(row)
        if before is None or after is None or differs(before, after):
            changes.append(_Change(row, kind, before, after, user_id=by and by.pk))
    _record(changes)


@transaction.atomic
def restore(change: ContentChange, *, only: str | None = None) -> Model:
    """Put an object, or one column of it, back into the state before a change.

    That is a change of its own.

    Raises:
        ChangeNotRestorable: there was no state before, or no such column, the object is gone, what
            it named is, or a rule of today refuses the state.
    """
    model = apps.get_model("lms", change.model)
    row = model._default_manager.select_for_update().filter(pk=change.object_id).first()
    columns = _restorable(model, change.before or {}, only)
    if row is None or not columns:
        raise ChangeNotRestorable
    programs = _program_ids(row)
    tests = _tests(row)
    for column in columns:
        value = column.to_python(change.before[column.attname])
        if isinstance(column, ForeignKey) and not _exists(column.related_model, value):
            raise ChangeNotRestorable
        if value != getattr(row, column.attname):
            _require_file(model, column.attname, value)
            setattr(row, column.attname, value)
    try:
        row.full_clean(exclude=[model._meta.pk.name])
    except ValidationError as error:
        raise ChangeNotRestorable(" ".join(error.messages)) from error
    row.save()
    program_tree.recount_programs(programs | _program_ids(row))
    for test in {*tests, *_tests(row)}:
        program_tree.recount_questions(test)
    return row


def forget(*, days: int) -> int:
    """Delete changes that happened at least so many days ago; return how many.

    A few thousand at a time, so that nobody waits long for a lock.
    """
    old = ContentChange.objects.filter(happened_at__lt=timezone.now() - timedelta(days=days))
    count = 0
    while pks := list(
        old.order_by("happened_at").values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE]
    ):
        count += ContentChange.objects.filter(pk__in=pks).delete()[0]
    return count


def _state(values: dict[str, Any]) -> State:
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder, default=str))


def _remember(sender: type[Model], instance: Model, raw: bool, **kwargs: Any) -> None:
    """Read the stored row, and its root, before it is replaced; a fixture has its own history."""
    found = None
    if not raw and not _paused.get() and not instance._state.adding:
        columns = [column.attname for column in sender._meta.concrete_fields]
        paths = [path for path, _model in paths_of(sender) if path not in columns]
        row = sender._base_manager.filter(pk=instance.pk).values(*columns, *paths).first()
        if row is not None:
            root = root_from(sender, [row[path] for path, _model in paths_of(sender)])
            found = _state({name: row[name] for name in columns}), root
    setattr(instance, _BEFORE, found)


def _record_save(sender: type[Model], instance: Model, created: bool, raw: bool, **kw: Any) -> None:
    found = instance.__dict__.pop(_BEFORE, None)
    if raw or _paused.get():
        return
    after = state_of(instance)
    if found is None or created:
        _record([_Change(instance, ChangeKind.CREATED, None, after)])
        return
    before, root = found
    if differs(before, after):
        stays = all(before[c.attname] == after[c.attname] for c in parents_of(sender))
        known = root if stays and root != NO_ROOT else None
        _record([_Change(instance, ChangeKind.CHANGED, before, after, root=known)])


def _record_delete(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    if not _paused.get():
        # What it hangs under may be gone before the changes are stored.
        root = roots_of([instance])[0]
        _record([_Change(instance, ChangeKind.DELETED, state_of(instance), None, root=root)])


def _record(changes: list[_Change]) -> None:
    waiting = _gathered.get()
    if waiting is None:
        _store(changes)
    else:
        waiting += changes


def _merged(changes: list[_Change]) -> list[_Change]:
    """Make one change of several saves of an object; none where all of them change nothing."""
    merged: dict[tuple[type[Model], Any], _Change] = {}
    others: list[_Change] = []
    for change in changes:
        name = (type(change.row), change.row.pk)
        earlier = merged.get(name)
        if earlier is None or change.kind != ChangeKind.CHANGED:
            if earlier is not None:
                others.append(earlier)
            merged[name] = change
        else:
            earlier.after, earlier.root, earlier.row = change.after, change.root, change.row
    return [
        change
        for change in [*others, *merged.values()]
        if change.kind != ChangeKind.CHANGED or differs(change.before or {}, change.after or {})
    ]


def _store(changes: list[_Change]) -> None:
    if not changes:
        return
    act = _act.get() or Act()
    unknown = [change for change in changes if change.root is None]
    for change, root in zip(unknown, roots_of([c.row for c in unknown]), strict=True):
        change.root = root
    ContentChange.objects.bulk_create(
        [
            ContentChange(
                act_id=act.id,
                user_id=act.user_id or change.user_id,
                kind=change.kind,
                model=change.row._meta.model_name,
                object_id=str(change.row.pk or (change.before or {}).get("id")),
                title=str(change.row)[:500],
                root_model=change.root[0],
                root_id=change.root[1],
                before=change.before,
                after=change.after,
            )
            for change in changes
        ],
        batch_size=200,
    )


def _restorable(model: type[Model], before: State, only: str | None) -> list[Field]:
    return [
        column
        for column in model._meta.concrete_fields
        if column.attname in before
        and column.attname not in SILENT
        and not column.primary_key
        and only in (None, column.attname)
    ]


def _exists(model: type[Model], pk: Any) -> bool:
    return pk is None or model._default_manager.filter(pk=pk).exists()


def _require_file(model: type[Model], column: str, key: Any) -> None:
    """Refuse a key that the store knows no more; bare names and addresses are older than it."""
    if not is_file_column(model, column) or not key or "/" not in key.lstrip("/"):
        return
    if "://" in key or key.startswith("/"):
        return
    try:
        there = objects.exists(key)
    except Invalid:
        there = False
    if not there:
        raise ChangeNotRestorable(_("The file of this state is no longer in the store."))


def _program_ids(row: Model) -> set[int]:
    model, pk = roots_of([row])[0]
    return {int(pk)} if model == "courseprogram" else set()


def _tests(row: Model) -> set[LessonTest | FinalTest]:
    if not isinstance(row, Question):
        return set()
    return {test for test in (row.lesson_test, row.final_test) if test is not None}
