"""Records what happens to content: who, when, and the columns before and after.

Signals of the models record every save and deletion; a save that changes nothing leaves no trace.
`bulk_create`, `bulk_update` and `update` send no signal: who uses them calls `record_many`.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import CASCADE, ForeignKey, Model
from django.db.models.signals import post_save, pre_delete, pre_save

from lms.errors import ChangeNotRestorable
from lms.models import ChangeKind, ContentChange, CourseProgram, Station, User
from lms.models.roles import CONTENT_MODELS

State = dict[str, Any]
# Columns that follow from others or count saves; a difference in them alone is none.
_SILENT = frozenset(
    {"created_at", "updated_at", "version", "tree_version", "bin_entry_id", "courses_count"}
    | {"topics_count", "lessons_count", "tests_count", "questions_count"}
)
# Records of other tools and of uploads, and remarks of people: no content to restore.
_NOT_RECORDED = frozenset({"comment", "videotranscodejob", "mediafile", "binentry"})
RECORDED_MODELS = CONTENT_MODELS - _NOT_RECORDED - {"contentchange"}
_BEFORE = "_history_before"
_ROOTS = (CourseProgram, Station)


@dataclass
class Act:
    """What one request or command does: by whom, and under which id."""

    user_id: Any = None
    id: uuid.UUID = field(default_factory=uuid.uuid4)


_act: ContextVar[Act | None] = ContextVar("act", default=None)
_paused: ContextVar[bool] = ContextVar("paused", default=False)


@contextmanager
def acting_as(user: User | None) -> Iterator[Act]:
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


def actor() -> User | None:
    """Return the person of the current act."""
    act = _act.get()
    return User.objects.filter(pk=act.user_id).first() if act and act.user_id else None


def state_of(row: Model) -> State:
    """Return the columns of a row as JSON holds them."""
    values = {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder, default=str))


def differs(before: State, after: State) -> bool:
    """Tell whether a change is worth a record."""
    return any(
        before.get(name) != after.get(name) for name in before | after if name not in _SILENT
    )


def watch(models: Iterable[type[Model]]) -> None:
    """Record every save and deletion of these models of content."""
    for model in models:
        if model._meta.model_name in RECORDED_MODELS:
            pre_save.connect(_remember, sender=model, dispatch_uid="lms.history.before")
            post_save.connect(_record_save, sender=model, dispatch_uid="lms.history.save")
            pre_delete.connect(_record_delete, sender=model, dispatch_uid="lms.history.delete")


def record_many(pairs: Sequence[tuple[State | None, Model]], *, kind: str) -> None:
    """Record changes that sent no signal: states before (None: new) and rows after.

    One INSERT, and one look at each level of parents, whatever the number of rows.
    """
    changes = [
        _change(row, kind=kind, before=before, after=state_of(row))
        for before, row in pairs
        if before is None or differs(before, state_of(row))
    ]
    ContentChange.objects.bulk_create(changes)


def record_deletion(row: Model, *, before: State) -> None:
    """Record that an object went to the bin with everything below it."""
    _change(row, kind=ChangeKind.DELETED, before=before, after=None).save()


def record_restoration(row: Model) -> None:
    """Record that an object came back from the bin."""
    _change(row, kind=ChangeKind.RESTORED, before=None, after=state_of(row)).save()


@transaction.atomic
def restore(change: ContentChange) -> Model:
    """Put an object back into the state before a change; that is a change of its own.

    Raises:
        ChangeNotRestorable: there was no state before, the object is gone, or what it named is.
    """
    model = apps.get_model("lms", change.model)
    row = model._default_manager.select_for_update().filter(pk=change.object_id).first()
    if change.before is None or row is None:
        raise ChangeNotRestorable
    for column in model._meta.concrete_fields:
        if column.primary_key or column.attname in _SILENT or column.attname not in change.before:
            continue
        value = column.to_python(change.before[column.attname])
        if isinstance(column, ForeignKey) and not _exists(column.related_model, value):
            raise ChangeNotRestorable
        setattr(row, column.attname, value)
    row.full_clean(exclude=[model._meta.pk.name])
    row.save()
    return row


def _exists(model: type[Model], pk: Any) -> bool:
    return pk is None or model._default_manager.filter(pk=pk).exists()


def _remember(sender: type[Model], instance: Model, raw: bool, **kwargs: Any) -> None:
    """Read the stored row before it is replaced; a fixture brings its own history."""
    before = None
    if not raw and not _paused.get() and not instance._state.adding:
        stored = sender._base_manager.filter(pk=instance.pk).first()
        before = state_of(stored) if stored is not None else None
    setattr(instance, _BEFORE, before)


def _record_save(sender: type[Model], instance: Model, created: bool, raw: bool, **kw: Any) -> None:
    before = instance.__dict__.pop(_BEFORE, None)
    if raw or _paused.get():
        return
    after = state_of(instance)
    if before is None or created:
        _change(instance, kind=ChangeKind.CREATED, before=None, after=after).save()
    elif differs(before, after):
        _change(instance, kind=ChangeKind.CHANGED, before=before, after=after).save()


def _record_delete(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    if not _paused.get():
        _change(instance, kind=ChangeKind.DELETED, before=state_of(instance), after=None).save()


def _change(row: Model, *, kind: str, before: State | None, after: State | None) -> ContentChange:
    act = _act.get() or Act()
    root = root_of(row)
    return ContentChange(
        act_id=act.id,
        user_id=act.user_id,
        kind=kind,
        model=row._meta.model_name,
        object_id=str(row.pk),
        title=str(row)[:500],
        root_model=root[0],
        root_id=root[1],
        before=before,
        after=after,
    )


def root_of(row: Model) -> tuple[str, str]:
    """Return model and id of the program or station that a row hangs under; of itself for those."""
    seen = 0
    while not isinstance(row, _ROOTS):
        parent = _parent(row)
        seen += 1
        if parent is None or seen > 6:
            return "", ""
        row = parent
    return row._meta.model_name, str(row.pk)


def _parent(row: Model) -> Model | None:
    for column in row._meta.concrete_fields:
        if isinstance(column, ForeignKey) and column.remote_field.on_delete is CASCADE:
            parent = getattr(row, column.name)
            if parent is not None:
                return parent
    return None
