"""Enrollments, progress and results in the admin: view and export; nobody edits them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from lms.admin.accounts.users import initials
from lms.admin.base import ReadOnlyModelAdmin
from lms.admin.exporting import ExportOnlyMixin
from lms.admin.filters import (
    ChoiceFilter,
    ListedFilter,
    PeriodFilter,
    RelatedFilter,
    StoppedFilter,
    TestFilter,
    TestProgramFilter,
    YesNoFilter,
    titled,
)
from lms.admin.labels import (
    DONE_COLOURS,
    ENROLLMENT_COLOURS,
    FLAG_COLOURS,
    PASS_COLOURS,
    completion,
    done,
    outcome,
    time_column,
)
from lms.exports import EnrollmentResource, TestResultResource, TopicProgressResource
from lms.models import (
    CompletedMaterial,
    CourseEnrollment,
    Enrollment,
    MaterialProgress,
    TestResult,
    TopicProgress,
)
from lms.selectors import reports

StationOfPerson = titled(_("station of the person"), RelatedFilter)
PEOPLE_FILTERS = [
    ("user__profile__station", StationOfPerson),
    ("user__profile__department", RelatedFilter),
]
PEOPLE_SEARCH = ["user__full_name", "user__username"]


class LearnerAdmin(ReadOnlyModelAdmin):
    """Base of the lists whose rows belong to a learner."""

    @display(description=_("learner"), header=True, ordering="user__full_name")
    def learner(self, obj: Any) -> tuple[str, str, str]:
        """Return the name, the workplace and the initials."""
        return str(obj.user), reports.workplace(obj.user), initials(str(obj.user))

    @display(description=_("status"), label=ENROLLMENT_COLOURS, ordering="status")
    def state(self, obj: Any) -> tuple[str | None, str]:
        """Return the status with its label."""
        return obj.status, obj.get_status_display() or self.empty_value_display

    @display(description=_("progress"), ordering="progress_percent")
    def percent(self, obj: Any) -> str:
        """Return the progress with its unit."""
        return f"{obj.progress_percent or 0} %"


@admin.register(Enrollment)
class EnrollmentAdmin(ExportOnlyMixin, LearnerAdmin):
    """Enrollments in programs, with the progress."""

    resource_classes = [EnrollmentResource]
    list_display = [
        "learner",
        "program",
        "state",
        "percent",
        time_column("last_activity", _("last activity")),
        time_column("completed_at", _("completed")),
    ]
    list_filter = [
        ("status", ChoiceFilter),
        StoppedFilter,
        ("course_program", ListedFilter),
        ("course_program__station", titled(_("station of the program"), RelatedFilter)),
        *PEOPLE_FILTERS,
        ("last_activity", PeriodFilter),
        ("completed_at", PeriodFilter),
    ]
    search_fields = [*PEOPLE_SEARCH, "course_program__title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load the columns of the list and of the export."""
        return reports.enrollment_rows(super().get_queryset(request))

    @display(description=_("program"), header=True, ordering="course_program__title")
    def program(self, obj: Enrollment) -> tuple[str, str]:
        """Return the program and its station."""
        return obj.course_program.title, str(obj.course_program.station)


@admin.register(CourseEnrollment)
class CourseEnrollmentAdmin(LearnerAdmin):
    """Enrollments in courses of the catalogue."""

    list_display = [
        "learner",
        "course",
        "state",
        "percent",
        time_column("last_activity", _("last activity")),
        time_column("completed_at", _("completed")),
    ]
    list_select_related = ["user__profile__station", "user__profile__department", "course"]
    list_filter = [
        ("status", ChoiceFilter),
        ("course", ListedFilter),
        *PEOPLE_FILTERS,
        ("last_activity", PeriodFilter),
    ]
    search_fields = [*PEOPLE_SEARCH, "course__title"]


