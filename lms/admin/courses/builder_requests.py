"""Parse the builder's requests and refuse malformed ones."""

from collections.abc import Callable, Container
from typing import Any

from lms.admin.json_requests import malformed, number, optional_number, text
from lms.admin.json_requests import numbers as read_numbers
from lms.models import CourseProgram, FinalTest, Lesson, LessonTest, Topic, TopicFile, User
from lms.selectors.courses.builder import KINDS, fields_of
from lms.services.courses import builder

# An operation on a program that is locked; it returns the JSON of the response.
Work = Callable[[CourseProgram], dict[str, Any]]
Node = Lesson | Topic | TopicFile | LessonTest | FinalTest
_PARENT_KINDS = {"lesson": "program", "topic": "lesson", "file": "topic"}


def operation_of(data: Any, *, by: User) -> Work | None:
    """Return the operation of a request, or None for "preview", which changes nothing.

    Raises:
        Invalid: an unknown operation, or a missing or wrong part.
    """
    if not isinstance(data, dict):
        raise malformed()
    name = data.get("act")
    if name == "preview":
        return None
    readers = {
        "add": _add,
        "edit": _edit,
        "move": _move,
        "duplicate": _duplicate,
    }
    if name == "delete":
        return _delete(data, by)
    if name == "restore":
        return _restore(data, by)
    if not isinstance(name, str) or name not in readers:
        raise malformed()
    return readers[name](data)


def row_of(program: CourseProgram, data: dict[str, Any]) -> Any:
    """Return the row that a request names by kind and id."""
    return builder.find(program, _kind(data), number(data.get("id")))


def _kind(data: dict[str, Any], allowed: Container[str] = KINDS) -> str:
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in allowed:
        raise malformed()
    return kind


def _text(value: Any) -> str:
    cleaned = text(value)
    if "\0" in cleaned:
        raise malformed()
    return cleaned


def _before(data: dict[str, Any]) -> int | None:
    return optional_number(data.get("before"))


def _add(data: dict[str, Any]) -> Work:
    kind = _kind(data, {"lesson", "topic", "file", "lessontest", "finaltest"})
    title, before = _text(data.get("title", "")), _before(data)
    parent = 0 if kind in {"lesson", "finaltest"} else number(data.get("parent"))
    key = _text(data.get("key")) if kind == "file" else ""
    adders: dict[str, Callable[[CourseProgram], Node]] = {
        "lesson": lambda program: builder.add_lesson(program, title=title, before=before),
        "topic": lambda program: builder.add_topic(
            program, lesson_id=parent, title=title, before=before
        ),
        "file": lambda program: builder.add_file(program, topic_id=parent, key=key, title=title),
        "lessontest": lambda program: builder.add_lesson_test(
            program, lesson_id=parent, title=title
        ),
        "finaltest": lambda program: builder.add_final_test(program, title=title),
    }
    return lambda program: {"node": adders[kind](program)}


def _edit(data: dict[str, Any]) -> Work:
    kind, pk, version = _kind(data), number(data.get("id")), number(data.get("version"), least=0)
    fields = data.get("fields")
    if not isinstance(fields, dict) or not fields:
        raise malformed()
    values = {name: _value(name, value) for name, value in fields.items()}

    def work(program: CourseProgram) -> dict[str, Any]:
        row = builder.find(program, kind, pk)
        return {"node": builder.edit(row, version=version, fields=values)}

    return work


def _value(name: str, value: Any) -> bool | str:
    if name == "isActive":
        if not isinstance(value, bool):
            raise malformed()
        return value
    return _text(value)


def _move(data: dict[str, Any]) -> Work:
    kind = _kind(data, {"lesson", "topic", "file"})
    ids, before = data.get("ids"), _before(data)
    numbers = read_numbers(ids, most=builder.MOST_MOVED)
    if not numbers or len(set(numbers)) != len(numbers) or before in numbers:
        raise malformed()
    parent = None if kind == "lesson" else number(data.get("parent"))

    def work(program: CourseProgram) -> dict[str, Any]:
        rows = [builder.find(program, kind, pk) for pk in numbers]
        home = program if parent is None else builder.find(program, _PARENT_KINDS[kind], parent)
        return {"nodes": builder.move(program, rows, parent=home, before=before)}

    return work


def _duplicate(data: dict[str, Any]) -> Work:
    kind, pk = _kind(data, set(KINDS) - {"program"}), number(data.get("id"))
    return lambda program: {"node": builder.duplicate(builder.find(program, kind, pk))}


def _delete(data: dict[str, Any], by: User) -> Work:
    kind, pk = _kind(data, set(KINDS) - {"program"}), number(data.get("id"))

    def work(program: CourseProgram) -> dict[str, Any]:
        entry = builder.delete(builder.find(program, kind, pk), by=by)
        return {"entry": entry.pk, "impact": {"counts": entry.counts, "people": entry.people}}

    return work


def _restore(data: dict[str, Any], by: User) -> Work:
    entry_id = number(data.get("entry"))

    def work(program: CourseProgram) -> dict[str, Any]:
        row, notes = builder.restore(program, entry_id, by=by)
        own = fields_of(row)
        return {"kind": own["kind"], "id": own["id"], "notes": notes}

    return work
