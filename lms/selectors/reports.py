"""What lists, exports and the start page show of people and content; each figure defined once."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from lms.models import (
    CourseEnrollment,
    CourseProgram,
    Enrollment,
    EnrollmentStatus,
    Lesson,
    LessonTest,
    Option,
    Profile,
    Question,
    SafetyFeature,
    Station,
    StationPhoto,
    TestResult,
    Topic,
    TopicFile,
    TopicProgress,
    User,
)

_PERSON = ("user__profile__station", "user__profile__department")
RECENT_ROWS = 8


def count_of(model: Any, path: str) -> Coalesce:
    """Return a subquery that counts the rows of `model` whose `path` leads to the outer row."""
    rows = model.objects.filter(**{path: OuterRef("pk")}).order_by().values(path)
    total = rows.annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)


def stations_with_counts(stations: QuerySet) -> QuerySet:
    """Annotate programs_total and photos_total."""
    return stations.annotate(
        programs_total=count_of(CourseProgram, "station"),
        photos_total=count_of(StationPhoto, "station"),
    )


def departments_with_counts(departments: QuerySet) -> QuerySet:
    """Annotate people_total."""
    return departments.annotate(people_total=count_of(Profile, "department"))


def safety_systems_with_counts(systems: QuerySet) -> QuerySet:
    """Annotate features_total."""
    return systems.annotate(features_total=count_of(SafetyFeature, "safety_system"))


def programs_with_counts(programs: QuerySet) -> QuerySet:
    """Annotate lessons_total, topics_total and learners_total, switched-off rows included."""
    return programs.annotate(
        lessons_total=count_of(Lesson, "course_program"),
        topics_total=count_of(Topic, "lesson__course_program"),
        learners_total=count_of(Enrollment, "course_program"),
    )


def courses_with_counts(courses: QuerySet) -> QuerySet:
    """Annotate learners_total."""
    return courses.annotate(learners_total=count_of(CourseEnrollment, "course"))


def lessons_with_counts(lessons: QuerySet) -> QuerySet:
    """Annotate topics_total."""
    return lessons.annotate(topics_total=count_of(Topic, "lesson"))


def topics_with_counts(topics: QuerySet) -> QuerySet:
    """Annotate files_total."""
    return topics.annotate(files_total=count_of(TopicFile, "topic"))


def tests_with_counts(tests: QuerySet) -> QuerySet:
    """Annotate questions_total and results_total of lesson tests or final tests."""
    link = "lesson_test" if tests.model is LessonTest else "final_test"
    return tests.annotate(
        questions_total=count_of(Question, link), results_total=count_of(TestResult, link)
    )


def questions_with_counts(questions: QuerySet) -> QuerySet:
    """Annotate options_total."""
    return questions.annotate(options_total=count_of(Option, "question"))


def enrollment_rows(enrollments: QuerySet) -> QuerySet:
    """Load the person with station and department, and the program with its station."""
    return enrollments.select_related(*_PERSON, "course_program__station")


def topic_progress_rows(progress: QuerySet) -> QuerySet:
    """Load the person, and the topic up to the station of its program."""
    return progress.select_related(*_PERSON, "topic__lesson__course_program__station")


def test_result_rows(results: QuerySet) -> QuerySet:
    """Load the person, and the test up to the station of its program."""
    return results.select_related(
        *_PERSON,
        "lesson_test__lesson__course_program__station",
        "final_test__course_program__station",
    )


def profile_of(user: User) -> Profile | None:
    """Return the profile that was loaded with a user, or None where there is no row."""
    return user.profile if hasattr(user, "profile") else None


def workplace(user: User) -> str:
    """Return department and station of a person in one line."""
    profile = profile_of(user)
    if profile is None:
        return ""
    parts = [profile.department, profile.station or profile.company]
    return ", ".join(str(part) for part in parts if part)


def station_name(user: User) -> str:
    """Return where a person works: the station chosen, else the name as the person wrote it."""
    profile = profile_of(user)
    if profile is None:
        return ""
    return profile.station.name if profile.station else profile.company or ""


def test_title(result: TestResult) -> str:
    """Return the title of the test that was taken."""
    return (result.lesson_test or result.final_test).title


def test_program(result: TestResult) -> CourseProgram:
    """Return the program that the test belongs to."""
    if result.lesson_test is not None:
        return result.lesson_test.lesson.course_program
    return result.final_test.course_program


def of_program(results: QuerySet, program_id: int) -> QuerySet:
    """Keep the results of a program's lesson tests and final tests."""
    return results.filter(
        Q(lesson_test__lesson__course_program=program_id) | Q(final_test__course_program=program_id)
    )


def program_choices() -> list[tuple[int, str]]:
    """List all programs as (key, title); a few hundred at most, one or two per station."""
    return list(CourseProgram.objects.order_by("title", "pk").values_list("pk", "title"))


def people_figures(*, days: int = 7) -> dict[str, Any]:
    """Return active accounts, learners active of late and enrolments by status; two queries."""
    since = timezone.now() - timedelta(days=days)
    enrollments = Enrollment.objects.aggregate(
        learning=Count("user", distinct=True, filter=Q(last_activity__gte=since)),
        **{status.value: Count("pk", filter=Q(status=status)) for status in EnrollmentStatus},
    )
    return {"accounts": User.objects.active().count(), "days": days, **enrollments}


def test_figures(*, days: int = 30) -> dict[str, Any]:
    """Return attempts and passes of late; one query."""
    since = timezone.now() - timedelta(days=days)
    figures = TestResult.objects.filter(completed_at__gte=since).aggregate(
        attempts=Count("pk"), passes=Count("pk", filter=Q(passed=True))
    )
    return {"days": days, **figures}


def content_figures() -> dict[str, Any]:
    """Return the sizes of the content and what is still missing in it; five queries."""
    stations = Station.objects.aggregate(stations=Count("pk"))
    programs = programs_with_counts(CourseProgram.objects.active()).aggregate(
        programs=Count("pk"), without_lessons=Count("pk", filter=Q(lessons_total=0))
    )
    topics = topics_with_counts(Topic.objects.active()).aggregate(
        topics=Count("pk"), without_files=Count("pk", filter=Q(files_total=0))
    )
    files = TopicFile.objects.active().aggregate(
        files=Count("pk"), size_bytes=Coalesce(Sum("file_size"), 0)
    )
    tests = tests_with_counts(LessonTest.objects.active()).aggregate(
        tests=Count("pk"), without_questions=Count("pk", filter=Q(questions_total=0))
    )
    return {**stations, **programs, **topics, **files, **tests}


def recent_learning() -> list[dict[str, Any]]:
    """List the latest completed topics and tests, newest first: kind, person, what, when, passed.

    Two queries.
    """
    topics = topic_progress_rows(TopicProgress.objects.filter(completed=True)).order_by(
        "-updated_at"
    )
    results = test_result_rows(TestResult.objects.all()).order_by("-completed_at")
    rows = [
        {
            "kind": "topic",
            "person": row.user,
            "what": row.topic,
            "program": row.topic.lesson.course_program,
            "when": row.completed_at or row.updated_at,
        }
        for row in topics[:RECENT_ROWS]
    ]
    rows += [
        {
            "kind": "test",
            "person": row.user,
            "what": row.lesson_test or row.final_test,
            "program": test_program(row),
            "when": row.completed_at,
            "passed": row.passed,
            "score": row.score,
        }
        for row in results[:RECENT_ROWS]
    ]
    return sorted(rows, key=lambda row: row["when"], reverse=True)[:RECENT_ROWS]
