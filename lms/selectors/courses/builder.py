"""Reads a whole program, switched-off parts included, as the tree that its builder shows."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db.models import Model

from lms.models import (
    ContentChange,
    CourseProgram,
    Enrollment,
    FinalTest,
    Lesson,
    LessonTest,
    Station,
    Topic,
    TopicFile,
)

Node = dict[str, Any]
# The kinds of nodes: their model and the lookup that leads to their program.
KINDS: dict[str, tuple[type[Model], str]] = {
    "program": (CourseProgram, "pk"),
    "lesson": (Lesson, "course_program"),
    "topic": (Topic, "lesson__course_program"),
    "file": (TopicFile, "topic__lesson__course_program"),
    "lessontest": (LessonTest, "lesson__course_program"),
    "finaltest": (FinalTest, "course_program"),
}


def kind_of(row: Model) -> str:
    """Return the kind of node that a row is."""
    return next(kind for kind, (model, _path) in KINDS.items() if isinstance(row, model))


def program_tree(program: CourseProgram) -> Node:
    """Return the node of a program with everything below it; seven queries."""
    pk = program.pk
    lessons = Lesson.objects.filter(course_program=pk).order_by("order_index", "pk")
    topics = Topic.objects.filter(lesson__course_program=pk).order_by("order_index", "pk")
    files = TopicFile.objects.filter(topic__lesson__course_program=pk)
    tests = LessonTest.objects.filter(lesson__course_program=pk).order_by("pk")
    finals = FinalTest.objects.filter(course_program=pk).order_by("pk")
    files_by_topic = _group(files.order_by("order_index", "pk"), "topic_id")
    topics_by_lesson = _group(topics, "lesson_id")
    tests_by_lesson = _group(tests, "lesson_id")
    return _program(program) | {
        "stationId": program.station_id,
        "stationName": str(program.station),
        "learners": Enrollment.objects.filter(course_program=pk).count(),
        "tests": [_test(test) for test in finals],
        "lessons": [
            _lesson(lesson)
            | {
                "tests": [_test(test) for test in tests_by_lesson[lesson.pk]],
                "topics": [
                    _topic(topic) | {"files": [_file(file) for file in files_by_topic[topic.pk]]}
                    for topic in topics_by_lesson[lesson.pk]
                ],
            }
            for lesson in lessons
        ],
    }


def node(row: Model) -> Node:
    """Return the node of one row with what hangs below it."""
    if isinstance(row, CourseProgram):
        return program_tree(row)
    if isinstance(row, Lesson):
        topics = row.topics.order_by("order_index", "pk")
        files = TopicFile.objects.filter(topic__lesson=row).order_by("order_index", "pk")
        by_topic = _group(files, "topic_id")
        return _lesson(row) | {
            "tests": [_test(test) for test in row.tests.order_by("pk")],
            "topics": [
                _topic(topic) | {"files": [_file(file) for file in by_topic[topic.pk]]}
                for topic in topics
            ],
        }
    if isinstance(row, Topic):
        files = row.files.order_by("order_index", "pk")
        return _topic(row) | {"files": [_file(file) for file in files]}
    return fields_of(row)


def fields_of(row: Model) -> Node:
    """Return a row's own fields as its node shows them, without what hangs below."""
    fields: dict[str, Callable[[Any], Node]] = {
        "program": _program,
        "lesson": _lesson,
        "topic": _topic,
        "file": _file,
    }
    return fields.get(kind_of(row), _test)(row)


def last_editor(program_id: int) -> str | None:
    """Return the name of the person who last changed a program, or None without history."""
    changes = ContentChange.objects.filter(root_model="courseprogram", root_id=str(program_id))
    last = changes.order_by("-pk").select_related("user").first()
    return last.user.get_full_name() or last.user.username if last and last.user else None


def other_stations(program: CourseProgram) -> list[dict[str, Any]]:
    """List the stations that a program can be copied to: all, its own first."""
    rows = Station.objects.order_by("name", "pk").values("id", "name")
    return sorted(map(dict, rows), key=lambda row: row["id"] != program.station_id)


def _own(kind: str, row: Any) -> Node:
    return {
        "kind": kind,
        "id": row.pk,
        "title": row.title or "",
        "isActive": bool(row.is_active),
        "version": row.version,
    }


def _program(row: CourseProgram) -> Node:
    return _own("program", row) | {
        "description": row.description or "",
        "duration": row.duration or "",
    }


def _lesson(row: Lesson) -> Node:
    return _own("lesson", row) | {"duration": row.duration or ""}


def _topic(row: Topic) -> Node:
    return _own("topic", row) | {"duration": row.duration or "", "code": row.code or ""}


def _file(row: TopicFile) -> Node:
    return _own("file", row) | {
        "originalName": row.original_name,
        "fileType": row.file_type,
        "size": row.size_formatted,
    }


def _test(row: LessonTest | FinalTest) -> Node:
    return _own("finaltest" if isinstance(row, FinalTest) else "lessontest", row) | {
        "questions": row.questions_count or 0,
        "passingScore": row.passing_score,
        "attempts": row.attempts,
    }


def _group(rows: Any, name: str) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups
