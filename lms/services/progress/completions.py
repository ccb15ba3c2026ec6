"""Enrols learners and records what they do; the rule is in docs/data-model.md, "Progress"."""

from datetime import datetime
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from lms.errors import CourseNotFound, ProgramNotFound
from lms.models import (
    CompletedMaterial,
    Course,
    CourseEnrollment,
    Enrollment,
    EnrollmentStatus,
    MaterialProgress,
    TopicProgress,
    UserStats,
)
from lms.selectors.progress import completions as selectors
from lms.selectors.progress.completions import Facts, ProgramUnits
from lms.services import response_cache
from lms.services.progress import certificates

COMPLETE_FROM_PERCENT = 95
_KEEP_UNITS_SECONDS = 3600


def units_of(program_id: int) -> ProgramUnits:
    """Return the units of a program; no query when warm. A change of content is seen at once.

    Raises:
        ProgramNotFound: no such program; one that is switched off has units too.
    """
    name = f"progress:units:{response_cache.version()}:{program_id}"
    units = cache.get(name)
    if units is None:
        units = selectors.program_units(program_id)
        cache.set(name, units, timeout=_KEEP_UNITS_SECONDS)
    return units


def enroll(user_id: UUID, program_id: int) -> tuple[Enrollment, bool]:
    """Enroll a learner in a program; repeat as often as you like.

    Returns the enrollment and whether it is new.

    Raises:
        ProgramNotFound: no such active program.
    """
    units = _active_units(program_id)
    found = selectors.enrollment(user_id, program_id)
    if found is not None:
        return found, False
    with transaction.atomic():
        row, created = _locked_enrollment(user_id, units)
    return row, created


def enroll_in_course(user_id: UUID, course_id: UUID) -> CourseEnrollment:
    """Enroll a learner in a course of the catalogue; repeat as often as you like.

    A new enrollment starts where the learner is in the active program of the course's station.

    Raises:
        CourseNotFound: no such active course.
    """
    course = Course.objects.active().filter(pk=course_id).first()
    if course is None:
        raise CourseNotFound
    values = {"last_activity": timezone.now()}
    followed = selectors.followed_enrollment(user_id, course)
    if followed is not None:
        values = {name: getattr(followed, name) for name in (*FOLLOWED, "last_activity")}
    row, _created = CourseEnrollment.objects.get_or_create(
        user_id=user_id, course_id=course_id, defaults=values
    )
    return row


# What an enrollment in the catalogue takes from the one in the program that it follows.
FOLLOWED = ("progress_percent", "status", "started_at", "completed_at")


def complete_material(
    user_id: UUID, program_id: int, *, material_type: str, material_key: str
) -> tuple[Enrollment, ProgramUnits, int]:
    """Record that a learner opened or completed something, and recompute the progress.

    Enrols implicitly: the client sends this also from lessons opened by their address. A key that
    names nothing of the program is not stored. Returns enrollment, units and the number done.
    Holds a lock on the enrollment until the surrounding transaction ends.

    Raises:
        ProgramNotFound: no such active program.
    """
    units = _active_units(program_id)
    now = timezone.now()
    fact = (str(material_type), material_key)
    with transaction.atomic():
        row, _created = _locked_enrollment(user_id, units)
        facts, topics = selectors.learner_state(user_id, program_id)
        if units.knows(*fact) and fact not in facts:
            facts.add(fact)
            _remember(row, fact, now=now)
            write_topics(user_id, units.topic_states(facts), topics, now=now)
        return _advance(row, units, facts, now=now)


def refresh_enrollment(
    user_id: UUID, program_id: int, *, units: ProgramUnits | None = None
) -> tuple[Enrollment, ProgramUnits, int]:
    """Recompute an enrollment from the facts, holding a lock on its row.

    A completed enrollment stays completed when its program grows later.
    """
    units = units or units_of(program_id)
    with transaction.atomic():
        rows = Enrollment.objects.select_for_update()
        row = rows.get(user_id=user_id, course_program_id=program_id)
        facts = selectors.completed_facts(user_id, program_id)
        return _advance(row, units, facts, now=timezone.now())


