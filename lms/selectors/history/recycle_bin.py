"""What a deletion affects: the content below some rows, and the people with progress in it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import (
    CASCADE,
    CharField,
    Count,
    F,
    ForeignKey,
    Manager,
    Model,
    Q,
    QuerySet,
    Value,
)

from lms.models import (
    BinEntry,
    BinnableModel,
    Certificate,
    CompletedMaterial,
    Course,
    CourseEnrollment,
    CourseProgram,
    Department,
    Enrollment,
    FinalTest,
    Lesson,
    LessonTest,
    MaterialProgress,
    Profile,
    Question,
    Station,
    TestResult,
    Topic,
    TopicProgress,
)

Tree = dict[type[BinnableModel], QuerySet]
# SQLite takes some 30,000 values in a statement.
_MOST_KEYS = 5000
# Tables of what people did or where they belong, and their columns that name content.
_PEOPLE_TABLES: tuple[tuple[type[Model], dict[type[Model], str]], ...] = (
    (Enrollment, {CourseProgram: "course_program"}),
    (CompletedMaterial, {CourseProgram: "course_program"}),
    (MaterialProgress, {CourseProgram: "course_program"}),
    (TopicProgress, {Topic: "topic"}),
    (TestResult, {LessonTest: "lesson_test", FinalTest: "final_test"}),
    (CourseEnrollment, {Course: "course"}),
    (Certificate, {Course: "course", CourseProgram: "course_program"}),
    (Profile, {Station: "station", Department: "department"}),
)


@dataclass
class Impact:
    """What a change affects: numbers of rows by the model's name, and of people."""

    counts: dict[str, int] = field(default_factory=dict)
    people: int = 0


def impact(rows: Sequence[Model]) -> Impact:
    """Count what a deletion of these rows of one model would affect."""
    if not rows:
        return Impact()
    tree = visible_tree(type(rows[0]), [row.pk for row in rows])
    return Impact(_counts(tree), len(people_of(tree)))


def _counts(tree: Tree) -> dict[str, int]:
    """Count the rows of each model in one query."""
    first, *others = (
        found.order_by()
        .annotate(kind=Value(model._meta.model_name, CharField()))
        .values("kind")
        .annotate(number=Count("pk"))
        .values_list("kind", "number")
        for model, found in tree.items()
    )
    counts = dict(first.union(*others, all=True))
    return {
        model._meta.model_name: counts[model._meta.model_name]
        for model in tree
        if counts.get(model._meta.model_name)
    }


def is_binnable(model: type[Model]) -> bool:
    """Tell whether deletions of a model go to the bin."""
    return issubclass(model, BinnableModel)


def model_of(entry: BinEntry) -> type[BinnableModel]:
    """Return the model of the object that was deleted."""
    return apps.get_model("lms", entry.model)


def root_of(entry: BinEntry) -> BinnableModel:
    """Return the object that was deleted."""
    return model_of(entry).everything.get(pk=entry.object_id)


@cache
def children_of(model: type[Model]) -> tuple[tuple[type[BinnableModel], ForeignKey], ...]:
    """List the models whose rows are deleted with rows of this model, with their foreign keys."""
    return tuple(
        (child, column)
        for child in apps.get_app_config("lms").get_models()
        if is_binnable(child)
        for column in child._meta.concrete_fields
        if column.related_model is model and column.remote_field.on_delete is CASCADE
    )


@cache
def models_below(model: type[BinnableModel]) -> tuple[type[BinnableModel], ...]:
    """List a model and all models below it; parents come before their children."""
    found: list[type[BinnableModel]] = []

    def visit(current: type[BinnableModel]) -> None:
        for child, _column in children_of(current):
            if child not in found:
                visit(child)
        found.append(current)

    visit(model)
    return tuple(reversed(found))


def links_within(child: type[Model], models: Iterable[type[Model]]) -> list[ForeignKey]:
    """List the foreign keys of a model that name these models as parents."""
    return [column for model in models for found, column in children_of(model) if found is child]


def visible_tree(model: type[BinnableModel], pks: Sequence[Any]) -> Tree:
    """Map the model and those below it to their rows below these that are not in the bin."""
    return _tree(model, pks, "objects")


def whole_tree(model: type[BinnableModel], pks: Sequence[Any]) -> Tree:
    """Map the model and those below it to their rows below these, in the bin or not."""
    return _tree(model, pks, "everything")


