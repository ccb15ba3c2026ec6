"""Reads a station's program as one tree in a fixed number of queries."""

from collections import defaultdict
from typing import Any

from django.db.models import Model, TextField, Value
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


def active_program(station_id: int) -> CourseProgram | None:
    """Return the active program of a station, or None."""
    return CourseProgram.objects.active().filter(station_id=station_id).first()


def program_texts(program: CourseProgram) -> dict[str, list[str]]:
    """Return the texts of a program's three lists by list, in order; one query."""
    lists = (
        (LearningOutcome, "outcome_text", "outcomes"),
        (ProgramRequirement, "requirement_text", "requirements"),
        (TargetAudience, "audience_text", "audience"),
    )
    rows = [
        model.objects.filter(course_program=program)
        .order_by()
        .values_list(Value(name), "order_index", "pk", Cast(column, TextField()))
        for model, column, name in lists
    ]
    texts: dict[str, list[str]] = {name: [] for _model, _column, name in lists}
    for name, _place, _pk, text in sorted(rows[0].union(*rows[1:], all=True)):
        texts[name].append(text)
    return texts


def program_outline(program: CourseProgram) -> dict[str, Any]:
    """Return active lessons with topics, files and tests, and the final test; five queries.

    Shape: {"final_test": FinalTest | None, "lessons": [{"lesson", "test",
    "topics": [{"topic", "files": [TopicFile]}]}]}, each list in its order, main files first.
    """
    lessons = list(
        Lesson.objects.active().filter(course_program=program).order_by("order_index", "pk")
    )
    topics = Topic.objects.active().filter(lesson__in=lessons).order_by("order_index", "pk")
    topics_by_lesson = _group(topics, "lesson_id")
    files = TopicFile.objects.active().filter(topic__lesson__in=lessons)
    files_by_topic = _group(files.order_by("order_index", "pk"), "topic_id")
    tests = _first(LessonTest.objects.active().filter(lesson__in=lessons), "lesson_id")
    return {
        "final_test": FinalTest.objects.active().filter(course_program=program).first(),
        "lessons": [
            {
                "lesson": lesson,
                "test": tests.get(lesson.pk),
                "topics": [
                    {"topic": topic, "files": _main_first(files_by_topic[topic.pk])}
                    for topic in topics_by_lesson[lesson.pk]
                ],
            }
            for lesson in lessons
        ],
    }


def _group(rows: Any, name: str) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _first(rows: Any, name: str) -> dict[int, Model]:
    firsts: dict[int, Model] = {}
    for row in rows.order_by("pk"):
        firsts.setdefault(getattr(row, name), row)
    return firsts


def _main_first(files: list[TopicFile]) -> list[TopicFile]:
    return sorted(files, key=lambda file: file.file_type != TopicFile.FileType.MAIN_PDF)
