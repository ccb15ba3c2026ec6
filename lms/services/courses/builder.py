"""The operations of the program builder: each changes a program while it holds a lock on it.

Editing the tree never changes people's progress.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.errors import NodeChanged, NodeGone
from lms.models import (
    BinEntry,
    BinnableModel,
    CourseProgram,
    FinalTest,
    Lesson,
    LessonTest,
    Topic,
    TopicFile,
    User,
)
from lms.selectors.courses import builder as selectors
from lms.selectors.history.recycle_bin import model_of
from lms.services import program_tree
from lms.services.courses import copying
from lms.services.history import changes, recycle_bin
from portal.common.errors import Invalid

MOST_MOVED = 500
# The columns that an editor may set, by the names of the contract.
_EDITABLE = {
    "program": {"title": "title", "description": "description", "duration": "duration"},
    "lesson": {"title": "title", "duration": "duration"},
    "topic": {"title": "title", "duration": "duration", "code": "code"},
    "file": {"title": "title", "fileType": "file_type"},
    "lessontest": {"title": "title"},
    "finaltest": {"title": "title"},
}
# Nodes that have an order, and the columns that name their parent.
_PARENTS: dict[type[Model], tuple[str, type[Model]]] = {
    Lesson: ("course_program", CourseProgram),
    Topic: ("lesson", Lesson),
    TopicFile: ("topic", Topic),
}


def run_operation[Result](
    program_id: int, operation: Callable[[CourseProgram], Result]
) -> tuple[Result, int]:
    """Lock a program and run an operation on it; return its result and the tree's new version.

    An operation is one transaction.

    Raises:
        NodeGone: the program is in the bin.
    """
    with transaction.atomic():
        program = CourseProgram.objects.select_for_update().filter(pk=program_id).first()
        if program is None:
            raise NodeGone
        version = program.tree_version + 1
        result = operation(program)
        program_tree.recount_programs([program.pk])
        CourseProgram.everything.filter(pk=program.pk).update(tree_version=version)
    return result, version


def find(program: CourseProgram, kind: str, pk: int) -> Any:
    """Return a row of a program by the kind of its node.

    Raises:
        NodeGone: it is not, or no longer, part of this program.
    """
    model, path = selectors.KINDS[kind]
    row = model._default_manager.filter(**{path: program.pk}).filter(pk=pk).first()
    if row is None:
        raise NodeGone
    return row


def add_lesson(program: CourseProgram, *, title: str, before: int | None) -> Lesson:
    """Add a lesson in front of another, or at the end."""
    lesson = Lesson(course_program=program, title=title)
    program_tree.give_key(lesson)
    return _insert(lesson, Lesson.objects.filter(course_program=program), before=before)


def add_topic(program: CourseProgram, *, lesson_id: int, title: str, before: int | None) -> Topic:
    """Add a topic to a lesson."""
    topic = Topic(lesson=find(program, "lesson", lesson_id), title=title)
    program_tree.give_key(topic)
    return _insert(topic, Topic.objects.filter(lesson=lesson_id), before=before)


def add_file(program: CourseProgram, *, topic_id: int, key: str, title: str) -> TopicFile:
    """Add an uploaded file to a topic, at the end."""
    file = TopicFile(topic=find(program, "topic", topic_id), title=title or None)
    file.minio_object_name = key
    program_tree.fill_from_upload(file)
    program_tree.choose_kind(file)
    return _insert(file, TopicFile.objects.filter(topic=topic_id), before=None)


def add_lesson_test(program: CourseProgram, *, lesson_id: int, title: str) -> LessonTest:
    """Add a test to a lesson."""
    return _save(LessonTest(lesson=find(program, "lesson", lesson_id), title=title))


def add_final_test(program: CourseProgram, *, title: str) -> FinalTest:
    """Add a final test to the program."""
    return _save(FinalTest(course_program=program, title=title))


def edit(row: Any, *, version: int, fields: dict[str, Any]) -> Any:
    """Set fields of a row, unless it has changed since the editor read it.

    Raises:
        NodeChanged: somebody else has saved the row.
        Invalid: a value is not valid; nothing is stored.
    """
    row = type(row).objects.select_for_update().get(pk=row.pk)
    if row.version != version:
        raise NodeChanged(selectors.fields_of(row))
    columns = _EDITABLE[selectors.kind_of(row)]
    for name, value in fields.items():
        if name == "isActive":
            row.is_active = value
        elif name in columns:
            setattr(row, columns[name], value or None)
        else:
            raise Invalid(_("The request is malformed."))
    return _save(row)


def move(
    program: CourseProgram, rows: Sequence[Any], *, parent: Model, before: int | None
) -> list[Any]:
    """Move rows of one kind, in this order, in front of a sibling or to the end of a parent.

    The new place is relative to a sibling, so that moves of two editors do not undo each other.

    Raises:
        NodeGone: the sibling is not below the parent any more.
    """
    model = type(rows[0])
    column, _parent_model = _PARENTS[model]
    moved = {row.pk for row in rows}
    siblings = [row for row in _ordered(model, column, parent) if row.pk not in moved]
    place = _place(siblings, before)
    if model is TopicFile:
        _demote_second_main_pdf(rows, siblings)
    columns = [column, "order_index", "updated_at"] + (["file_type"] if model is TopicFile else [])
    for index, row in enumerate(rows, start=place):
        setattr(row, column, parent)
        row.order_index = index
        row.updated_at = timezone.now()
    model._default_manager.bulk_update(rows, columns)
    _renumber(model, [*siblings[:place], *rows, *siblings[place:]])
    return list(rows)


def duplicate[Row: copying.CopiedNode](row: Row) -> Row:
    """Copy a node with everything below it and insert the copy behind it."""
    copied = copying.copy_node(row)
    if type(row) in _PARENTS:
        column, _model = _PARENTS[type(row)]
        siblings = [r for r in _ordered(type(row), column, getattr(row, column)) if r != copied]
        place = next(n for n, sibling in enumerate(siblings) if sibling.pk == row.pk) + 1
        _renumber(type(row), [*siblings[:place], copied, *siblings[place:]])
    return copied


def delete(row: BinnableModel, *, by: User) -> BinEntry:
    """Move a node to the bin."""
    return recycle_bin.put(row, by=by)


def restore(program: CourseProgram, entry_id: int, *, by: User) -> tuple[BinnableModel, list[str]]:
    """Restore what was deleted from this program.

    Raises:
        NodeGone: there is no such deletion in this program, or it is restored already.
        ParentInBin: the parent was deleted later and is still in the bin.
    """
    entry = BinEntry.objects.filter(pk=entry_id).first()
    kind = next((k for k, (m, _p) in selectors.KINDS.items() if entry and _is(m, entry)), None)
    if entry is None or kind in {None, "program"}:
        raise NodeGone
    _model, path = selectors.KINDS[kind]
    rows = model_of(entry).everything.filter(pk=entry.object_id)
    if not rows.filter(**{path: program.pk}).exists():
        raise NodeGone
    return recycle_bin.restore(entry, by=by)


def _is(model: type[Model], entry: BinEntry) -> bool:
    return model._meta.model_name == entry.model


def _save[Row: Model](row: Row) -> Row:
    """Check a row by its model's rules and save it.

    Raises:
        Invalid: with the texts by field.
    """
    try:
        row.full_clean()
    except ValidationError as error:
        fields = {
            _client_name(name): [str(text) for text in texts]
            for name, texts in error.message_dict.items()
        }
        first = next(iter(fields.values()))[0]
        raise Invalid(first, fields=fields) from error
    row.save()
    return row


def _client_name(column: str) -> str:
    return {"file_type": "fileType", "is_active": "isActive"}.get(column, column)


def _insert[Row: Lesson | Topic | TopicFile](
    row: Row, siblings: QuerySet[Row], *, before: int | None
) -> Row:
    ordered = list(siblings.order_by("order_index", "pk"))
    place = _place(ordered, before)
    row.order_index = ordered[-1].order_index + 1 if ordered else 0
    _save(row)
    if place < len(ordered):
        _renumber(type(row), [*ordered[:place], row, *ordered[place:]])
    return row


def _place(siblings: Sequence[Model], before: int | None) -> int:
    if before is None:
        return len(siblings)
    for place, sibling in enumerate(siblings):
        if sibling.pk == before:
            return place
    raise NodeGone


def _ordered(model: type[Model], column: str, parent: Model) -> list[Any]:
    return list(model._default_manager.filter(**{column: parent}).order_by("order_index", "pk"))


def _renumber(model: type[Model], rows: Sequence[Any]) -> None:
    """Store the order 0, 1, 2 ... of siblings, without a new version and without a record.

    Nobody edited them; the record of the moved row is enough.
    """
    changed = []
    for place, row in enumerate(rows):
        if row.order_index != place:
            row.order_index = place
            changed.append(row)
    with changes.without_history():
        model._default_manager.bulk_update(changed, ["order_index"], batch_size=200)


def _demote_second_main_pdf(rows: Sequence[TopicFile], siblings: Sequence[TopicFile]) -> None:
    """Turn a second main PDF of a topic into a document."""
    main = TopicFile.FileType.MAIN_PDF
    taken = any(file.file_type == main and file.is_active for file in siblings)
    for file in rows:
        if file.file_type == main and file.is_active:
            if taken:
                file.file_type = TopicFile.FileType.ADDITIONAL_DOCUMENT
            taken = True


def tree_version(program_id: int) -> int | None:
    """Return the version of a program's tree, or None when it is gone."""
    rows = CourseProgram.objects.filter(pk=program_id)
    return rows.values_list(F("tree_version"), flat=True).first()