def _tree(model: type[BinnableModel], pks: Sequence[Any], manager: str) -> Tree:
    rows: Tree = {model: getattr(model, manager).filter(pk__in=pks)}
    for child in models_below(model)[1:]:
        condition = Q()
        for column in links_within(child, rows):
            parents = rows[column.related_model].order_by().values("pk")
            condition |= Q(**{f"{column.name}__in": parents})
        rows[child] = getattr(child, manager).filter(condition)
        if children_of(child):
            rows[child] = _by_keys(rows[child], getattr(child, manager))
    return rows


def _by_keys(rows: QuerySet, manager: Manager) -> QuerySet:
    """Select rows by their keys instead of by their parents, unless there are too many.

    The planner of PostgreSQL guesses the size of each nested subquery. Before it had statistics
    of newly filled tables, counting the rows below a station took minutes.
    """
    pks = list(rows.order_by().values_list("pk", flat=True)[: _MOST_KEYS + 1])
    return manager.filter(pk__in=pks) if len(pks) <= _MOST_KEYS else rows


def people_of(tree: Tree) -> set[Any]:
    """Return the keys of the people who have progress in these rows, or belong to them."""
    queries = [
        table.objects.filter(**{f"{column}__in": tree[model].order_by().values("pk")})
        .order_by()
        .values_list("user_id")
        for table, model, column in _links_to(tree)
    ]
    return {row[0] for row in _union(queries)}


def progress_counts(tree: Tree) -> dict[str, int]:
    """Count the rows of people's progress in this content, by the model's name."""
    conditions: dict[type[Model], Q] = {}
    for table, model, column in _links_to(tree):
        below = Q(**{f"{column}__in": tree[model].order_by().values("pk")})
        conditions[table] = conditions.get(table, Q()) | below
    counts = {
        table._meta.model_name: table.objects.filter(condition).count()
        for table, condition in conditions.items()
    }
    return {name: number for name, number in counts.items() if number}


def counts_by_entry(entry_ids: Sequence[int], model: type[Model]) -> dict[int, dict[str, int]]:
    """Count the rows in the bin by their entry; one query for each model below."""
    counts: dict[int, dict[str, int]] = {pk: {} for pk in entry_ids}
    for child in models_below(model):
        rows = child.everything.filter(bin_entry__in=entry_ids).order_by()
        for pk, number in rows.values_list("bin_entry").annotate(number=Count("pk")):
            counts[pk][child._meta.model_name] = number
    return counts


def people_by_entry(entry_ids: Sequence[int], model: type[Model]) -> Counter[int]:
    """Count the people with progress in the rows of these entries; one query."""
    queries = [
        table.objects.filter(**{f"{column}__bin_entry__in": entry_ids})
        .order_by()
        .values_list(F(f"{column}__bin_entry"), "user_id")
        for table, _model, column in _links_to(models_below(model))
    ]
    return Counter(entry_id for entry_id, _user_id in _union(queries))


def programs_of(tree: Tree) -> set[int]:
    """Return the programs whose stored numbers depend on these rows."""
    if CourseProgram in tree:  # Everything that is counted is below these.
        return set(tree[CourseProgram].order_by().values_list("pk", flat=True))
    paths = {Lesson: "course_program_id", Topic: "lesson__course_program_id"}
    paths |= {LessonTest: "lesson__course_program_id", FinalTest: "course_program_id"}
    return {
        pk
        for model, path in paths.items()
        if model in tree
        for pk in tree[model].order_by().values_list(path, flat=True).distinct()
    }


def tests_of(tree: Tree) -> set[tuple[type[Model], int]]:
    """Return the tests whose number of questions depends on these rows."""
    if Question not in tree or LessonTest in tree or FinalTest in tree:
        return set()
    pairs = tree[Question].order_by().values_list("lesson_test_id", "final_test_id").distinct()
    return {(LessonTest, a) if a is not None else (FinalTest, b) for a, b in pairs}


def _links_to(models: Iterable[type[Model]]) -> Iterator[tuple[type[Model], type[Model], str]]:
    known = set(models)
    for table, columns in _PEOPLE_TABLES:
        for model, column in columns.items():
            if model in known:
                yield table, model, column


def _union(queries: list[QuerySet]) -> Iterable[tuple[Any, ...]]:
    """Run the queries as one UNION."""
    if not queries:
        return []
    first, *others = queries
    return first.union(*others) if others else first.distinct()