@admin.register(TopicProgress)
class TopicProgressAdmin(ExportOnlyMixin, LearnerAdmin):
    """Topics that people started or completed."""

    resource_classes = [TopicProgressResource]
    list_display = [
        "learner",
        "topic_title",
        "program",
        "state",
        time_column("completed_at", _("completed")),
        time_column("updated_at", _("changed")),
    ]
    list_filter = [
        ("completed", YesNoFilter),
        ("topic__lesson__course_program", ListedFilter),
        (
            "topic__lesson__course_program__station",
            titled(_("station of the program"), RelatedFilter),
        ),
        *PEOPLE_FILTERS,
        ("updated_at", PeriodFilter),
        ("completed_at", PeriodFilter),
    ]
    search_fields = [*PEOPLE_SEARCH, "topic__title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load the columns of the list and of the export."""
        return reports.topic_progress_rows(super().get_queryset(request))

    @display(description=_("topic"), header=True, ordering="topic__title")
    def topic_title(self, obj: TopicProgress) -> tuple[str, str]:
        """Return topic and lesson."""
        return str(obj.topic), obj.topic.lesson.title

    @display(description=_("program"), ordering="topic__lesson__course_program__title")
    def program(self, obj: TopicProgress) -> str:
        """Return the program."""
        return obj.topic.lesson.course_program.title

    @display(description=_("status"), label=FLAG_COLOURS, ordering="completed")
    def state(self, obj: TopicProgress) -> tuple[bool, Any]:
        """Return whether the topic is completed."""
        return done(obj.completed)


@admin.register(TestResult)
class TestResultAdmin(ExportOnlyMixin, LearnerAdmin):
    """Attempts at tests."""

    resource_classes = [TestResultResource]
    list_display = [
        "learner",
        "test",
        "outcome",
        "points",
        "duration",
        time_column("completed_at", _("finished")),
    ]
    list_filter = [
        ("passed", YesNoFilter),
        ("refused", ChoiceFilter),
        TestProgramFilter,
        TestFilter,
        *PEOPLE_FILTERS,
        ("completed_at", PeriodFilter),
    ]
    search_fields = [*PEOPLE_SEARCH, "lesson_test__title", "final_test__title"]
    fields = [
        "user",
        "lesson_test",
        "final_test",
        "score",
        "passed",
        "refused",
        "correct_answers",
        "total_questions",
        "time_spent",
        "completed_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load the columns of the list and of the export."""
        return reports.test_result_rows(super().get_queryset(request))

    @display(description=_("test"), header=True)
    def test(self, obj: TestResult) -> tuple[str, str]:
        """Return the test and its program."""
        return reports.test_title(obj), reports.test_program(obj).title

    @display(description=_("outcome"), label=PASS_COLOURS, ordering="passed")
    def outcome(self, obj: TestResult) -> tuple[bool | str, Any]:
        """Return whether the test was passed, or why the attempt does not count."""
        return outcome(obj)

    @display(description=_("score"), ordering="score")
    def points(self, obj: TestResult) -> str | None:
        """Return the share of right answers and their number."""
        if obj.refused:
            return None
        return f"{obj.score} % ({obj.correct_answers} / {obj.total_questions})"

    @display(description=_("time"), ordering="time_spent")
    def duration(self, obj: TestResult) -> str | None:
        """Return the time as minutes and seconds."""
        if obj.time_spent is None:
            return None
        return _("%(minutes)d min %(seconds)02d s") % {
            "minutes": obj.time_spent // 60,
            "seconds": obj.time_spent % 60,
        }


@admin.register(CompletedMaterial)
class CompletedMaterialAdmin(LearnerAdmin):
    """Materials that people completed, by the client's keys."""

    list_display = ["learner", "course_program", "material_type", "material_key", "state"]
    list_select_related = [
        "user__profile__station",
        "user__profile__department",
        "course_program",
    ]
    list_filter = [
        ("is_completed", YesNoFilter),
        ("is_confirmed", YesNoFilter),
        ("material_type", ChoiceFilter),
        ("course_program", ListedFilter),
        *PEOPLE_FILTERS,
        ("created_at", PeriodFilter),
        ("viewed_at", PeriodFilter),
    ]
    search_fields = [*PEOPLE_SEARCH, "material_key"]

    @display(description=_("status"), label=DONE_COLOURS, ordering="is_completed")
    def state(self, obj: CompletedMaterial) -> tuple[bool | str, Any]:
        """Return whether the material is completed, or still has to be read."""
        return completion(obj)


@admin.register(MaterialProgress)
class MaterialProgressAdmin(LearnerAdmin):
    """Positions at which people stopped in videos and documents."""

    list_display = [
        "learner",
        "material_key",
        "material_type",
        "percent",
        "state",
        time_column("last_viewed_at", _("last opened")),
    ]
    list_filter = [
        ("is_completed", YesNoFilter),
        ("material_type", ChoiceFilter),
        ("course_program", ListedFilter),
        *PEOPLE_FILTERS,
        ("last_viewed_at", PeriodFilter),
    ]
    search_fields = [*PEOPLE_SEARCH, "material_key"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load lesson and topic too, because their rows may be deleted."""
        return (
            super()
            .get_queryset(request)
            .select_related(
                "user__profile__station",
                "user__profile__department",
                "course_program",
                "lesson",
                "topic",
            )
        )

    @display(description=_("status"), label=FLAG_COLOURS, ordering="is_completed")
    def state(self, obj: MaterialProgress) -> tuple[bool, Any]:
        """Return whether the material is completed."""
        return done(obj.is_completed)
