"""Stores where a learner stopped in a video or document."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lms.errors import LessonNotFound, ProgramNotFound, TopicNotFound
from lms.models import CourseProgram, Lesson, MaterialProgress, Topic
from lms.services.progress.completion_rules import POSITION_COMPLETED_PERCENT, position_percent


def save_position(
    user_id: UUID,
    *,
    program_id: int,
    material_key: str,
    material_type: str,
    position_seconds: int,
    duration_seconds: int | None,
    lesson_id: int | None = None,
    topic_id: int | None = None,
    is_completed: bool = False,
) -> MaterialProgress:
    """Store a position. From 95 % on it is completed, and it stays completed.

    Raises:
        ProgramNotFound: no such active program.
        LessonNotFound, TopicNotFound: the program has no such lesson or topic.
    """
    _check_position(program_id, lesson_id=lesson_id, topic_id=topic_id)
    with transaction.atomic():
        position, _created = MaterialProgress.objects.select_for_update().get_or_create(
            user_id=user_id,
            course_program_id=program_id,
            material_key=material_key,
            defaults={"material_type": material_type},
        )
        position.material_type = material_type
        position.position_seconds = position_seconds
        position.duration_seconds = duration_seconds
        position.lesson_id = lesson_id if lesson_id is not None else position.lesson_id
        position.topic_id = topic_id if topic_id is not None else position.topic_id
        percent = position_percent(position_seconds, duration_seconds)
        position.progress_percent = max(position.progress_percent or 0, percent)
        is_at_end = position.progress_percent >= POSITION_COMPLETED_PERCENT
        position.is_completed = bool(position.is_completed or is_completed or is_at_end)
        position.last_viewed_at = timezone.now()
        position.save()
    return position


def _check_position(program_id: int, *, lesson_id: int | None, topic_id: int | None) -> None:
    if not CourseProgram.objects.active().filter(pk=program_id).exists():
        raise ProgramNotFound
    if lesson_id is not None:
        lessons = Lesson.objects.filter(pk=lesson_id, course_program_id=program_id)
        if not lessons.exists():
            raise LessonNotFound
    if topic_id is not None:
        topics = Topic.objects.filter(pk=topic_id, lesson__course_program_id=program_id)
        if not topics.exists():
            raise TopicNotFound
