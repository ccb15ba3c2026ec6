"""Enrols learners and records what they do; the rule is in docs/data-model.md, "Progress"."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lms.errors import CourseNotFound
from lms.models import (
    CompletedMaterial,
    Course,
    CourseEnrollment,
    Enrollment,
    EnrollmentStatus,
    MaterialProgress,
    TopicProgress,
)
from lms.selectors import progress as selectors
from lms.selectors.progress import ProgramUnits

COMPLETE_FROM_PERCENT = 95


def enroll(user_id: UUID, program_id: int) -> tuple[Enrollment, bool]:
    """Enrol a learner in a program; repeat as often as you like.

    Returns the enrolment and whether it is new.

    Raises:
        ProgramNotFound: no such active program.
    """
    selectors.require_program(program_id)
    now = timezone.now()
    return Enrollment.objects.get_or_create(
        user_id=user_id,
        course_program_id=program_id,
        defaults={"status": EnrollmentStatus.IN_PROGRESS, "started_at": now, "last_activity": now},
    )


def enroll_in_course(user_id: UUID, course_id: UUID) -> CourseEnrollment:
    """Enrol a learner in a course of the catalogue; repeat as often as you like.

    Raises:
        CourseNotFound: no such active course.
    """
    if not Course.objects.active().filter(pk=course_id).exists():
        raise CourseNotFound
    row, _created = CourseEnrollment.objects.get_or_create(
        user_id=user_id, course_id=course_id, defaults={"last_activity": timezone.now()}
    )
    return row


def complete_material(
    user_id: UUID, program_id: int, *, material_type: str, material_key: str
) -> tuple[Enrollment, ProgramUnits, int]:
    """Record that a learner opened or completed something, and recompute the progress.

    Enrols implicitly: the client sends this also from lessons opened by their address. A key that
    names nothing of the program is not stored. Returns enrolment, units and the number done.

    Raises:
        ProgramNotFound: no such active program.
    """
    with transaction.atomic():
        enroll(user_id, program_id)
        units = selectors.program_units(program_id)
        if units.knows(material_type, material_key):
            _remember(user_id, program_id, material_type, material_key)
            _touch_topics(user_id, units, material_type, material_key)
        return refresh_enrollment(user_id, program_id, units=units)


def refresh_enrollment(
    user_id: UUID, program_id: int, *, units: ProgramUnits | None = None
) -> tuple[Enrollment, ProgramUnits, int]:
    """Recompute an enrolment from the facts, holding a lock on its row.

    A completed enrolment stays completed when its program grows later.
    """
    units = units or selectors.program_units(program_id)
    row = Enrollment.objects.select_for_update().get(user_id=user_id, course_program_id=program_id)
    done = units.done(selectors.completed_facts(user_id, program_id))
    now = timezone.now()
    row.last_activity = now
    row.started_at = row.started_at or now
    if row.status != EnrollmentStatus.COMPLETED:
        row.progress_percent = percent(done, units.total)
        row.status = EnrollmentStatus.IN_PROGRESS
        if units.total and done >= units.total:
            row.status = EnrollmentStatus.COMPLETED
            row.completed_at = now
    row.save()
    return row, units, done


def recompute_all() -> tuple[int, int]:
    """Derive every open enrolment from the facts; return how many changed and how many there are.

    Leaves instants of activity alone. A completed enrolment stays completed.
    """
    changed = total = 0
    program_ids = Enrollment.objects.order_by("course_program_id").values_list(
        "course_program_id", flat=True
    )
    for program_id in program_ids.distinct():
        units = selectors.program_units(program_id)
        rows = Enrollment.objects.filter(course_program_id=program_id)
        for row in rows.order_by("pk").iterator(chunk_size=500):
            total += 1
            changed += _recompute(row, units)
    return changed, total


def _recompute(row: Enrollment, units: ProgramUnits) -> int:
    if row.status == EnrollmentStatus.COMPLETED:
        return 0
    done = units.done(selectors.completed_facts(row.user_id, row.course_program_id))
    before = (row.progress_percent, row.status)
    row.progress_percent = percent(done, units.total)
    if units.total and done >= units.total:
        row.status = EnrollmentStatus.COMPLETED
        row.completed_at = row.completed_at or row.last_activity or timezone.now()
    elif done and row.status == EnrollmentStatus.NOT_STARTED:
        row.status = EnrollmentStatus.IN_PROGRESS
    if (row.progress_percent, row.status) == before:
        return 0
    row.save(update_fields=["progress_percent", "status", "completed_at", "updated_at"])
    return 1


def percent(done: int, total: int) -> int:
    """Return whole percent, rounded down, so that 100 means everything."""
    return min(100, done * 100 // total) if total else 0


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
    """Remember the place where a learner stopped; complete at 95 % and never uncomplete.

    Raises:
        ProgramNotFound: no such active program.
    """
    selectors.require_program(program_id)
    reached = percent(position_seconds, duration_seconds or 0)
    if duration_seconds:
        reached = min(100, round(position_seconds * 100 / duration_seconds))
    with transaction.atomic():
        row, _created = MaterialProgress.objects.select_for_update().get_or_create(
            user_id=user_id,
            course_program_id=program_id,
            material_key=material_key,
            defaults={"material_type": material_type},
        )
        row.material_type = material_type
        row.position_seconds = position_seconds
        row.duration_seconds = duration_seconds
        row.lesson_id = lesson_id if lesson_id is not None else row.lesson_id
        row.topic_id = topic_id if topic_id is not None else row.topic_id
        row.progress_percent = max(row.progress_percent or 0, reached)
        done = is_completed or row.progress_percent >= COMPLETE_FROM_PERCENT
        row.is_completed = bool(row.is_completed or done)
        row.last_viewed_at = timezone.now()
        row.save()
    return row


def _remember(user_id: UUID, program_id: int, material_type: str, material_key: str) -> None:
    now = timezone.now()
    row, created = CompletedMaterial.objects.get_or_create(
        user_id=user_id,
        course_program_id=program_id,
        material_type=material_type,
        material_key=material_key,
        defaults={"is_completed": True, "viewed_at": now},
    )
    if not created and not row.is_completed:
        row.is_completed = True
        row.viewed_at = now
        row.save(update_fields=["is_completed", "viewed_at"])


def _touch_topics(
    user_id: UUID, units: ProgramUnits, material_type: str, material_key: str
) -> None:
    """Begin or complete topics: by their button, or when all their files are completed."""
    if material_type == selectors.TEXT:
        topic_ids = {units.topics[material_key]}
    else:
        topic_ids = units.files.get(material_key, set())
    facts = None
    for topic_id in topic_ids:
        row, _created = TopicProgress.objects.get_or_create(user_id=user_id, topic_id=topic_id)
        if row.completed:
            continue
        if material_type != selectors.TEXT:
            facts = facts or _opened_files(user_id, units)
            if not units.files_of(topic_id) <= facts:
                continue
        row.completed = True
        row.completed_at = timezone.now()
        row.save(update_fields=["completed", "completed_at", "updated_at"])


def _opened_files(user_id: UUID, units: ProgramUnits) -> set[str]:
    rows = CompletedMaterial.objects.filter(
        user_id=user_id, is_completed=True, material_key__in=list(units.files)
    )
    return set(rows.values_list("material_key", flat=True))
