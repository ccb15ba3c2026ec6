"""What a program consists of, and how far learners are (docs/data-model.md, "Progress")."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Avg, Case, CharField, Count, Q, TextField, UUIDField, Value, When
from django.db.models.functions import Cast

from lms.errors import LessonNotFound, ProgramNotFound, TopicNotFound
from lms.models import (
    CompletedMaterial,
    Course,
    CourseEnrollment,
    CourseProgram,
    Enrollment,
    EnrollmentStatus,
    FinalTest,
    Lesson,
    LessonTest,
    MaterialProgress,
    TestResult,
    Topic,
    TopicFile,
    TopicProgress,
)
from portal.common.compiled_query import CompiledQuery

TEST = CompletedMaterial.MaterialType.TEST.value
TEXT = CompletedMaterial.MaterialType.TEXT.value
FILE_TYPES = frozenset({"pdf", "video", "presentation"})
Facts = set[tuple[str, str]]
# Marks of topic rows among the facts, see `learner_state`.
_BEGUN, _DONE = "topic_begun", "topic_done"


@dataclass
class ProgramUnits:
    """What can be done in a program: files, else topics, and tests, by the client's keys.

    `course_ids` names the courses of the catalogue whose progress follows this program.
    """

    program_id: int
    is_active: bool = True
    course_ids: tuple[UUID, ...] = ()
    files: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    topics: dict[str, int] = field(default_factory=dict)
    tests: set[str] = field(default_factory=set)

    @property
    def total(self) -> int:
        """Count the units: files and tests; topics instead of files where no file exists."""
        return len(self.files or self.topics) + len(self.tests)

    def done(self, facts: Facts) -> int:
        """Count the units among `facts`, pairs of material type and key; each counts once."""
        files = self._opened(facts)
        topics = {key for kind, key in facts if kind == TEXT and key in self.topics}
        tests = {key for kind, key in facts if kind == TEST and key in self.tests}
        return len(files if self.files else topics) + len(tests)

    def knows(self, kind: str, key: str) -> bool:
        """Tell whether the client's key names something of this program."""
        if kind == TEST:
            return key in self.tests
        return key in self.topics if kind == TEXT else key in self.files

    def topic_states(self, facts: Facts) -> dict[int, bool]:
        """Return the topics that are begun or completed, with whether they are completed.

        A topic is completed by its button, or when all its files were opened.
        """
        opened = self._opened(facts)
        left: dict[int, int] = defaultdict(int)
        begun: set[int] = set()
        for key, topic_ids in self.files.items():
            for topic_id in topic_ids:
                left[topic_id] += key not in opened
            if key in opened:
                begun |= topic_ids
        states = {topic_id: not left[topic_id] for topic_id in begun}
        for kind, key in facts:
            if kind == TEXT and key in self.topics:
                states[self.topics[key]] = True
        return states

    def _opened(self, facts: Facts) -> set[str]:
        return {key for kind, key in facts if kind in FILE_TYPES and key in self.files}

    def totals(self) -> dict[str, int]:
        """Return the counts in the client's names."""
        return {
            "total_units": self.total,
            "topics": len(self.topics),
            "files": len(self.files),
            "tests": len(self.tests),
        }


def topic_material_key(topic_key: str | None, topic_id: int) -> str:
    """Return the key by which the client completes a topic."""
    return f"topic:{topic_key or f'topic_{topic_id}'}"


def test_material_key(kind: str, test_id: int) -> str:
    """Return the key under which a passed test counts: lesson:{id} or final:{id}."""
    return f"{kind}:{test_id}"


def program_units(program_id: int) -> ProgramUnits:
    """Read the units of a program; six queries. Only what learners see counts.

    Raises:
        ProgramNotFound: no such program; one that is switched off has units too.
    """
    program = CourseProgram.objects.filter(pk=program_id).only("is_active", "station_id").first()
    if program is None:
        raise ProgramNotFound
    courses = Course.objects.filter(station_id=program.station_id).order_by("pk")
    units = ProgramUnits(
        program_id=program_id,
        is_active=bool(program.is_active),
        course_ids=tuple(courses.values_list("pk", flat=True)),
    )
    _add_topics_and_files(units)
    _add_tests(units)
    return units


def _shown_lessons(program_id: int) -> Q:
    return Q(lesson__course_program_id=program_id, lesson__is_active=True)


def _add_topics_and_files(units: ProgramUnits) -> None:
    topics = Topic.objects.active().filter(_shown_lessons(units.program_id))
    for topic_id, topic_key in topics.values_list("pk", "topic_key"):
        units.topics[topic_material_key(topic_key, topic_id)] = topic_id
    files = TopicFile.objects.active().filter(topic__in=list(units.topics.values()))
    for key, topic_id in files.values_list("minio_object_name", "topic_id"):
        if key:
            units.files[key].add(topic_id)


def _add_tests(units: ProgramUnits) -> None:
    """Add the first active test of each lesson, and of the program: the ones that are shown."""
    rows = LessonTest.objects.active().filter(_shown_lessons(units.program_id)).order_by("-pk")
    tests = dict(rows.values_list("lesson_id", "pk"))
    units.tests |= {test_material_key("lesson", test_id) for test_id in tests.values()}
    finals = FinalTest.objects.active().filter(course_program_id=units.program_id)
    final_id = finals.order_by("pk").values_list("pk", flat=True).first()
    if final_id is not None:
        units.tests.add(test_material_key("final", final_id))


def completed_facts(user_id: UUID, program_id: int) -> Facts:
    """Return what a learner completed in a program, as pairs of material type and key."""
    return set(_facts(user_id, program_id))


