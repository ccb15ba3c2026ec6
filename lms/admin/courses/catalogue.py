"""Admin of the course catalogue, the short lists of programs, comments and video conversions."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from lms.admin.base import PortalModelAdmin, ReadOnlyModelAdmin
from lms.admin.courses.programs import ActiveColumnMixin
from lms.admin.filters import PeriodFilter, RelatedFilter, YesNoFilter
from lms.admin.labels import time_column
from lms.models import (
    Comment,
    Course,
    LearningOutcome,
    LessonMaterial,
    ProgramRequirement,
    TargetAudience,
    VideoTranscodeJob,
)
from lms.selectors import reports


@admin.register(Course)
class CourseAdmin(ActiveColumnMixin, PortalModelAdmin):
    """Entries of the course catalogue."""

    list_display = ["title", "station", "duration_hours", "level", "state", "learners"]
    list_select_related = ["station"]
    list_filter = [("station", RelatedFilter), ("is_active", YesNoFilter)]
    search_fields = ["title", "station__name"]
    autocomplete_fields = ["station"]
    fields = [
        "title",
        "station",
        "description",
        ("duration_hours", "level"),
        ("icon", "is_active"),
    ]
    parent_path = ("station",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count the learners."""
        return reports.courses_with_counts(super().get_queryset(request))

    @display(description=_("learners"), ordering="learners_total")
    def learners(self, obj: Any) -> int:
        """Return the number of enrollments."""
        return obj.learners_total


class ProgramTextAdmin(PortalModelAdmin):
    """Base of the lines of a program's lists."""

    list_select_related = ["course_program__station"]
    list_filter = [("course_program", RelatedFilter)]
    autocomplete_fields = ["course_program"]
    parent_path = ("course_program", "station")


@admin.register(LearningOutcome)
class LearningOutcomeAdmin(ProgramTextAdmin):
    """Outcomes of all programs."""

    list_display = ["__str__", "course_program"]
    search_fields = ["outcome_text"]
    fields = ["course_program", "outcome_text"]


@admin.register(ProgramRequirement)
class ProgramRequirementAdmin(ProgramTextAdmin):
    """Requirements of all programs."""

    list_display = ["__str__", "course_program"]
    search_fields = ["requirement_text"]
    fields = ["course_program", "requirement_text"]


@admin.register(TargetAudience)
class TargetAudienceAdmin(ProgramTextAdmin):
    """Audiences of all programs."""

    list_display = ["audience_text", "course_program"]
    search_fields = ["audience_text"]
    fields = ["course_program", "audience_text"]


@admin.register(LessonMaterial)
class LessonMaterialAdmin(PortalModelAdmin):
    """Materials of all lessons."""

    list_display = ["material_name", "lesson", "program"]
    list_select_related = ["lesson__course_program"]
    list_filter = [("lesson__course_program", RelatedFilter)]
    search_fields = ["material_name", "lesson__title"]
    autocomplete_fields = ["lesson"]
    fields = ["lesson", "material_name"]
    parent_path = ("lesson", "course_program", "station")

    @display(description=_("program"), ordering="lesson__course_program__title")
    def program(self, obj: LessonMaterial) -> str:
        """Return the program."""
        return obj.lesson.course_program.title


@admin.register(Comment)
class CommentAdmin(PortalModelAdmin):
    """Remarks of employees; instructors may correct or remove them."""

    list_display = ["remark", "author", "station", "place", time_column("created_at", _("created"))]
    list_select_related = ["user", "station"]
    list_filter = [("station", RelatedFilter), ("created_at", PeriodFilter)]
    search_fields = ["comment_text"]
    fields = ["comment_text", "user", "station", "place", "file_object_key", "created_at"]
    readonly_fields = ["user", "station", "place", "file_object_key", "created_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Remarks are written in the client."""
        return False

    @display(description=_("comment"), ordering="comment_text")
    def remark(self, obj: Comment) -> str:
        """Return the start of the text."""
        return Truncator(obj.comment_text).chars(90)

    @display(description=_("author"), ordering="user__full_name")
    def author(self, obj: Comment) -> str:
        """Return the name of the author."""
        return str(obj.user)

    @display(description=_("place"))
    def place(self, obj: Comment) -> str:
        """Return the position in the program, counted from one."""
        if obj.lesson_index is None:
            return self.empty_value_display
        text = _("lesson %d") % (obj.lesson_index + 1)
        if obj.topic_index is None:
            return text
        return f"{text}, " + _("topic %d") % (obj.topic_index + 1)


@admin.register(VideoTranscodeJob)
class VideoTranscodeJobAdmin(ReadOnlyModelAdmin):
    """Conversions by another tool, kept for reference."""

    list_display = [
        "source_object_key",
        "target_type",
        "target_id",
        "status",
        time_column("updated_at", _("changed")),
    ]
    search_fields = ["source_object_key", "master_object_key"]
    date_hierarchy = "created_at"

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Keep the records of the other tool."""
        return False
