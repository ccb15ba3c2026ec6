"""Reads what a learner can complete in a program: its files, its topics and its tests."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from lms.errors import ProgramNotFound
from lms.models import (
    CompletedMaterial,
    Course,
    CourseProgram,
    FinalTest,
    Lesson,
    LessonTest,
    Topic,
    TopicFile,
)

TEST = CompletedMaterial.MaterialType.TEST.value
TEXT = CompletedMaterial.MaterialType.TEXT.value
FILE_TYPES = frozenset({"pdf", "video", "presentation"})


class Material(NamedTuple):
    """A file, a topic or a test of a program, named as the client names it."""

    type: str
    key: str


@dataclass
class LessonContent:
    """The materials of one lesson, by their keys."""

    title: str
    files: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)
    test: str | None = None


@dataclass
class ProgramContent:
    """The active files, topics and tests of a program, by the keys of their materials.

    `files` maps the key of each file to the ids of its topics, `topics` maps the key of each topic
    to its id. `course_ids` are the courses of the catalogue whose progress follows the program.
    `lessons` has the lessons in order, by their ids; `in_order` says that they must be completed
    in this order.
    """

    program_id: int
    is_active: bool = True
    course_ids: tuple[UUID, ...] = ()
    files: dict[str, set[int]] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    tests: set[str] = field(default_factory=set)
    lessons: dict[int, LessonContent] = field(default_factory=dict)
    in_order: bool = False


def topic_material_key(topic_key: str | None, topic_id: int) -> str:
    """Return the key by which the client completes a topic."""
    return f"topic:{topic_key or f'topic_{topic_id}'}"


def test_material_key(kind: str, test_id: int) -> str:
    """Return the key under which a passed test is stored: lesson:{id} or final:{id}."""
    return f"{kind}:{test_id}"


def read_program_content(program_id: int) -> ProgramContent:
    """Read the content of a program that learners see; seven queries.

    Raises:
        ProgramNotFound: no such program. A program that is switched off has content too.
    """
    columns = ("is_active", "station_id", "lessons_in_order")
    program = CourseProgram.objects.filter(pk=program_id).only(*columns).first()
    if program is None:
        raise ProgramNotFound
    courses = Course.objects.filter(station_id=program.station_id).order_by("pk")
    content = ProgramContent(
        program_id=program_id,
        is_active=bool(program.is_active),
        course_ids=tuple(courses.values_list("pk", flat=True)),
        in_order=program.lessons_in_order,
    )
    lessons = Lesson.objects.active().filter(course_program_id=program_id)
    for lesson_id, title in lessons.order_by("order_index", "pk").values_list("pk", "title"):
        content.lessons[lesson_id] = LessonContent(title)
    _add_topics_and_files(content)
    _add_tests(content)
    return content


def _in_active_lessons(program_id: int) -> Q:
    return Q(lesson__course_program_id=program_id, lesson__is_active=True)


def _add_topics_and_files(content: ProgramContent) -> None:
    topics = Topic.objects.active().filter(_in_active_lessons(content.program_id))
    lesson_of: dict[int, LessonContent] = {}
    for topic_id, topic_key, lesson_id in topics.values_list("pk", "topic_key", "lesson_id"):
        key = topic_material_key(topic_key, topic_id)
        content.topics[key] = topic_id
        lesson_of[topic_id] = _lesson(content, lesson_id)
        lesson_of[topic_id].topics.add(key)
    files = TopicFile.objects.active().filter(topic__in=list(content.topics.values()))
    for key, topic_id in files.values_list("minio_object_name", "topic_id"):
        if key:
            content.files.setdefault(key, set()).add(topic_id)
            lesson_of[topic_id].files.add(key)


def _lesson(content: ProgramContent, lesson_id: int) -> LessonContent:
    """Return a lesson; one that was added after the lessons were read comes last."""
    return content.lessons.setdefault(lesson_id, LessonContent(""))


def _add_tests(content: ProgramContent) -> None:
    """Add the first active test of each lesson and of the program: learners see no others."""
    rows = LessonTest.objects.active().filter(_in_active_lessons(content.program_id))
    first_tests = dict(rows.order_by("-pk").values_list("lesson_id", "pk"))
    for lesson_id, test_id in first_tests.items():
        _lesson(content, lesson_id).test = test_material_key("lesson", test_id)
        content.tests.add(test_material_key("lesson", test_id))
    finals = FinalTest.objects.active().filter(course_program_id=content.program_id)
    final_id = finals.order_by("pk").values_list("pk", flat=True).first()
    if final_id is not None:
        content.tests.add(test_material_key("final", final_id))