def learner_state(user_id: UUID, program_id: int) -> tuple[Facts, dict[int, bool]]:
    """Return a learner's facts in a program, and the rows of topics with whether completed.

    One query: completing a material has a budget (docs/data-model.md, "Progress").
    """
    topics = TopicProgress.objects.filter(
        user_id=user_id, topic__lesson__course_program_id=program_id
    )
    marks = topics.order_by().annotate(
        mark=Case(
            When(completed=True, then=Value(_DONE)),
            default=Value(_BEGUN),
            output_field=CharField(),
        ),
        name=Cast("topic_id", TextField()),
    )
    facts: Facts = set()
    states: dict[int, bool] = {}
    for kind, key in _facts(user_id, program_id).union(marks.values_list("mark", "name"), all=True):
        if kind in {_BEGUN, _DONE}:
            states[int(key)] = kind == _DONE
        else:
            facts.add((kind, key))
    return facts, states


def _facts(user_id: UUID, program_id: int) -> Any:
    rows = CompletedMaterial.objects.filter(
        user_id=user_id, course_program_id=program_id, is_completed=True
    )
    return rows.order_by().values_list("material_type", "material_key")


def require_program(program_id: int) -> CourseProgram:
    """Return an active program.

    Raises:
        ProgramNotFound: no such program, or it is switched off.
    """
    program = CourseProgram.objects.active().filter(pk=program_id).first()
    if program is None:
        raise ProgramNotFound
    return program


def require_place(program_id: int, *, lesson_id: int | None, topic_id: int | None) -> None:
    """Check that a lesson and a topic, where given, belong to a program.

    Raises:
        LessonNotFound, TopicNotFound: not one of this program.
    """
    lessons = Lesson.objects.filter(pk=lesson_id, course_program_id=program_id)
    if lesson_id is not None and not lessons.exists():
        raise LessonNotFound
    topics = Topic.objects.filter(pk=topic_id, lesson__course_program_id=program_id)
    if topic_id is not None and not topics.exists():
        raise TopicNotFound


def enrollment(user_id: UUID, program_id: int) -> Enrollment | None:
    """Return a learner's enrollment in a program, or None."""
    return Enrollment.objects.filter(user_id=user_id, course_program_id=program_id).first()


def followed_enrollment(user_id: UUID, course: Course) -> Enrollment | None:
    """Return a learner's enrollment in the active program of a course's station, or None."""
    if course.station_id is None:
        return None
    rows = Enrollment.objects.filter(
        user_id=user_id,
        course_program__station_id=course.station_id,
        course_program__is_active=True,
        course_program__bin_entry__isnull=True,
    )
    return rows.first()


_MY_PROGRAMS = CompiledQuery(
    lambda user: (
        Enrollment.objects.filter(user=user, course_program__bin_entry__isnull=True)
        .order_by("-last_activity", "pk")
        .values(
            "id",
            "course_program_id",
            "progress_percent",
            "status",
            "started_at",
            "completed_at",
            "last_activity",
            "course_program__title",
            "course_program__description",
            "course_program__station_id",
            "course_program__duration",
            "course_program__lessons_count",
            "course_program__topics_count",
            "course_program__tests_count",
        )
    ),
    UUIDField(),
    sample=UUID("5e1f0a3c-7d42-4b59-9c1e-2a6b8d0f4e71"),
)


def my_programs(user_id: UUID) -> list[dict[str, Any]]:
    """List a learner's enrollments with their programs as rows, latest activity first; one query.

    The columns of the program are named course_program__*.
    """
    return _MY_PROGRAMS.rows(user_id)


def my_courses(user_id: UUID) -> list[CourseEnrollment]:
    """List a learner's enrollments in the catalogue with their courses; one query."""
    rows = CourseEnrollment.objects.filter(user_id=user_id, course__bin_entry__isnull=True)
    rows = rows.select_related("course")
    return list(rows.order_by("-last_activity", "pk"))


def my_figures(user_id: UUID) -> dict[str, Any]:
    """Count a learner's programs, materials and mean test score; three queries."""
    shown = Enrollment.objects.filter(user_id=user_id, course_program__bin_entry__isnull=True)
    counts = shown.aggregate(
        active=Count("pk", filter=~Q(status=EnrollmentStatus.COMPLETED)),
        completed=Count("pk", filter=Q(status=EnrollmentStatus.COMPLETED)),
        progress=Avg("progress_percent"),
    )
    materials = dict.fromkeys(CompletedMaterial.MaterialType.values, 0)
    done = CompletedMaterial.objects.filter(user_id=user_id, is_completed=True)
    materials.update(
        done.values_list("material_type").annotate(count=Count("pk")).order_by("material_type")
    )
    mean = TestResult.objects.filter(user_id=user_id).aggregate(mean=Avg("score"))["mean"]
    return {
        "active_courses": counts["active"],
        "completed_courses": counts["completed"],
        "total_progress": round(counts["progress"] or 0),
        "materials": materials,
        "average_test_score": round(float(mean or 0), 1),
    }


def positions(
    user_id: UUID, keys: list[str], *, program_id: int | None = None
) -> list[MaterialProgress]:
    """List a learner's places in materials, latest first; at most one per key."""
    rows = MaterialProgress.objects.filter(user_id=user_id, material_key__in=keys)
    if program_id is not None:
        rows = rows.filter(course_program_id=program_id)
    latest: dict[str, MaterialProgress] = {}
    for row in rows.order_by("-last_viewed_at", "pk"):
        latest.setdefault(row.material_key, row)
    return list(latest.values())
