"""What a deletion affects: the content below some rows, and the people with progress in it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeGuard

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
from lms.models.history import model_name_of

Tree = dict[type[BinnableModel], QuerySet[Any]]
Link = ForeignKey[Any, Any]
# SQLite takes some 30,000 values in a statement.
_MOST_KEYS = 5000
# Tables of what people did or where they belong, and their columns that name content.
_PEOPLE_TABLES: tuple[tuple[type[Model], dict[type[BinnableModel], str]], ...] = (
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


def impact(rows: Sequence[BinnableModel]) -> Impact:
    """Count what a deletion of these rows of one model would affect."""
    if not rows:
        return Impact()
    tree = visible_tree(type(rows[0]), [row.pk for row in rows])
    return Impact(_counts(tree), len(people_of(tree)))


def _counts(tree: Tree) -> dict[str, int]:
    """Count the rows of each model in one query."""
    first, *others = (
        found.order_by()
        .annotate(kind=Value(model_name_of(model), CharField()))
        .values("kind")
        .annotate(number=Count("pk"))
        .values_list("kind", "number")
        for model, found in tree.items()
    )
    counts = dict(first.union(*others, all=True))
    return {
        model_name_of(model): counts[model_name_of(model)]
        for model in tree
        if counts.get(model_name_of(model))
    }


def is_binnable(model: type[Model]) -> TypeGuard[type[BinnableModel]]:
    """Tell whether deletions of a model go to the bin."""
    return issubclass(model, BinnableModel)


def model_of(entry: BinEntry) -> type[BinnableModel]:
    """Return the model of the object that was deleted."""
    return model_named(entry.model)


def model_named(name: str) -> type[BinnableModel]:
    """Return the model with the name of an entry.

    Raises:
        LookupError: there is no such model, or its rows are not moved to the bin.
    """
    model = apps.get_model("lms", name)
    if not is_binnable(model):
        raise LookupError(f"Rows of {name} are not moved to the bin.")
    return model


def root_of(entry: BinEntry) -> BinnableModel:
    """Return the object that was deleted."""
    return model_of(entry).everything.get(pk=entry.object_id)


@cache
def children_of(model: type[Model]) -> tuple[tuple[type[BinnableModel], Link], ...]:
    """List the models whose rows are deleted with rows of this model, with their foreign keys."""
    return tuple(
        (child, column)
        for child in apps.get_app_config("lms").get_models()
        if is_binnable(child)
        for column in child._meta.concrete_fields
        if isinstance(column, ForeignKey)
        and column.related_model is model
        and column.remote_field.on_delete is CASCADE
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


def links_within(child: type[Model], models: Iterable[type[Model]]) -> list[Link]:
    """List the foreign keys of a model that name these models as parents."""
    return [column for model in models for found, column in children_of(model) if found is child]


def parent_of(link: Link) -> type[BinnableModel]:
    """Return the model that a foreign key within the tree names."""
    return model_named(model_name_of(link.related_model))


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
            parents = rows[parent_of(column)].order_by().values("pk")
            condition |= Q(**{f"{column.name}__in": parents})
        rows[child] = getattr(child, manager).filter(condition)
        if children_of(child):
            rows[child] = _by_keys(rows[child], getattr(child, manager))
    return rows


def _by_keys(rows: QuerySet[Any], manager: Manager[Any]) -> QuerySet[Any]:
    """Select rows by their keys instead of by their parents, unless there are too many.

    The planner of PostgreSQL guesses the size of each nested subquery. Before it had statistics
    of newly filled tables, counting the rows below a station took minutes.
    """
    pks = list(rows.order_by().values_list("pk", flat=True)[: _MOST_KEYS + 1])
    return manager.filter(pk__in=pks) if len(pks) <= _MOST_KEYS else rows


def people_of(tree: Tree) -> set[Any]:
    """Return the keys of the people who have progress in these rows, or belong to them."""
    queries = [
        table._default_manager.filter(**{f"{column}__in": tree[model].order_by().values("pk")})
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
        model_name_of(table): table._default_manager.filter(condition).count()
        for table, condition in conditions.items()
    }
    return {name: number for name, number in counts.items() if number}


def counts_by_entry(
    entry_ids: Sequence[int], model: type[BinnableModel]
) -> dict[int, dict[str, int]]:
    """Count the rows in the bin by their entry; one query for each model below."""
    counts: dict[int, dict[str, int]] = {pk: {} for pk in entry_ids}
    for child in models_below(model):
        rows = child.everything.filter(bin_entry__in=entry_ids).order_by()
        for pk, number in rows.values_list("bin_entry").annotate(number=Count("pk")):
            counts[pk][model_name_of(child)] = number
    return counts


def people_by_entry(entry_ids: Sequence[int], model: type[BinnableModel]) -> Counter[int]:
    """Count the people with progress in the rows of these entries; one query."""
    queries = [
        table._default_manager.filter(**{f"{column}__bin_entry__in": entry_ids})
        .order_by()
        .values_list(F(f"{column}__bin_entry"), "user_id")
        for table, _model, column in _links_to(models_below(model))
    ]
    return Counter(entry_id for entry_id, _user_id in _union(queries))


def programs_of(tree: Tree) -> set[int]:
    """Return the programs whose stored numbers depend on these rows."""
    if CourseProgram in tree:  # Everything that is counted is below these.
        return set(tree[CourseProgram].order_by().values_list("pk", flat=True))
    paths: dict[type[BinnableModel], str] = {
        Lesson: "course_program_id",
        Topic: "lesson__course_program_id",
    }
    paths |= {LessonTest: "lesson__course_program_id", FinalTest: "course_program_id"}
    return {
        pk
        for model, path in paths.items()
        if model in tree
        for pk in tree[model].order_by().values_list(path, flat=True).distinct()
    }


def tests_of(tree: Tree) -> set[tuple[type[LessonTest | FinalTest], int]]:
    """Return the tests whose number of questions depends on these rows."""
    if Question not in tree or LessonTest in tree or FinalTest in tree:
        return set()
    pairs = tree[Question].order_by().values_list("lesson_test_id", "final_test_id").distinct()
    return {(LessonTest, a) if a is not None else (FinalTest, b) for a, b in pairs}


def _links_to(
    models: Iterable[type[BinnableModel]],
) -> Iterator[tuple[type[Model], type[BinnableModel], str]]:
    known = set(models)
    for table, columns in _PEOPLE_TABLES:
        for model, column in columns.items():
            if model in known:
                yield table, model, column


def _union(queries: list[QuerySet[Any, Any]]) -> Iterable[tuple[Any, ...]]:
    """Run the queries as one UNION."""
    if not queries:
        return []
    first, *others = queries
    return first.union(*others) if others else first.distinct()