def percent(done: int, total: int) -> int:
    """Return whole percent, rounded down, so that 100 means everything."""
    return min(100, done * 100 // total) if total else 0


def derive(row: Enrollment, units: ProgramUnits, done: int, *, at: datetime) -> bool:
    """Set percent and status from the number of units done; tell whether that completes the row.

    Does not save. A completed enrollment is left alone.
    """
    if row.status == EnrollmentStatus.COMPLETED:
        return False
    row.progress_percent = percent(done, units.total)
    if not units.total or done < units.total:
        return False
    row.status = EnrollmentStatus.COMPLETED
    row.completed_at = row.completed_at or at
    return True


def write_topics(
    user_id: UUID, states: dict[int, bool], stored: dict[int, bool], *, now: datetime
) -> int:
    """Store topics that are begun or completed; return how many rows that changed.

    A topic never becomes incomplete again, and one that was completed keeps its instant.
    """
    new = [
        TopicProgress(
            user_id=user_id, topic_id=pk, completed=done, completed_at=now if done else None
        )
        for pk, done in states.items()
        if pk not in stored
    ]
    finished = [pk for pk, done in states.items() if done and stored.get(pk) is False]
    if new:
        TopicProgress.objects.bulk_create(new, ignore_conflicts=True)
    if finished:
        rows = TopicProgress.objects.filter(user_id=user_id, topic__in=finished, completed=False)
        rows.update(completed=True, completed_at=now, updated_at=now)
    return len(new) + len(finished)


def count_courses(user_id: UUID) -> None:
    """Store how many programs a learner is taking and has completed, in user_stats."""
    done = Q(status=EnrollmentStatus.COMPLETED)
    counts = Enrollment.objects.filter(user_id=user_id).aggregate(
        active_courses=Count("pk", filter=~done), completed_courses=Count("pk", filter=done)
    )
    UserStats.objects.bulk_create(
        [UserStats(user_id=user_id, **counts)],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["active_courses", "completed_courses", "last_updated"],
    )


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
        LessonNotFound, TopicNotFound: not one of this program.
    """
    selectors.require_program(program_id)
    selectors.require_place(program_id, lesson_id=lesson_id, topic_id=topic_id)
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


def _active_units(program_id: int) -> ProgramUnits:
    units = units_of(program_id)
    if not units.is_active:
        raise ProgramNotFound
    return units


def _locked_enrollment(user_id: UUID, units: ProgramUnits) -> tuple[Enrollment, bool]:
    """Return the enrollment under a lock, made when missing, and whether it was made."""
    rows = Enrollment.objects.select_for_update().filter(
        user_id=user_id, course_program_id=units.program_id
    )
    row = rows.first()
    if row is not None:
        return row, False
    now = timezone.now()
    row = Enrollment(
        user_id=user_id,
        course_program_id=units.program_id,
        status=EnrollmentStatus.IN_PROGRESS,
        started_at=now,
        last_activity=now,
    )
    # Somebody else's tab may be first: the row that is there decides.
    Enrollment.objects.bulk_create([row], ignore_conflicts=True)
    stored = rows.get()
    if stored.pk != row.pk:
        return stored, False
    _carry_to_courses(stored, units)
    count_courses(user_id)
    return stored, True


def _advance(
    row: Enrollment, units: ProgramUnits, facts: Facts, *, now: datetime
) -> tuple[Enrollment, ProgramUnits, int]:
    """Store what follows from the facts in an enrollment whose row is locked."""
    before = (row.progress_percent, row.status)
    done = units.done(facts)
    row.last_activity = now
    row.started_at = row.started_at or now
    if row.status != EnrollmentStatus.COMPLETED:
        row.status = EnrollmentStatus.IN_PROGRESS
    is_finished = derive(row, units, done, at=now)
    row.save(
        update_fields=[
            "progress_percent",
            "status",
            "started_at",
            "completed_at",
            "last_activity",
            "updated_at",
        ]
    )
    if (row.progress_percent, row.status) != before:
        _carry_to_courses(row, units)
    if is_finished:
        _finish(row)
    certificates.issue_to_locked(row)
    return row, units, done


def _finish(row: Enrollment) -> None:
    """Do what follows, once, from a program that has just been completed."""
    count_courses(row.user_id)


def _carry_to_courses(row: Enrollment, units: ProgramUnits) -> None:
    """Let the learner's courses of the station follow; a completed one stays completed."""
    if not units.course_ids:
        return
    rows = CourseEnrollment.objects.filter(user_id=row.user_id, course__in=units.course_ids)
    rows.exclude(status=EnrollmentStatus.COMPLETED).update(
        progress_percent=row.progress_percent,
        status=row.status,
        started_at=Coalesce("started_at", Value(row.started_at)),
        completed_at=row.completed_at,
        last_activity=row.last_activity,
        updated_at=row.last_activity,
    )


def _remember(row: Enrollment, fact: tuple[str, str], *, now: datetime) -> None:
    """Store a fact; an older row of it that was not completed becomes completed."""
    material_type, material_key = fact
    CompletedMaterial.objects.bulk_create(
        [
            CompletedMaterial(
                user_id=row.user_id,
                course_program_id=row.course_program_id,
                material_type=material_type,
                material_key=material_key,
                is_completed=True,
                viewed_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["user", "course_program", "material_type", "material_key"],
        update_fields=["is_completed", "viewed_at"],
    )
