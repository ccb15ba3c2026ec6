"""The recycle bin: deletes content, restores it unchanged, and purges what has expired.

A deletion marks the object and all content below it, by one UPDATE for each table. Deleting and
restoring never change people's enrollments, results and progress.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, ForeignKey, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.signals import post_save
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.errors import InUse, NotInBin, ParentInBin
from lms.models import (
    BinEntry,
    BinnableModel,
    Certificate,
    ChangeKind,
    Course,
    CourseProgram,
    Enrollment,
    FinalTest,
    LessonTest,
    TopicFile,
    User,
)
from lms.models.history import model_name_of
from lms.selectors.files import keys_named_by
from lms.selectors.history import recycle_bin as selectors
from lms.selectors.history.recycle_bin import Impact, Link, Tree, is_binnable
from lms.selectors.history.recycle_bin import impact as preview
from lms.services import program_tree
from lms.services.history import changes
from lms.services.progress import certificates, enrollments
from media_admin.services import library
from portal.jobs.context import report_progress

__all__ = [
    "Impact",
    "connect_signals",
    "empty",
    "is_binnable",
    "preview",
    "progress_counts",
    "purge",
    "put",
    "put_all",
    "restore",
]

_BATCH = 200
_HOLD = "SELECT bin_entry_id FROM %(table)s WHERE %(key)s = %%s FOR KEY SHARE"


def put(row: BinnableModel, *, by: User | None) -> BinEntry:
    """Move an object and all content below it to the bin; a row that is there already stays."""
    return put_all([row], by=by)[0]


@transaction.atomic
def put_all(rows: Iterable[BinnableModel], *, by: User | None) -> list[BinEntry]:
    """Move objects of one model to the bin, each with its own entry; all or none.

    The number of queries follows the number of tables, not that of rows.
    """
    rows = list(rows)
    if not rows:
        return []
    model, pks = type(rows[0]), [row.pk for row in rows]
    locked = list(model.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    if locked:
        _put_visible(model, locked, by=by)
    stored = dict(model.everything.filter(pk__in=pks).values_list("pk", "bin_entry"))
    entries = BinEntry.objects.in_bulk(stored.values())
    return [entries[stored[pk]] for pk in pks if pk in stored]


@transaction.atomic
def restore(entry: BinEntry, *, by: User | None) -> tuple[BinnableModel, list[str]]:
    """Restore what a deletion marked; return the object and notes for the person.

    If the station has another active program, the program is restored as inactive. If the topic
    has another main PDF, the file is restored as a document. The notes say so.

    Raises:
        NotInBin: somebody has already restored or purged it.
        ParentInBin: the parent of the object is in the bin too.
    """
    entry = _locked(entry)
    root = selectors.root_of(entry)
    _require_parents(root)
    # The record of the restored object already contains these changes.
    with changes.without_history():
        notes = _make_room(entry, root)
    for model in selectors.models_below(type(root)):
        model.everything.filter(bin_entry=entry).update(bin_entry=None)
    root.refresh_from_db()
    _store_counts_of(selectors.visible_tree(type(root), [root.pk]))
    changes.record_many([(None, root)], kind=ChangeKind.RESTORED, by=by)
    entry.delete()
    return root, notes


@transaction.atomic
def purge(entry: BinEntry, *, with_progress: bool = False) -> set[str]:
    """Delete an object for good, with all content below it; return the keys of its files.

    After the commit the caller deletes the files that are not used any more, by
    `library.delete_unused`.

    Raises:
        NotInBin: it is not in the bin any more.
        InUse: people have progress in it, and `with_progress` is not set.
    """
    entry = _locked(entry)
    root = selectors.root_of(entry)
    tree = selectors.whole_tree(type(root), [root.pk])
    people = selectors.people_of(tree)
    if people and not with_progress:
        raise InUse
    keys = {key for model, rows in tree.items() for key in keys_named_by(model, rows)}
    counted = _counted_people(tree) if people else (set(), set())
    entry_ids = {pk for rows in tree.values() for pk in rows.order_by().values_list("bin_entry")}
    # The deletion was recorded when the object was moved to the bin.
    with changes.without_history():
        root.delete()
    BinEntry.objects.filter(pk__in=[pk for (pk,) in entry_ids if pk is not None]).delete()
    _recount_people(*counted)
    return keys


def progress_counts(entry: BinEntry) -> dict[str, int]:
    """Count the rows of people's progress that a purge would delete, by the model's name."""
    root = selectors.root_of(entry)
    return selectors.progress_counts(selectors.whole_tree(type(root), [root.pk]))


def empty(*, days: int | None = None) -> tuple[int, int]:
    """Purge entries that have expired, or that are so many days old; delete their files.

    Content with people's progress stays in the bin. Returns the numbers of entries and files.
    """
    now = timezone.now()
    old = Q(expires_at__lt=now) if days is None else Q(deleted_at__lt=now - timedelta(days=days))
    entries = list(BinEntry.objects.filter(old).order_by("pk"))
    emptied = files = 0
    for number, entry in enumerate(entries):
        report_progress(number, len(entries))
        try:
            keys = purge(entry)
        except (InUse, NotInBin):
            continue
        emptied += 1
        # At once and not for all entries at the end: it may be stopped before the next one.
        files += library.delete_unused(keys)
    return emptied, files


def _put_visible(model: type[BinnableModel], rows: list[BinnableModel], *, by: User | None) -> None:
    tree = selectors.visible_tree(model, [row.pk for row in rows])
    programs, tests = selectors.programs_of(tree), selectors.tests_of(tree)
    before = [(changes.state_of(row), row) for row in rows]
    entries = BinEntry.objects.bulk_create(
        BinEntry(
            model=model_name_of(model),
            object_id=str(row.pk),
            title=str(row)[:500],
            deleted_by=by,
        )
        for row in rows
    )
    for row, entry in zip(rows, entries, strict=True):
        row.bin_entry = entry
    model.objects.bulk_update(rows, ["bin_entry"], batch_size=_BATCH)
    ids = [entry.pk for entry in entries]
    _mark_below(model, ids)
    counts = selectors.counts_by_entry(ids, model)
    people = selectors.people_by_entry(ids, model)
    for entry in entries:
        entry.counts, entry.people = counts[entry.pk], people[entry.pk]
    BinEntry.objects.bulk_update(entries, ["counts", "people"], batch_size=_BATCH)
    _store_counts(programs, tests)
    changes.record_many(before, kind=ChangeKind.DELETED, by=by)


def _mark_below(model: type[BinnableModel], entry_ids: list[int]) -> None:
    """Mark each visible row below with the entry of its parent; parents come first."""
    models = selectors.models_below(model)
    for child in models[1:]:
        links = selectors.links_within(child, models)
        below = Q()
        for link in links:
            below |= Q(**{f"{link.name}__bin_entry__in": entry_ids})
        rows = child.objects.filter(below)
        if selectors.children_of(child):
            # Wait for running inserts of children below these rows, and block new ones.
            list(rows.select_for_update(of=["self"]).order_by("pk").values_list("pk"))
        rows.update(bin_entry=_entry_of_parent(links))


def _entry_of_parent(links: list[Link]) -> Any:
    entries = [
        Subquery(
            selectors.parent_of(link)
            .everything.filter(pk=OuterRef(link.attname))
            .values("bin_entry")
        )
        for link in links
    ]
    return Coalesce(*entries) if len(entries) > 1 else entries[0]


def _store_counts_of(tree: Tree) -> None:
    _store_counts(selectors.programs_of(tree), selectors.tests_of(tree))


def _store_counts(
    programs: set[int], tests: Iterable[tuple[type[LessonTest | FinalTest], int]]
) -> None:
    """Store the counts of these programs and tests anew."""
    program_tree.recount_programs(programs)
    CourseProgram.everything.filter(pk__in=programs).update(tree_version=F("tree_version") + 1)
    for model, pk in tests:
        program_tree.recount_questions(model.everything.get(pk=pk))


def connect_signals(models: Iterable[type[Model]]) -> None:
    """Refuse new content whose parent is in the bin."""
    for model in models:
        if is_binnable(model):
            post_save.connect(_require_visible, sender=model, dispatch_uid="lms.bin.parents")


def _require_visible(instance: BinnableModel, created: bool, raw: bool, **kwargs: Any) -> None:
    """Check that the parents of a new row are not in the bin, and lock them until the commit.

    Somebody may have deleted the parent after a form or an import chose it.
    """
    if created and not raw and instance.bin_entry_id is None:
        _require_parents(instance)


def _locked(entry: BinEntry) -> BinEntry:
    found = BinEntry.objects.select_for_update().filter(pk=entry.pk).first()
    if found is None:
        raise NotInBin
    return found


def _marked(model: type[BinnableModel], entry: BinEntry) -> QuerySet[Any]:
    return model.everything.filter(bin_entry=entry)


def _require_parents(row: BinnableModel) -> None:
    """Refuse a row whose parent is in the bin; until the commit nobody can delete its parents."""
    for column in row._meta.concrete_fields:
        key = getattr(row, column.attname)
        if key is None or not isinstance(column, ForeignKey):
            continue
        parents = column.related_model
        if is_binnable(parents) and _held_in_bin(parents, key):
            text = _("“%(parent)s” is in the bin. Restore it first.")
            raise ParentInBin(text % {"parent": parents.everything.get(pk=key)})


def _held_in_bin(model: type[BinnableModel], key: Any) -> bool:
    """Tell whether a row is in the bin; until the commit nobody can delete it.

    The weakest row lock is enough: many people may insert below one row at once, and its other
    columns can be saved. The foreign key takes the same lock, but only at the commit.
    """
    if connection.vendor != "postgresql":
        return model.everything.filter(pk=key, bin_entry__isnull=False).exists()
    names = {"table": model._meta.db_table, "key": str(model._meta.pk.column)}
    quoted = {name: connection.ops.quote_name(value) for name, value in names.items()}
    with connection.cursor() as cursor:
        cursor.execute(_HOLD % quoted, [key])
        row = cursor.fetchone()
    return row is not None and row[0] is not None


def _make_room(entry: BinEntry, root: BinnableModel) -> list[str]:
    """Avoid conflicts with what was added meanwhile; return a note for each change."""
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


def _counted_people(tree: Tree) -> tuple[set[Any], set[Any]]:
    """Return the people whose numbers of programs, and of certificates, a purge changes."""
    learners: set[Any] = set()
    holders: set[Any] = set()
    for model, rows in tree.items():
        below = rows.order_by().values("pk")
        if model is CourseProgram:
            enrollments = Enrollment.objects.filter(course_program__in=below)
            learners |= set(enrollments.values_list("user_id", flat=True))
        elif model is Course:
            certificates_below = Certificate.objects.filter(course__in=below)
            holders |= set(certificates_below.values_list("user_id", flat=True))
    return learners, holders


def _recount_people(learners: set[Any], holders: set[Any]) -> None:
    for user_id in learners:
        enrollments.count_programs(user_id)
    for user_id in holders:
        certificates.count_certificates(user_id)
