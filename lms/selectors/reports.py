"""What lists, exports and the start page show of people and content: rows, counts, names."""

from typing import Any, cast

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from lms.models import (
    CourseEnrollment,
    CourseProgram,
    Enrollment,
    FinalTest,
    Lesson,
    LessonTest,
    Option,
    Profile,
    Question,
    SafetyFeature,
    StationPhoto,
    TestResult,
    Topic,
    TopicFile,
    TopicProgress,
    User,
)

_PERSON = ("user__profile__station", "user__profile__department")
# What names a person and the place of work; the tables have long texts besides.
PERSON_COLUMNS = (
    "user__full_name",
    "user__username",
    "user__profile__company",
    "user__profile__station__name",
    "user__profile__department__name",
    "user__profile__department__name_ru",
    "user__profile__department__short_name",
)
RECENT_ROWS = 8


def count_of(model: Any, path: str) -> Coalesce:
    """Return a subquery that counts the rows of `model` whose `path` leads to the outer row."""
    rows = model.objects.filter(**{path: OuterRef("pk")}).order_by().values(path)
    total = rows.annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)


def stations_with_counts[Rows: QuerySet[Any]](stations: Rows) -> Rows:
    """Annotate programs_total and photos_total."""
    return stations.annotate(
        programs_total=count_of(CourseProgram, "station"),
        photos_total=count_of(StationPhoto, "station"),
    )


def departments_with_counts[Rows: QuerySet[Any]](departments: Rows) -> Rows:
    """Annotate people_total."""
    return departments.annotate(people_total=count_of(Profile, "department"))


def safety_systems_with_counts[Rows: QuerySet[Any]](systems: Rows) -> Rows:
    """Annotate features_total."""
    return systems.annotate(features_total=count_of(SafetyFeature, "safety_system"))


def programs_with_counts[Rows: QuerySet[Any]](programs: Rows) -> Rows:
    """Annotate lessons_total, topics_total and learners_total, switched-off rows included.

    Filters may also name files_total and tests_total.
    """
    return programs.annotate(
        lessons_total=count_of(Lesson, "course_program"),
        topics_total=count_of(Topic, "lesson__course_program"),
        learners_total=count_of(Enrollment, "course_program"),
    ).alias(
        files_total=count_of(TopicFile, "topic__lesson__course_program"),
        tests_total=count_of(LessonTest, "lesson__course_program")
        + count_of(FinalTest, "course_program"),
    )


def courses_with_counts[Rows: QuerySet[Any]](courses: Rows) -> Rows:
    """Annotate learners_total."""
    return courses.annotate(learners_total=count_of(CourseEnrollment, "course"))


def lessons_with_counts[Rows: QuerySet[Any]](lessons: Rows) -> Rows:
    """Annotate topics_total."""
    return lessons.annotate(topics_total=count_of(Topic, "lesson"))


def topics_with_counts[Rows: QuerySet[Any]](topics: Rows) -> Rows:
    """Annotate files_total."""
    return topics.annotate(files_total=count_of(TopicFile, "topic"))


def tests_with_counts[Rows: QuerySet[Any]](tests: Rows) -> Rows:
    """Annotate questions_total and results_total of lesson tests or final tests."""
    link = "lesson_test" if tests.model is LessonTest else "final_test"
    return tests.annotate(
        questions_total=count_of(Question, link), results_total=count_of(TestResult, link)
    )


def questions_with_counts[Rows: QuerySet[Any]](questions: Rows) -> Rows:
    """Annotate options_total."""
    return questions.annotate(options_total=count_of(Option, "question"))


def enrollment_rows[Rows: QuerySet[Any]](enrollments: Rows) -> Rows:
    """Load the person with station and department, and the program with its station."""
    return enrollments.select_related(*_PERSON, "course_program__station")


def topic_progress_rows[Rows: QuerySet[Any]](progress: Rows) -> Rows:
    """Load the person, and the topic up to the station of its program."""
    return progress.select_related(*_PERSON, "topic__lesson__course_program__station")


def test_result_rows[Rows: QuerySet[Any]](results: Rows) -> Rows:
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
    test = result.lesson_test or result.final_test
    return test.title if test is not None else ""


def test_program(result: TestResult) -> CourseProgram:
    """Return the program that the test belongs to."""
    if result.lesson_test is not None:
        return result.lesson_test.lesson.course_program
    # A constraint of the table: each result has one of both.
    return cast(FinalTest, result.final_test).course_program


def of_program[Rows: QuerySet[Any]](results: Rows, program_id: int) -> Rows:
    """Keep the results of a program's lesson tests and final tests."""
    return results.filter(
        Q(lesson_test__lesson__course_program=program_id) | Q(final_test__course_program=program_id)
    )


def of_test[Rows: QuerySet[Any]](results: Rows, test_id: int) -> Rows:
    """Keep the results of one test; a number belongs to a lesson test or to a final test."""
    return results.filter(Q(lesson_test=test_id) | Q(final_test=test_id))


def test_choices() -> list[tuple[int, str]]:
    """List all tests as (key, "title, program"), by title; a few hundred at most. Two queries."""
    lesson_tests = LessonTest.objects.values_list(
        "pk", "title", "lesson__course_program__title"
    ).order_by()
    final_tests = FinalTest.objects.values_list("pk", "title", "course_program__title").order_by()
    rows = [(pk, f"{title}, {program}") for pk, title, program in [*lesson_tests, *final_tests]]
    return sorted(rows, key=lambda row: (row[1], row[0]))


def program_choices() -> list[tuple[int, str]]:
    """List all programs as (key, title); a few hundred at most, one or two per station."""
    return list(CourseProgram.objects.order_by("title", "pk").values_list("pk", "title"))


def recent_learning() -> list[dict[str, Any]]:
    """List the latest completed topics and tests, newest first: kind, person, what, when, passed.

    Two queries.
    """
    # Only what is shown: the rows of stations and programs are wide.
    topics = (
        TopicProgress.objects.filter(completed=True)
        .select_related(*_PERSON, "topic")
        .only(*PERSON_COLUMNS, "completed_at", "updated_at", "topic__code", "topic__title")
        .order_by("-updated_at")
    )
    results = (
        TestResult.objects.select_related(*_PERSON, "lesson_test", "final_test")
        .only(
            *PERSON_COLUMNS,
            *("completed_at", "passed", "score", "lesson_test__title", "final_test__title"),
        )
        .order_by("-completed_at")
    )
    rows: list[dict[str, Any]] = [
        {
            "kind": "topic",
            "person": row.user,
            "what": row.topic,
            "when": row.completed_at or row.updated_at,
        }
        for row in topics[:RECENT_ROWS]
    ]
    rows += [
        {
            "kind": "test",
            "person": row.user,
            "what": row.lesson_test or row.final_test,
            "when": row.completed_at,
            "passed": row.passed,
            "score": row.score,
        }
        for row in results[:RECENT_ROWS]
    ]
    return sorted(rows, key=lambda row: row["when"], reverse=True)[:RECENT_ROWS]
