"""The figures of the start page: what people learned lately, and which content is missing.

Only latest_stopped() names people; the other figures may be cached for everybody.
"""

from typing import Any, TypedDict

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from lms.models import (
    Certificate,
    CourseProgram,
    Enrollment,
    EnrollmentStatus,
    FinalTest,
    Lesson,
    LessonTest,
    Question,
    Station,
    TestKind,
    TestResult,
    Topic,
    TopicFile,
    User,
)
from lms.selectors import reports
from lms.selectors.progress.activity import Days, count_by_day, learned_in, learning_by_day
from media_admin.models import MediaFile

DAYS = 30
MIN_ATTEMPTS = 3
TOP_ROWS = 5
_PROGRAM_OF_FILE = "topic__lesson__course_program"
_ALL = Q(pk__isnull=False)


class LearnerFigures(TypedDict):
    """Who learned lately: lists by day, and people in 1, 7 and 30 days."""

    by_day: list[int]
    topics: list[int]
    materials: list[int]
    today: int
    week: int
    month: int


class CompletionFigures(TypedDict):
    """Tests by day and in sum, and certificates; `_before` counts the 30 days before."""

    passed: list[int]
    failed: list[int]
    passes: int
    attempts: int
    passes_before: int
    certificates: int
    certificates_before: int


class FailedTest(TypedDict):
    """A test and how often it was failed."""

    kind: str
    pk: int
    title: str
    program: str
    attempts: int
    failures: int
    share_percent: int


class LargeFile(TypedDict):
    """A file and where it is shown."""

    pk: int
    name: str
    size_bytes: int
    place: str


def learner_figures() -> LearnerFigures:
    """Count who learned lately, and which topics and materials were completed; one query.

    Lists have a number for each of the 30 days, the oldest first; `today`, `week` and `month` count
    people in 1, 7 and 30 days.
    """
    counts = learning_by_day(Days.latest(DAYS))
    latest = counts["latest"]
    return {
        "by_day": counts["people"],
        "topics": counts["topics"],
        "materials": counts["materials"],
        "today": latest[-1],
        "week": sum(latest[-7:]),
        "month": sum(latest),
    }


def learners_before() -> int:
    """Count who learned in the 30 days before the last 30; one query."""
    count: int = User.objects.filter(learned_in(Days.latest(DAYS).before)).count()
    return count


def completion_figures() -> CompletionFigures:
    """Count tests by day, and certificates; 2 queries.

    Lists have a number for each of the 30 days, the oldest first; names that end in `_before` count
    the 30 days before.
    """
    month = Days.latest(DAYS)
    tests = count_by_day(
        TestResult.objects.all(),
        "completed_at",
        Days(month.before.first, month.last),
        passed=Q(passed=True),
        failed=Q(passed=False),
    )
    passes, failures = tests["passed"], tests["failed"]
    certificates = Certificate.objects.aggregate(**_now_and_before("certificates", "issued_at"))
    return {
        "passed": passes[-DAYS:],
        "failed": failures[-DAYS:],
        "passes": sum(passes[-DAYS:]),
        "attempts": sum(passes[-DAYS:]) + sum(failures[-DAYS:]),
        "passes_before": sum(passes[:DAYS]),
        "certificates": certificates["certificates"],
        "certificates_before": certificates["certificates_before"],
    }


def enrollment_figures() -> dict[str, int]:
    """Count active accounts and enrollments: by status, completed lately, stopped; 2 queries.

    `completed_lately` counts 30 days, `completed_lately_before` the 30 days before; the statuses
    have their own names. `stopped_people` counts each person once.
    """
    done = Q(status=EnrollmentStatus.COMPLETED)
    idle = _stopped()
    figures = Enrollment.objects.aggregate(
        **{status.value: Count("pk", filter=Q(status=status)) for status in EnrollmentStatus},
        **_now_and_before("completed_lately", "completed_at", done),
        stopped=Count("pk", filter=idle),
        stopped_people=Count("user", distinct=True, filter=idle),
    )
    return {"accounts": User.objects.active().count(), **figures}


def stopped(enrollments: QuerySet[Enrollment]) -> QuerySet[Enrollment]:
    """Keep enrollments that are not completed and had no activity in the 30 days before today.

    Without inactive people and programs: nobody is expected to go on there.
    """
    return enrollments.filter(_stopped())


def latest_stopped() -> list[Enrollment]:
    """List the enrollments that stopped last, with person and program; one query."""
    rows = reports.enrollment_rows(stopped(Enrollment.objects.all())).only(
        *reports.PERSON_COLUMNS,
        *("last_activity", "created_at", "progress_percent", "course_program__title"),
        "course_program__station__name",
    )
    return list(rows.order_by(F("last_activity").desc(nulls_last=True), "pk")[:TOP_ROWS])


