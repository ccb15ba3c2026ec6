"""The history of content: who changed what and when, and how an earlier state comes back.

`recorder` records every change of content by itself. What it cannot know, such as that rows went to
the bin, is recorded by `record_many`. Changes are kept until somebody forgets them (`forget`).
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Field, ForeignKey, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.errors import ChangeNotRestorable
from lms.models import ChangeKind, ContentChange, FinalTest, LessonTest, Question, User
from lms.models.content import ContentModel
from lms.models.history import SILENT_COLUMNS, State, differs, model_name_of
from lms.selectors.files import is_file_column
from lms.selectors.history.roots import Root, roots_of
from lms.services import program_tree
from media_admin.services import objects
from portal.common.errors import Invalid
from portal.jobs.context import report_progress

# The names of all models of content.
RECORDED_MODELS = frozenset(
    model_name_of(model)
    for model in apps.get_app_config("lms").get_models()
    if issubclass(model, ContentModel)
)
_FORGOTTEN_AT_ONCE = 5000
_TITLE_LENGTH = 500


@dataclass
class Operation:
    """What one request or command does: by whom, and under which id."""

    user_id: UUID | None = None
    id: UUID = field(default_factory=uuid4)


@dataclass
class Change:
    """A change before it is stored; the root is looked up for many at once where it is None."""

    row: Model
    kind: str
    before: State | None
    after: State | None
    root: Root | None = None
    user_id: UUID | None = None
    # Taken at once: a deleted row loses its key, and what its title names may be gone later.
    object_id: str = field(init=False)
    title: str = field(init=False)

    def __post_init__(self) -> None:
        self.object_id = str(self.row.pk)
        self.title = str(self.row)[:_TITLE_LENGTH]


_operation: ContextVar[Operation | None] = ContextVar("operation", default=None)
_is_off: ContextVar[bool] = ContextVar("is_off", default=False)
_batch: ContextVar[list[Change] | None] = ContextVar("batch", default=None)


@contextmanager
def audit_context(user: User | None) -> Iterator[Operation]:
    """Let changes within carry this person and one id."""
    operation = Operation(user.pk if user is not None else None)
    token = _operation.set(operation)
    try:
        yield operation
    finally:
        _operation.reset(token)


def acting_user() -> User | None:
    """Return the person whose request is carried out, if it is one of the admin's."""
    operation = _operation.get(None)
    if operation is None or operation.user_id is None:
        return None
    return User.objects.filter(pk=operation.user_id).first()


@contextmanager
def without_history() -> Iterator[None]:
    """Record nothing within: for imports, and for changes that are recorded as a whole.

    The cached responses are renewed all the same.
    """
    token = _is_off.set(True)
    try:
        yield
    finally:
        _is_off.reset(token)


@contextmanager
def batch() -> Iterator[None]:
    """Store the changes within by one INSERT at the end, several of one object as one.

    Belongs inside the transaction of the changes: after an error nothing is stored. A part of
    them that is rolled back alone would be recorded all the same.
    """
    if _batch.get() is not None:
        yield
        return
    changes: list[Change] = []
    token = _batch.set(changes)
    try:
        yield
        _store(_merged(changes))
    finally:
        _batch.reset(token)


def is_recording() -> bool:
    """Tell whether changes are recorded here."""
    return not _is_off.get()


def current_user() -> User | None:
    """Return the person of the current operation."""
    operation = _operation.get()
    if operation is None or operation.user_id is None:
        return None
    found: User | None = User.objects.filter(pk=operation.user_id).first()
    return found


def state_of(row: Model) -> State:
    """Return the columns of a row as JSON holds them."""
    return as_state({c.attname: getattr(row, c.attname) for c in row._meta.concrete_fields})


def as_state(values: dict[str, Any]) -> State:
    """Return values of columns as JSON holds them."""
    state: State = json.loads(json.dumps(values, cls=DjangoJSONEncoder, default=str))
    return state


