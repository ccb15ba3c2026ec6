"""Deletes content into the bin, brings it back identical, and empties what has expired.

A deletion marks the object and all content below it, one UPDATE for each table. What people did,
their enrolments, results and progress, is never touched by either way.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import CASCADE, F, ForeignKey, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.errors import InUse, ParentInBin
from lms.models import (
    BinEntry,
    BinnableModel,
    CompletedMaterial,
    CourseProgram,
    Enrollment,
    FinalTest,
    Lesson,
    LessonTest,
    MaterialProgress,
    Question,
    TestResult,
    Topic,
    TopicFile,
    TopicProgress,
    User,
)
from lms.services import content_cache, courses, history
from media_admin.services import library

# What people did, and how its rows name content.
_FACTS: tuple[tuple[type[Model], dict[type[Model], str]], ...] = (
    (Enrollment, {CourseProgram: "course_program"}),
    (CompletedMaterial, {CourseProgram: "course_program"}),
    (MaterialProgress, {CourseProgram: "course_program"}),
    (TopicProgress, {Topic: "topic"}),
    (TestResult, {LessonTest: "lesson_test", FinalTest: "final_test"}),
)


@dataclass
class Touched:
    """What a deletion touches: rows of content by the model's name, and people with progress."""

    counts: dict[str, int] = field(default_factory=dict)
    people: int = 0


def is_binnable(model: type[Model]) -> bool:
    """Tell whether deletions of a model go to the bin."""
    return issubclass(model, BinnableModel)


def preview(rows: Sequence[Model]) -> Touched:
    """Count what a deletion of these rows of one model would touch."""
    tree = _tree(type(rows[0]), [row.pk for row in rows])
    counts = {model._meta.model_name: found.count() for model, found in tree}
    return Touched({name: n for name, n in counts.items() if n}, _people(dict(tree)))


@transaction.atomic
def put(row: BinnableModel, *, by: User | None) -> BinEntry:
    """Move an object and all content below it to the bin; a row that is there already stays."""
    model = type(row)
    locked = model.objects.select_for_update().filter(pk=row.pk).first()
    if locked is None:
        return BinEntry.objects.get(pk=model.everything.get(pk=row.pk).bin_entry_id)
    tree = _tree(model, [row.pk])
    programs, tests = _programs_of(dict(tree)), _tests_of(dict(tree))
    entry = BinEntry.objects.create(
        model=model._meta.model_name,
        object_id=str(row.pk),
        title=str(locked)[:500],
        people=_people(dict(tree)),
        deleted_by=by,
    )
    before = history.state_of(locked)
    # From the leaves up: the conditions look through parents that are still visible.
    marked = {child: found.update(bin_entry=entry) for child, found in reversed(tree)}
    entry.counts = {child._meta.model_name: n for child, n in marked.items() if n}
    entry.save(update_fields=["counts"])
    _settle(programs, tests)
    history.record_deletion(locked, before=before)
    return entry


def put_all(rows: Iterable[BinnableModel], *, by: User | None) -> list[BinEntry]:
    """Move several objects to the bin, each with an entry of its own; all or none."""
    with transaction.atomic():
        return [put(row, by=by) for row in rows]


@transaction.atomic
def restore(entry: BinEntry, *, by: User | None) -> tuple[BinnableModel, list[str]]:
    """Bring back what a deletion took; return the object and notes for the person.

    Where its place was taken meanwhile, a program comes back switched off, and a main PDF as a
    document; the notes say so.

    Raises:
        ParentInBin: what the object hangs under is in the bin itself.
    """
    BinEntry.objects.select_for_update().get(pk=entry.pk)
    root = _root(entry)
    _require_parents(root)
    notes = _make_room(entry, root)
    for model in _models_below(type(root)):
        model.everything.filter(bin_entry=entry).update(bin_entry=None)
    root.refresh_from_db()
    tree = dict(_tree(type(root), [root.pk]))
    _settle(_programs_of(tree), _tests_of(tree))
    history.record_restoration(root)
    entry.delete()
    return root, notes


@transaction.atomic
def purge(entry: BinEntry, *, with_facts: bool = False) -> set[str]:
    """Delete for good; return the keys of files that the rows named.

    Raises:
        InUse: people's enrolments, results or progress hang on it, and `with_facts` is not set.
    """
    entry = BinEntry.objects.select_for_update().get(pk=entry.pk)
    root = _root(entry)
    people = _people({model: _marked(model, entry) for model in _models_below(type(root))})
    if people and not with_facts:
        raise InUse
    keys = {
        key
        for model in _models_below(type(root))
        for name in _KEY_COLUMNS.get(model._meta.model_name, ())
        for key in _marked(model, entry).values_list(name, flat=True)
        if key
    }
    # That it was deleted is in the history since it came into the bin.
    with history.paused():
        root.delete()
    entry.delete()
    for nested in BinEntry.objects.filter(model__in=[m._meta.model_name for m in _binnable()]):
        if not _model(nested).everything.filter(pk=nested.object_id).exists():
            nested.delete()
    content_cache.bump()
    return keys