def failed_tests() -> list[FailedTest]:
    """List the tests with the largest share of failed attempts in the last 30 days; one query.

    Rows have kind, pk, title, program, attempts, failures and share_percent. Tests with fewer than
    3 attempts are left out: a single failure says nothing about a test.
    """
    kept = Q(lesson_test__in=LessonTest.objects.all()) | Q(final_test__in=FinalTest.objects.all())
    rows = (
        TestResult.objects.filter(Days.latest(DAYS).include("completed_at"), kept)
        .filter(refused__isnull=True)
        .order_by()
        .values(
            "lesson_test",
            number=Coalesce("lesson_test", "final_test"),
            title=Coalesce("lesson_test__title", "final_test__title"),
            program=Coalesce(
                "lesson_test__lesson__course_program__title", "final_test__course_program__title"
            ),
        )
        .annotate(attempts=Count("pk"), failures=Count("pk", filter=Q(passed=False)))
        .filter(attempts__gte=MIN_ATTEMPTS, failures__gt=0)
        .annotate(share=F("failures") * 100.0 / F("attempts"))
        .order_by("-share", "-attempts", "number")[:TOP_ROWS]
    )
    return [
        {
            "kind": (TestKind.FINAL if row["lesson_test"] is None else TestKind.LESSON).value,
            "pk": row["number"],
            "share_percent": round(row["share"]),
            "title": row["title"],
            "program": row["program"],
            "attempts": row["attempts"],
            "failures": row["failures"],
        }
        for row in rows
    ]


def content_figures() -> dict[str, int]:
    """Count the active content and what is still missing in it; one query."""
    programs, topics = CourseProgram.objects.active(), Topic.objects.active()
    lesson_tests, final_tests = LessonTest.objects.active(), FinalTest.objects.active()
    has_tests = _has(LessonTest, "lesson__course_program") | _has(FinalTest, "course_program")
    return _count_each(
        stations=Station.objects.all(),
        programs=programs,
        programs_without_lessons=programs.exclude(_has(Lesson, "course_program")),
        programs_without_files=programs.exclude(_has(TopicFile, "topic__lesson__course_program")),
        programs_without_tests=programs.exclude(has_tests),
        topics=topics,
        topics_without_files=topics.exclude(_has(TopicFile, "topic")),
        files=TopicFile.objects.active(),
        lesson_tests_without_questions=lesson_tests.exclude(_has(Question, "lesson_test")),
        final_tests_without_questions=final_tests.exclude(_has(Question, "final_test")),
    )


def unregistered(files: QuerySet[TopicFile]) -> QuerySet[TopicFile]:
    """Keep the topic files whose key is not in the media library."""
    return files.filter(~Exists(MediaFile.objects.filter(key=OuterRef("minio_object_name"))))


def places_of_files(keys: list[str]) -> dict[str, str]:
    """Return topic and program where each of these files is shown; one query."""
    files = TopicFile.objects.filter(minio_object_name__in=keys).order_by("-pk")
    rows = files.values_list("minio_object_name", "topic__title", f"{_PROGRAM_OF_FILE}__title")
    return {key: f"{topic}, {program}" for key, topic, program in rows}


def unregistered_figures() -> dict[str, int]:
    """Count rows and bytes of files outside of the media library, each key once; one query."""
    keys = unregistered(TopicFile.objects.all()).order_by().values("minio_object_name")
    return keys.annotate(rows=Count("pk"), size=Max("file_size")).aggregate(
        files=Coalesce(Sum("rows"), 0), size_bytes=Coalesce(Sum("size"), 0)
    )


def largest_unregistered() -> list[LargeFile]:
    """List pk, name, size_bytes and place of the largest of these files; one query."""
    rows = unregistered(TopicFile.objects.filter(file_size__gt=0)).order_by("-file_size", "pk")
    columns = ("pk", "title", "original_name", "file_size", "topic__title")
    return [
        {
            "pk": pk,
            "name": title or original_name,
            "size_bytes": size,
            "place": f"{topic}, {program}",
        }
        for pk, title, original_name, size, topic, program in rows.values_list(
            *columns, f"{_PROGRAM_OF_FILE}__title"
        )[:TOP_ROWS]
    ]


def _stopped() -> Q:
    since = Days.latest(DAYS + 1).starts_at
    idle = Q(last_activity__lt=since) | Q(last_activity__isnull=True, created_at__lt=since)
    # Old rows may have no status.
    is_open = Q(status__isnull=True) | ~Q(status=EnrollmentStatus.COMPLETED)
    return idle & is_open & Q(user__is_active=True, course_program__in=_open_programs())


def _open_programs() -> QuerySet[CourseProgram, Any]:
    return CourseProgram.objects.active().order_by().values("pk")


def _now_and_before(name: str, field: str, condition: Q | None = None) -> dict[str, Count]:
    month = Days.latest(DAYS)
    condition = _ALL if condition is None else condition
    return {
        name: Count("pk", filter=condition & month.include(field)),
        f"{name}_before": Count("pk", filter=condition & month.before.include(field)),
    }


def _has(model: type[Model], path: str) -> Q:
    return Q(Exists(model._default_manager.filter(**{path: OuterRef("pk")})))


def _count_each(**querysets: QuerySet[Any]) -> dict[str, int]:
    """Count the rows of several querysets at once."""
    counts: list[QuerySet[Any, tuple[str, int]]] = [
        rows.order_by()
        .values(counted=Value(name, output_field=CharField()))
        .annotate(total=Count("pk"))
        .values_list("counted", "total")
        for name, rows in querysets.items()
    ]
    return dict(counts[0].union(*counts[1:], all=True))