def record(changes: Sequence[Change]) -> None:
    """Store changes by one INSERT, at once or at the end of the batch."""
    waiting = _batch.get()
    if waiting is None:
        _store(changes)
    else:
        waiting += changes


def record_many(
    pairs: Sequence[tuple[State | None, Model]], *, kind: str, by: User | None = None
) -> None:
    """Record changes of one kind: states before (None: new) and rows after.

    One INSERT, and one look at each kind of parent, whatever the number of rows. `by` counts where
    the operation has no person.
    """
    changes = []
    for before, row in pairs:
        after = None if kind == ChangeKind.DELETED else state_of(row)
        if before is None or after is None or differs(before, after):
            user_id = None if by is None else by.pk
            changes.append(Change(row, kind, before, after, user_id=user_id))
    record(changes)


@transaction.atomic
def restore(change: ContentChange, *, only: str | None = None) -> Model:
    """Restore an object, or one column of it, to the state before a change.

    The history records this as another change.

    Raises:
        ChangeNotRestorable: there was no state before or no such column, the object or something
            that the state refers to does not exist any more, or the state is not valid today.
    """
    model = apps.get_model("lms", change.model)
    before = change.before or {}
    row: Model | None = (
        model._default_manager.select_for_update().filter(pk=change.object_id).first()
    )
    columns = _restorable(model, before, only)
    if row is None or not columns:
        raise ChangeNotRestorable
    programs = _program_ids(row)
    tests = _tests(row)
    for column in columns:
        value = column.to_python(before[column.attname])
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
    """Delete changes that are at least so many days old; return how many.

    It deletes a few thousand at a time, so that nobody waits long for a lock.
    """
    old = ContentChange.objects.filter(happened_at__lt=timezone.now() - timedelta(days=days))
    count = 0
    while pks := list(
        old.order_by("happened_at").values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE]
    ):
        count += ContentChange.objects.filter(pk__in=pks).delete()[0]
        report_progress(count)
    return count


def _merged(changes: list[Change]) -> list[Change]:
    """Make one change of several saves of an object; none where all of them change nothing."""
    merged: dict[tuple[type[Model], str], Change] = {}
    others: list[Change] = []
    for change in changes:
        name = (type(change.row), change.object_id)
        earlier = merged.get(name)
        if earlier is None or change.kind != ChangeKind.CHANGED:
            if earlier is not None:
                others.append(earlier)
            merged[name] = change
        else:
            earlier.after, earlier.root, earlier.row = change.after, change.root, change.row
            earlier.title = change.title
    return [
        change
        for change in [*others, *merged.values()]
        if change.kind != ChangeKind.CHANGED or differs(change.before or {}, change.after or {})
    ]


def _store(changes: Sequence[Change]) -> None:
    if not changes:
        return
    operation = _operation.get() or Operation()
    unknown = iter(roots_of([change.row for change in changes if change.root is None]))
    ContentChange.objects.bulk_create(
        [_stored_change(change, change.root or next(unknown), operation) for change in changes],
        batch_size=200,
    )


def _stored_change(change: Change, root: Root, operation: Operation) -> ContentChange:
    return ContentChange(
        act_id=operation.id,
        user_id=operation.user_id or change.user_id,
        kind=change.kind,
        model=model_name_of(change.row),
        object_id=change.object_id,
        title=change.title,
        root_model=root[0],
        root_id=root[1],
        before=change.before,
        after=change.after,
    )


def _restorable(model: type[Model], before: State, only: str | None) -> "list[Field[Any, Any]]":
    return [
        column
        for column in model._meta.concrete_fields
        if column.attname in before
        and column.attname not in SILENT_COLUMNS
        and not column.primary_key
        and only in (None, column.attname)
    ]


def _exists(model: type[Model], pk: object) -> bool:
    return pk is None or model._default_manager.filter(pk=pk).exists()


def _require_file(model: type[Model], column: str, key: str | None) -> None:
    """Refuse the key of a file that is not in the store; old rows hold names and URLs instead."""
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