def empty(*, before: Any = None) -> tuple[int, int]:
    """Delete for good what has expired and nobody's progress hangs on.

    Files that no row names any more go from the store too. Returns the numbers of entries and
    files.
    """
    emptied, keys = 0, set()
    for entry in BinEntry.objects.filter(expires_at__lt=before or timezone.now()).order_by("pk"):
        try:
            keys |= purge(entry)
        except (InUse, BinEntry.DoesNotExist):
            continue
        emptied += 1
    return emptied, library.delete_unused(keys)


# The columns that name objects in the store.
_KEY_COLUMNS = {
    "station": ("image", "tech_map_image"),
    "stationphoto": ("image_url",),
    "normativedocument": ("file_url",),
    "promovideo": ("object_key",),
    "department": ("image",),
    "topicfile": ("minio_object_name",),
    "question": ("image",),
    "herosliderimage": ("key",),
}


def _binnable() -> Iterator[type[BinnableModel]]:
    return (model for model in apps.get_app_config("lms").get_models() if is_binnable(model))


def _children(model: type[Model]) -> Iterator[tuple[type[BinnableModel], ForeignKey]]:
    """Give the models whose rows a deletion of this model's rows takes along."""
    for child in _binnable():
        for column in child._meta.concrete_fields:
            if column.related_model is model and column.remote_field.on_delete is CASCADE:
                yield child, column


def _models_below(model: type[Model]) -> list[type[BinnableModel]]:
    """List a model and those below it, parents first."""
    found = [model]
    for known in found:
        found += [child for child, _column in _children(known) if child not in found]
    return found


def _tree(
    model: type[BinnableModel], pks: Sequence[Any]
) -> list[tuple[type[BinnableModel], QuerySet]]:
    """Pair each model below with the query of its visible rows below these, parents first."""
    rows: dict[type[BinnableModel], QuerySet] = {model: model.objects.filter(pk__in=pks)}
    for child in _models_below(model)[1:]:
        condition = Q()
        for parent, found in rows.items():
            for candidate, column in _children(parent):
                if candidate is child:
                    condition |= Q(**{f"{column.name}__in": found.order_by().values("pk")})
        rows[child] = child.objects.filter(condition)
    return list(rows.items())


def _marked(model: type[BinnableModel], entry: BinEntry) -> QuerySet:
    return model.everything.filter(bin_entry=entry)


def _people(rows: dict[type[Model], QuerySet]) -> int:
    """Count the people who did something in what these queries find."""
    queries = [
        fact.objects.filter(**{f"{column}__in": rows[model].order_by().values("pk")})
        .order_by()
        .values_list("user_id")
        for fact, columns in _FACTS
        for model, column in columns.items()
        if model in rows
    ]
    if not queries:
        return 0
    first, *others = queries
    return first.union(*others).count() if others else first.distinct().count()


def _programs_of(rows: dict[type[Model], QuerySet]) -> set[int]:
    """Return the programs whose stored numbers a change of these rows changes."""
    paths = {Lesson: "course_program_id", Topic: "lesson__course_program_id"}
    paths |= {LessonTest: "lesson__course_program_id", FinalTest: "course_program_id"}
    return {
        pk
        for model, path in paths.items()
        if model in rows
        for pk in rows[model].order_by().values_list(path, flat=True).distinct()
    }


def _tests_of(rows: dict[type[Model], QuerySet]) -> set[tuple[type[Model], int]]:
    if Question not in rows or LessonTest in rows or FinalTest in rows:
        return set()
    pairs = rows[Question].values_list("lesson_test_id", "final_test_id")
    return {(LessonTest, a) if a is not None else (FinalTest, b) for a, b in pairs}


def _settle(programs: set[int], tests: set[tuple[type[Model], int]]) -> None:
    """Store the numbers that follow, and let readers see it."""
    courses.recount_programs(programs)
    CourseProgram.everything.filter(pk__in=programs).update(tree_version=F("tree_version") + 1)
    for model, pk in tests:
        courses.recount_questions(model.everything.get(pk=pk))
    content_cache.bump()


def _model(entry: BinEntry) -> type[BinnableModel]:
    return apps.get_model("lms", entry.model)


def _root(entry: BinEntry) -> BinnableModel:
    return _model(entry).everything.get(pk=entry.object_id)


def _require_parents(root: BinnableModel) -> None:
    for column in root._meta.concrete_fields:
        if isinstance(column, ForeignKey) and is_binnable(column.related_model):
            parent = getattr(root, column.name)
            if parent is not None and parent.bin_entry_id is not None:
                raise ParentInBin(_("Restore “%(parent)s” first.") % {"parent": parent})


def _make_room(entry: BinEntry, root: BinnableModel) -> list[str]:
    """Change what would take a place that is taken; return a note for each change."""
    notes = []
    programs = _marked(CourseProgram, entry).filter(is_active=True)
    taken = CourseProgram.objects.active().values("station_id")
    if programs.filter(station__in=taken).update(is_active=False):
        notes.append(_("The station has another active program: this one came back switched off."))
    if isinstance(root, TopicFile) and root.file_type == TopicFile.FileType.MAIN_PDF:
        others = TopicFile.objects.active().filter(
            topic=root.topic_id, file_type=TopicFile.FileType.MAIN_PDF
        )
        if root.is_active and others.exists():
            root.file_type = TopicFile.FileType.ADDITIONAL_DOCUMENT
            TopicFile.everything.filter(pk=root.pk).update(file_type=root.file_type)
            notes.append(_("The topic has another main PDF: this one came back as a document."))
    return notes
