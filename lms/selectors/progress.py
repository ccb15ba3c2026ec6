"""What a program consists of, and how far learners are (docs/data-model.md, "Progress")."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Q

from lms.errors import ProgramNotFound
from lms.models import (
    CompletedMaterial,
    CourseEnrollment,
    CourseProgram,
    Enrollment,
    EnrollmentStatus,
    FinalTest,
    LessonTest,
    MaterialProgress,
    TestResult,
    Topic,
    TopicFile,
)

TEST = CompletedMaterial.MaterialType.TEST.value
TEXT = CompletedMaterial.MaterialType.TEXT.value
FILE_TYPES = frozenset({"pdf", "video", "presentation"})


@dataclass
class ProgramUnits:
    """What can be done in a program: files, else topics, and tests, by the client's keys."""

    files: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    topics: dict[str, int] = field(default_factory=dict)
    tests: set[str] = field(default_factory=set)

    @property
    def total(self) -> int:
        """Count the units: files and tests; topics instead of files where no file exists."""
        return len(self.files or self.topics) + len(self.tests)

    def done(self, facts: set[tuple[str, str]]) -> int:
        """Count the units among `facts`, pairs of material type and key; each counts once."""
        files = {key for kind, key in facts if kind in FILE_TYPES and key in self.files}
        topics = {key for kind, key in facts if kind == TEXT and key in self.topics}
        tests = {key for kind, key in facts if kind == TEST and key in self.tests}
        return len(files if self.files else topics) + len(tests)

    def knows(self, kind: str, key: str) -> bool:
        """Tell whether the client's key names something of this program."""
        if kind == TEST:
            return key in self.tests
        return key in self.topics if kind == TEXT else key in self.files

    def files_of(self, topic_id: int) -> set[str]:
        """Return the keys of a topic's files."""
        return {key for key, topic_ids in self.files.items() if topic_id in topic_ids}

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
    """Read the units of a program; four queries. Only what learners see counts."""
    units = ProgramUnits()
    lessons = Q(lesson__course_program_id=program_id, lesson__is_active=True)
    for topic_id, topic_key in (
        Topic.objects.active().filter(lessons).values_list("pk", "topic_key")
    ):
        units.topics[topic_material_key(topic_key, topic_id)] = topic_id
    files = TopicFile.objects.active().filter(topic__in=list(units.topics.values()))
    for key, topic_id in files.exclude(minio_object_name="").values_list(
        "minio_object_name", "topic_id"
    ):
        units.files[key].add(topic_id)
    tests: dict[int, int] = {}
    for lesson_id, test_id in (
        LessonTest.objects.active().filter(lessons).order_by("-pk").values_list("lesson_id", "pk")
    ):
        tests[lesson_id] = test_id
    units.tests |= {test_material_key("lesson", test_id) for test_id in tests.values()}
    final = FinalTest.objects.active().filter(course_program_id=program_id).order_by("pk").first()
    if final:
        units.tests.add(test_material_key("final", final.pk))
    return units


def completed_facts(user_id: UUID, program_id: int) -> set[tuple[str, str]]:
    """Return what a learner completed in a program, as pairs of material type and key."""
    rows = CompletedMaterial.objects.filter(
        user_id=user_id, course_program_id=program_id, is_completed=True
    )
    return set(rows.values_list("material_type", "material_key"))


def require_program(program_id: int) -> CourseProgram:
    """Return an active program.

    Raises:
        ProgramNotFound: no such program, or it is switched off.
    """
    program = CourseProgram.objects.active().filter(pk=program_id).first()
    if program is None:
        raise ProgramNotFound
    return program


def enrollment(user_id: UUID, program_id: int) -> Enrollment | None:
    """Return a learner's enrolment in a program, or None."""
    return Enrollment.objects.filter(user_id=user_id, course_program_id=program_id).first()


def my_programs(user_id: UUID) -> list[Enrollment]:
    """List a learner's enrolments with their programs, latest activity first; one query."""
    rows = Enrollment.objects.filter(user_id=user_id).select_related("course_program")
    return list(rows.order_by("-last_activity", "pk"))


def my_courses(user_id: UUID) -> list[CourseEnrollment]:
    """List a learner's enrolments in the catalogue with their courses; one query."""
    rows = CourseEnrollment.objects.filter(user_id=user_id).select_related("course")
    return list(rows.order_by("-last_activity", "pk"))


def my_figures(user_id: UUID) -> dict[str, Any]:
    """Count a learner's programs, materials and mean test score; three queries."""
    counts = Enrollment.objects.filter(user_id=user_id).aggregate(
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
