"""Stores which materials learners complete, and updates topics and enrollments accordingly.

What counts as completed is decided by completion_rules.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.errors import EnrollmentNotFound, LessonsOutOfOrder, ProgramNotFound
from lms.models import CompletedMaterial, Enrollment, EnrollmentStatus, TopicProgress
from lms.selectors.progress import completions as selectors
from lms.selectors.progress import enrollments as enrollment_selectors
from lms.selectors.progress.program_content import FILE_TYPES, Material, ProgramContent
from lms.services.progress import certificates, completion_rules, content_cache, enrollments


@dataclass(frozen=True)
class ProgramProgress:
    """An enrollment with what its percentage is computed from."""

    enrollment: Enrollment
    content: ProgramContent
    completed_count: int

    @property
    def total_count(self) -> int:
        """Return how many materials make up 100 %."""
        return completion_rules.counted_total(self.content)


def program_progress(user_id: UUID, program_id: int) -> ProgramProgress:
    """Return a learner's progress in a program; two queries, no writing.

    Raises:
        EnrollmentNotFound: the learner is not enrolled.
    """
    enrollment = enrollment_selectors.enrollment(user_id, program_id)
    if enrollment is None:
        raise EnrollmentNotFound
    content = content_cache.program_content(program_id)
    completed = selectors.completed_materials(user_id, program_id)
    count = completion_rules.counted_completed(content, completed)
    return ProgramProgress(enrollment, content, count)


def complete_material(
    user_id: UUID, program_id: int, *, material_type: str, material_key: str
) -> ProgramProgress:
    """Store that a learner completed a material, and return the new progress in the program.

    Enrolls the learner if necessary: the client calls this also from a lesson that was opened by
    its address. A material that is not in the program is not stored. A file counts once it was
    delivered to the learner too; the client reports it before it reads it. The row of the
    enrollment stays locked until the surrounding transaction ends.

    Raises:
        ProgramNotFound: no such active program.
        LessonsOutOfOrder: an earlier lesson is not completed; nothing is stored.
    """
    content = content_cache.active_program_content(program_id)
    material = Material(str(material_type), material_key)
    progress, is_confirmed = _complete(user_id, content, material)
    # A delivery that was stored meanwhile did not see this completion yet, and neither that it.
    if not is_confirmed and selectors.is_delivered(user_id, material.key):
        return confirm_file(user_id, program_id, key=material.key) or progress
    return progress


@transaction.atomic
def _complete(
    user_id: UUID, content: ProgramContent, material: Material
) -> tuple[ProgramProgress, bool]:
    """Store a completion; return the progress and whether it counts already."""
    now = timezone.now()
    enrollment, _is_new = enrollments.get_or_create_locked(user_id, content)
    completed, topics, is_delivered = selectors.completed_materials_and_topics(
        user_id, content.program_id, key=material.key
    )
    is_confirmed = is_delivered or not completion_rules.needs_delivery(material)
    if not completion_rules.is_in_program(material, content):
        is_confirmed = True
    elif material not in completed:
        _refuse_out_of_order(material, content, completed)
        _store_completion(enrollment, material, is_confirmed=is_confirmed, now=now)
        if is_confirmed:
            completed.add(material)
            states = completion_rules.topic_states(content, completed)
            store_topics(user_id, states, stored=topics, now=now)
    else:
        is_confirmed = True
    count = completion_rules.counted_completed(content, completed)
    _update_enrollment(enrollment, content, count, now=now)
    return ProgramProgress(enrollment, content, count), is_confirmed


@transaction.atomic
def confirm_file(user_id: UUID, program_id: int, *, key: str) -> ProgramProgress | None:
    """Count a file that was opened and by now delivered, and all that follows from it.

    Returns None where only the file is confirmed: in a program that is switched off or deleted,
    and without an enrollment. `recompute_progress` does the rest when the program comes back.
    """
    now = timezone.now()
    rows = Enrollment.objects.select_for_update()
    enrollment = rows.filter(user_id=user_id, course_program_id=program_id).first()
    CompletedMaterial.objects.filter(
        user_id=user_id,
        course_program_id=program_id,
        material_key=key,
        material_type__in=FILE_TYPES,
        is_confirmed=False,
    ).update(is_confirmed=True)
    try:
        content = content_cache.active_program_content(program_id)
    except ProgramNotFound:
        return None
    if enrollment is None:
        return None
    completed, topics, _delivered = selectors.completed_materials_and_topics(user_id, program_id)
    states = completion_rules.topic_states(content, completed)
    store_topics(user_id, states, stored=topics, now=now)
    count = completion_rules.counted_completed(content, completed)
    _update_enrollment(enrollment, content, count, now=now)
    return ProgramProgress(enrollment, content, count)


def check_order(user_id: UUID, program_id: int, material: Material) -> None:
    """Check that the lessons before a material are completed; no query where order is free.

    Raises:
        LessonsOutOfOrder: one of them is not.
    """
    content = content_cache.program_content(program_id)
    if content.in_order:
        completed = selectors.completed_materials(user_id, program_id)
        _refuse_out_of_order(material, content, completed)


def _refuse_out_of_order(
    material: Material, content: ProgramContent, completed: set[Material]
) -> None:
    lesson = completion_rules.lesson_before(material, content, completed)
    if lesson is not None:
        raise LessonsOutOfOrder(
            _("Complete the lesson “%(lesson)s” first.") % {"lesson": lesson.title}
        )


def store_topics(
    user_id: UUID, states: dict[int, bool], *, stored: dict[int, bool], now: datetime
) -> int:
    """Store the topics that are started or completed; return how many rows changed.

    A completed topic never becomes incomplete again, and keeps the time of its completion.
    """
    new = [
        TopicProgress(
            user_id=user_id,
            topic_id=topic_id,
            completed=is_completed,
            completed_at=now if is_completed else None,
        )
        for topic_id, is_completed in states.items()
        if topic_id not in stored
    ]
    newly_completed = [
        topic_id
        for topic_id, is_completed in states.items()
        if is_completed and stored.get(topic_id) is False
    ]
    if new:
        TopicProgress.objects.bulk_create(new, ignore_conflicts=True)
    if newly_completed:
        rows = TopicProgress.objects.filter(
            user_id=user_id, topic__in=newly_completed, completed=False
        )
        rows.update(completed=True, completed_at=now, updated_at=now)
    return len(new) + len(newly_completed)


def _store_completion(
    enrollment: Enrollment, material: Material, *, is_confirmed: bool, now: datetime
) -> None:
    """Store a completed material; a row of another tool that was not completed becomes so."""
    CompletedMaterial.objects.bulk_create(
        [
            CompletedMaterial(
                user_id=enrollment.user_id,
                course_program_id=enrollment.course_program_id,
                material_type=material.type,
                material_key=material.key,
                is_completed=True,
                is_confirmed=is_confirmed,
                viewed_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["user", "course_program", "material_type", "material_key"],
        update_fields=["is_completed", "is_confirmed", "viewed_at"],
    )


def _update_enrollment(
    enrollment: Enrollment, content: ProgramContent, completed_count: int, *, now: datetime
) -> None:
    """Save the new progress of a locked enrollment, and do what follows from a completion."""
    before = (enrollment.progress_percent, enrollment.status)
    enrollment.last_activity = now
    enrollment.started_at = enrollment.started_at or now
    if enrollment.status != EnrollmentStatus.COMPLETED:
        enrollment.status = EnrollmentStatus.IN_PROGRESS
    is_newly_completed = completion_rules.set_progress(enrollment, content, completed_count, at=now)
    enrollment.save(
        update_fields=[
            "progress_percent",
            "status",
            "started_at",
            "completed_at",
            "last_activity",
            "updated_at",
        ]
    )
    if (enrollment.progress_percent, enrollment.status) != before:
        enrollments.update_courses(enrollment, content)
    if is_newly_completed:
        enrollments.count_programs(enrollment.user_id)
    certificates.issue_to_locked(enrollment)
