"""Copies programs and their parts, by one INSERT for each table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from lms.models import (
    CourseProgram,
    FinalTest,
    LearningOutcome,
    Lesson,
    LessonMaterial,
    LessonTest,
    Option,
    ProgramRequirement,
    Question,
    Station,
    TargetAudience,
    Topic,
    TopicFile,
)
from lms.services import program_tree

Copies = Mapping[Any, Model]
CopiedNode = Lesson | Topic | TopicFile | LessonTest | FinalTest
_TITLE_LENGTH = 500
# Columns that are not copied.
_NOT_COPIED = {"created_at", "updated_at", "bin_entry"}


@transaction.atomic
def copy_program(program: CourseProgram, station: Station) -> CourseProgram:
    """Copy a whole program to a station as inactive; the copy uses the same files."""
    copy = _one(
        program,
        station=station,
        is_active=False,
        tree_version=0,
        title=program.title if station.pk != program.station_id else _copy_title(program.title),
    )
    for model in (LearningOutcome, ProgramRequirement, TargetAudience):
        _many(model._default_manager.filter(course_program=program), course_program=copy)
    lessons = _many(Lesson.objects.filter(course_program=program), course_program=copy)
    _copy_lessons(lessons)
    _copy_tests(FinalTest, "final_test", _many(program.final_tests.all(), course_program=copy))
    program_tree.recount_programs([copy.pk])
    return copy


@transaction.atomic
def copy_node[Row: CopiedNode](row: Row) -> Row:
    """Copy a lesson, topic, file or test with everything below it, beside it."""
    title = _copy_title(row.title) if row.title else row.title
    changes: dict[str, Any] = {"title": title}
    if isinstance(row, TopicFile) and row.file_type == TopicFile.FileType.MAIN_PDF:
        changes["file_type"] = TopicFile.FileType.ADDITIONAL_DOCUMENT
    copy = _one(row, **changes)
    if isinstance(row, Lesson):
        _copy_lessons({row.pk: copy})
    elif isinstance(row, Topic):
        _copy_files({row.pk: copy})
    elif isinstance(row, LessonTest):
        _copy_tests(LessonTest, "lesson_test", {row.pk: copy})
    elif isinstance(row, FinalTest):
        _copy_tests(FinalTest, "final_test", {row.pk: copy})
    return copy


def _copy_lessons(lessons: Copies) -> None:
    _below(LessonMaterial, "lesson", lessons)
    _copy_files(_below(Topic, "lesson", lessons))
    _copy_tests(LessonTest, "lesson_test", _below(LessonTest, "lesson", lessons))


def _copy_files(topics: Copies) -> None:
    _below(TopicFile, "topic", topics)


def _copy_tests(model: type[Model], column: str, tests: Copies) -> None:
    questions = _below(Question, column, tests)
    _below(Option, "question", questions)


def _below(model: type[Model], column: str, parents: Copies) -> Copies:
    """Copy the rows of a model below the originals of these parents."""
    rows = list(model._default_manager.filter(**{f"{column}__in": list(parents)}))
    return _store(rows, [{column: parents[getattr(row, f"{column}_id")]} for row in rows])


def _many[Row: Model](rows: Iterable[Row], **changes: Any) -> dict[Any, Row]:
    listed = list(rows)
    return _store(listed, [changes] * len(listed))


def _one[Row: Model](row: Row, **changes: Any) -> Row:
    return _store([row], [changes])[row.pk]


def _store[Row: Model](rows: Sequence[Row], changes: Sequence[dict[str, Any]]) -> dict[Any, Row]:
    """Insert copies of rows with changes; return them by the keys of their originals."""
    if not rows:
        return {}
    model = type(rows[0])
    copies = []
    for row, changed in zip(rows, changes, strict=True):
        values = {
            column.attname: getattr(row, column.attname)
            for column in model._meta.concrete_fields
            if not column.primary_key and column.name not in {*_NOT_COPIED, *changed}
        }
        copy = model(**values, **changed)
        if hasattr(copy, "version"):
            copy.version = 0
        if isinstance(copy, Lesson | Topic):
            # Other tools know the original by its key.
            setattr(copy, "lesson_key" if isinstance(copy, Lesson) else "topic_key", None)
            program_tree.give_key(copy)
        copies.append(copy)
    model._default_manager.bulk_create(copies, batch_size=500)
    return {row.pk: copy for row, copy in zip(rows, copies, strict=True)}


def _copy_title(title: str) -> str:
    return (_("%(title)s (copy)") % {"title": title[: _TITLE_LENGTH - 20]})[:_TITLE_LENGTH]
