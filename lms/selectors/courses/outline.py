"""Reads a station's program as one tree in a fixed number of queries."""

from collections import defaultdict
from operator import itemgetter
from typing import Any, cast

from django.db.models import F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from lms.models import (
    CourseProgram,
    FinalTest,
    LearningOutcome,
    Lesson,
    LessonTest,
    ProgramRequirement,
    TargetAudience,
    Topic,
    TopicFile,
)
from portal.fastpath.compiled_query import CompiledQuery

Row = dict[str, Any]

_LISTS = (
    (LearningOutcome, "outcome_text", "outcomes"),
    (ProgramRequirement, "requirement_text", "requirements"),
    (TargetAudience, "audience_text", "audience"),
)
_TEST_FIELDS = (
    "id",
    "title",
    "description",
    "questions_count",
    "passing_score",
    "time_limit",
    "attempts",
)
_PROGRAM_FIELDS = (
    "id",
    "station_id",
    "title",
    "description",
    "duration",
    "format",
    "is_active",
    "order_index",
)


def _by_number(make: Any) -> CompiledQuery[Any]:
    return CompiledQuery(make, IntegerField(), sample=-918_273_645)


def _texts(program_id: int) -> "QuerySet[Any, Row]":
    rows = [
        model.objects.filter(course_program=program_id)
        .order_by()
        .values(
            list=Value(name),
            place=Cast("order_index", IntegerField()),
            pk_=Cast("pk", IntegerField()),
            text=Cast(column, TextField()),
        )
        for model, column, name in _LISTS
    ]
    return cast("QuerySet[Any, Row]", rows[0].union(*rows[1:], all=True))


def _tests(program_id: int) -> "QuerySet[Any, Row]":
    """Return the tests of lessons, and the final tests, which have no lesson."""
    lessons = LessonTest.objects.active().filter(lesson__course_program=program_id)
    finals = FinalTest.objects.active().filter(course_program=program_id)
    of_lessons, of_none = F("lesson_id"), Value(None, IntegerField())
    rows = lessons.order_by().values(*_TEST_FIELDS, lesson_pk=of_lessons)
    union: QuerySet[Any, Row] = rows.union(
        finals.order_by().values(*_TEST_FIELDS, lesson_pk=of_none), all=True
    )
    return union


_ACTIVE = _by_number(
    lambda station: (
        CourseProgram.objects.active()
        .filter(station=station)
        .order_by("order_index", "pk")
        .values(*_PROGRAM_FIELDS)[:1]
    )
)
_TEXTS = _by_number(_texts)
_TESTS = _by_number(_tests)
_LESSONS = _by_number(
    lambda program: (
        Lesson.objects.active()
        .filter(course_program=program)
        .order_by("order_index", "pk")
        .values("id", "lesson_key", "title", "duration", "order_index")
    )
)
_TOPICS = _by_number(
    lambda program: (
        Topic.objects.active()
        .filter(lesson__course_program=program)
        .order_by("order_index", "pk")
        .values("lesson_id", "id", "topic_key", "code", "title", "duration", "order_index")
    )
)
_FILES = _by_number(
    lambda program: (
        TopicFile.objects.active()
        .filter(topic__lesson__course_program=program)
        .order_by("order_index", "pk")
        .values("topic_id", *TopicFile.API_FIELDS)
    )
)


def active_program(station_id: int) -> Row | None:
    """Return the active program of a station, or None; one query."""
    return next(iter(_ACTIVE.rows(station_id)), None)


def program_row(program_id: int) -> Row | None:
    """Return a program, switched on or off, or None; one query."""
    row: Row | None = CourseProgram.objects.filter(pk=program_id).values(*_PROGRAM_FIELDS).first()
    return row


def program_texts(program_id: int) -> dict[str, list[str]]:
    """Return the texts of a program's three lists by list, in order; one query."""
    texts: dict[str, list[str]] = {name: [] for _model, _column, name in _LISTS}
    for row in sorted(_TEXTS.rows(program_id), key=lambda row: (row["place"], row["pk_"])):
        texts[row["list"]].append(row["text"])
    return texts


def program_outline(program_id: int) -> dict[str, Any]:
    """Return active lessons with topics, files and tests, and the final test; four queries.

    Shape: {"final_test": row | None, "lessons": [row of a lesson + {"test": row | None,
    "topics": [row of a topic + {"files": [row]}]}]}, each list in its order, main files first.
    """
    files = _group(_FILES.rows(program_id), "topic_id")
    topics = _group(_TOPICS.rows(program_id), "lesson_id")
    # The first one made is the one that is shown.
    tests = _group(sorted(_TESTS.rows(program_id), key=itemgetter("id")), "lesson_pk")
    lessons = _LESSONS.rows(program_id)
    for lesson in lessons:
        lesson["test"] = next(iter(tests[lesson["id"]]), None)
        lesson["topics"] = topics[lesson["id"]]
        for topic in lesson["topics"]:
            topic["files"] = _main_first(files[topic["id"]])
    return {"final_test": next(iter(tests[None]), None), "lessons": lessons}


def _group(rows: list[Row], name: str) -> dict[int | None, list[Row]]:
    groups: dict[int | None, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return groups


def _main_first(files: list[Row]) -> list[Row]:
    return sorted(files, key=lambda file: file["file_type"] != TopicFile.FileType.MAIN_PDF.value)
