"""Decides what counts as completed; docs/data-model.md, "Progress", states these rules.

These functions read and write nothing in the database.
"""

from collections.abc import Set
from datetime import datetime

from lms.models import Enrollment, EnrollmentStatus
from lms.selectors.progress.program_content import (
    FILE_TYPES,
    TEST,
    TEXT,
    LessonContent,
    Material,
    ProgramContent,
)

# A position from here on means that the material was watched or read to its end.
POSITION_COMPLETED_PERCENT = 95


def is_in_program(material: Material, content: ProgramContent) -> bool:
    """Tell whether the program has this file, topic or test."""
    if material.type == TEST:
        return material.key in content.tests
    return material.key in (content.topics if material.type == TEXT else content.files)


def needs_delivery(material: Material) -> bool:
    """Tell whether a material counts only once its file was delivered to the person.

    The portal cannot tell who opened a file at another address.
    """
    return material.type in FILE_TYPES and "://" not in material.key


def lesson_before(
    material: Material, content: ProgramContent, completed: Set[Material]
) -> LessonContent | None:
    """Return the first lesson that must be completed before a material, and is not.

    Files and tests complete a lesson, or topics in a program without any file. All lessons come
    before the final test. A file of several lessons belongs to the first of them.
    """
    if not content.in_order or material in completed:
        return None
    for lesson in content.lessons.values():
        if material.key in lesson.files | lesson.topics | {lesson.test}:
            return None
        if not _is_lesson_completed(lesson, content, completed):
            return lesson
    return None


def counted_total(content: ProgramContent) -> int:
    """Count the materials that make up 100 %: tests and files, or topics if there is no file."""
    return len(content.files or content.topics) + len(content.tests)


def counted_completed(content: ProgramContent, completed: Set[Material]) -> int:
    """Count those of the materials that make up 100 % which a learner has completed."""
    tests = {key for kind, key in completed if kind == TEST and key in content.tests}
    if content.files:
        return len(_completed_files(content, completed)) + len(tests)
    topics = {key for kind, key in completed if kind == TEXT and key in content.topics}
    return len(topics) + len(tests)


def topic_states(content: ProgramContent, completed: Set[Material]) -> dict[int, bool]:
    """Return the topics that a learner has started, each with whether it is completed.

    The button of a topic completes it, and so does opening all of its files.
    """
    completed_files = _completed_files(content, completed)
    started: set[int] = set()
    incomplete: set[int] = set()
    for key, topic_ids in content.files.items():
        if key in completed_files:
            started |= topic_ids
        else:
            incomplete |= topic_ids
    states = {topic_id: topic_id not in incomplete for topic_id in started}
    for kind, key in completed:
        if kind == TEXT and key in content.topics:
            states[content.topics[key]] = True
    return states


def percent(count: int, total: int) -> int:
    """Return whole percent, rounded down, so that 100 means everything."""
    return min(100, count * 100 // total) if total else 0


def set_progress(
    enrollment: Enrollment, content: ProgramContent, completed_count: int, *, at: datetime
) -> bool:
    """Set percentage and status of an enrollment without saving; tell whether it is now completed.

    An enrollment that was completed before is left alone, also when its program has grown.
    """
    if enrollment.status == EnrollmentStatus.COMPLETED:
        return False
    total = counted_total(content)
    enrollment.progress_percent = percent(completed_count, total)
    if not total or completed_count < total:
        return False
    enrollment.status = EnrollmentStatus.COMPLETED
    enrollment.completed_at = enrollment.completed_at or at
    return True


def position_percent(position_seconds: int, duration_seconds: int | None) -> int:
    """Return how much of a material lies before a position, rounded; 0 if its length is unknown."""
    if not duration_seconds:
        return 0
    return min(100, round(position_seconds * 100 / duration_seconds))


def _completed_files(content: ProgramContent, completed: Set[Material]) -> set[str]:
    return {key for kind, key in completed if kind in FILE_TYPES and key in content.files}


def _is_lesson_completed(
    lesson: LessonContent, content: ProgramContent, completed: Set[Material]
) -> bool:
    if lesson.test is not None and Material(TEST, lesson.test) not in completed:
        return False
    if content.files:
        return lesson.files <= _completed_files(content, completed)
    return lesson.topics <= {key for kind, key in completed if kind == TEXT}
