"""Admin of programs, lessons, topics and files."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from lms.admin.base import PortalModelAdmin
from lms.admin.courses.builder import ProgramBuilderMixin
from lms.admin.courses.inlines import (
    AudienceInline,
    FinalTestInline,
    LessonInline,
    LessonTestInline,
    MaterialInline,
    OutcomeInline,
    RequirementInline,
    StoredFileForm,
    TopicFileFieldsMixin,
    TopicFileInline,
    TopicInline,
    file_facts,
)
from lms.admin.filters import (
    ChoiceFilter,
    PeriodFilter,
    RelatedFilter,
    UnregisteredFilter,
    YesNoFilter,
    missing,
)
from lms.admin.labels import FLAG_COLOURS, shown, time_column
from lms.admin.upload_fields import Upload
from lms.models import CourseProgram, Lesson, Topic, TopicFile
from lms.selectors import reports
from lms.services import program_tree

# The attribute of a request: programs of the row before it was saved.
_PROGRAMS_BEFORE = "_portal_program_ids"


class ActiveColumnMixin:
    """A column that shows whether employees see the row."""

    @display(description=_("state"), label=FLAG_COLOURS, ordering="is_active")
    def state(self, obj: Any) -> tuple[bool, Any]:
        """Return whether employees see the row."""
        return shown(obj.is_active)


class ProgramPartAdmin(ActiveColumnMixin, PortalModelAdmin):
    """Base of the parts of a program: every change updates the stored counts of the program."""

    # The lookup from the model to the id of its program.
    program_lookup: str

    def program_ids(self, pks: Iterable[Any]) -> set[int | None]:
        """Return the programs of these rows."""
        rows = self.model._default_manager.filter(pk__in=list(pks))
        return set(rows.values_list(self.program_lookup, flat=True))

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Save; remember the program that the row belonged to."""
        before = self.program_ids([obj.pk]) if change else set()
        setattr(request, _PROGRAMS_BEFORE, before)
        if isinstance(obj, Lesson | Topic):
            program_tree.give_key(obj)
        super().save_model(request, obj, form, change)

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: Any, change: bool
    ) -> None:
        """Save the rows of an inline; give new lessons and topics their key."""
        if issubclass(formset.model, Lesson | Topic):
            for row in formset.forms:
                program_tree.give_key(row.instance)
        super().save_formset(request, form, formset, change)

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool
    ) -> None:
        """Recount once all rows are saved."""
        super().save_related(request, form, formsets, change)
        before: set[int | None] = getattr(request, _PROGRAMS_BEFORE)
        program_tree.recount_programs(before | self.program_ids([form.instance.pk]))


@admin.register(CourseProgram)
class CourseProgramAdmin(ProgramBuilderMixin, ProgramPartAdmin):
    """The program of a station: its lists, lessons and final test."""

    program_lookup = "pk"
    actions_row = ["open_builder", "view_as_employee"]
    actions_detail = ["open_builder", "view_as_employee"]
    list_display = [
        "program",
        "state",
        "lessons",
        "topics",
        "tests",
        "learners",
        time_column("updated_at", _("changed")),
    ]
    list_select_related = ["station"]
    list_filter = [
        ("station", RelatedFilter),
        ("is_active", YesNoFilter),
        missing("lesson", _("lessons"), count="lessons_total"),
        missing("file", _("files"), count="files_total"),
        missing("test", _("tests"), count="tests_total"),
    ]
    search_fields = ["title", "station__name", "station__short_name"]
    ordering = ["station__name", "order_index", "pk"]
    autocomplete_fields = ["station"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "station",
                    "title",
                    "description",
                    ("duration", "format"),
                    "is_active",
                ]
            },
        ),
        (
            _("Rules for learners"),
            {"fields": [("lessons_in_order", "min_hours_before_certificate")]},
        ),
        (
            _("Counted by the portal"),
            {"fields": [("lessons_count", "topics_count", "tests_count")]},
        ),
    ]
    readonly_fields = ["lessons_count", "topics_count", "tests_count"]
    inlines = [
        LessonInline,
        FinalTestInline,
        OutcomeInline,
        RequirementInline,
        AudienceInline,
    ]
    parent_path = ("station",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count what the list shows."""
        return reports.programs_with_counts(super().get_queryset(request))

    @display(description=_("program"), header=True, ordering="title")
    def program(self, obj: CourseProgram) -> tuple[str, str]:
        """Return the title and its station."""
        return obj.title, str(obj.station)

    @display(description=_("lessons"), ordering="lessons_total")
    def lessons(self, obj: Any) -> int:
        """Return the number of lessons."""
        return obj.lessons_total

    @display(description=_("topics"), ordering="topics_total")
    def topics(self, obj: Any) -> int:
        """Return the number of topics."""
        return obj.topics_total

    @display(description=_("tests"), ordering="tests_count")
    def tests(self, obj: CourseProgram) -> int | None:
        """Return the number of tests."""
        return obj.tests_count

    @display(description=_("learners"), ordering="learners_total")
    def learners(self, obj: Any) -> int:
        """Return the number of enrollments."""
        return obj.learners_total


@admin.register(Lesson)
class LessonAdmin(ProgramPartAdmin):
    """A lesson: its topics, materials and tests."""

    program_lookup = "course_program"
    list_display = [
        "title",
        "program",
        "duration",
        "state",
        "topics",
        time_column("updated_at", _("changed")),
    ]
    list_select_related = ["course_program__station"]
    list_filter = [
        ("course_program", RelatedFilter),
        ("course_program__station", RelatedFilter),
        ("is_active", YesNoFilter),
        missing("topic", _("topics"), count="topics_total"),
    ]
    search_fields = ["title", "course_program__title"]
    ordering = ["course_program", "order_index", "pk"]
    autocomplete_fields = ["course_program"]
    fields = ["course_program", "title", ("duration", "is_active")]
    inlines = [TopicInline, LessonTestInline, MaterialInline]
    parent_path = ("course_program", "station")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count the topics."""
        return reports.lessons_with_counts(super().get_queryset(request))

    @display(description=_("program"), header=True, ordering="course_program__title")
    def program(self, obj: Lesson) -> tuple[str, str]:
        """Return the program and its station."""
        return obj.course_program.title, str(obj.course_program.station)

    @display(description=_("topics"), ordering="topics_total")
    def topics(self, obj: Any) -> int:
        """Return the number of topics."""
        return obj.topics_total


@admin.register(Topic)
class TopicAdmin(ProgramPartAdmin):
    """A topic and its files."""

    program_lookup = "lesson__course_program"
    list_display = ["topic", "lesson", "program", "duration", "state", "files"]
    list_display_links = ["topic"]
    list_select_related = ["lesson__course_program__station"]
    list_filter = [
        ("lesson__course_program", RelatedFilter),
        ("lesson__course_program__station", RelatedFilter),
        ("is_active", YesNoFilter),
        missing("file", _("files"), count="files_total"),
    ]
    search_fields = ["title", "code", "lesson__title"]
    ordering = ["lesson__course_program", "lesson__order_index", "lesson", "order_index", "pk"]
    autocomplete_fields = ["lesson"]
    fields = ["lesson", ("code", "title"), ("duration", "is_active")]
    inlines = [TopicFileInline]
    parent_path = ("lesson", "course_program", "station")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count the files."""
        return reports.topics_with_counts(super().get_queryset(request))

    @display(description=_("topic"), ordering="title")
    def topic(self, obj: Topic) -> str:
        """Return code and title."""
        return str(obj)

    @display(description=_("program"), ordering="lesson__course_program__title")
    def program(self, obj: Topic) -> str:
        """Return the program."""
        return obj.lesson.course_program.title

    @display(description=_("files"), ordering="files_total")
    def files(self, obj: Any) -> int:
        """Return the number of files."""
        return obj.files_total


@admin.register(TopicFile)
class TopicFileAdmin(TopicFileFieldsMixin, ActiveColumnMixin, PortalModelAdmin):
    """The files of all topics."""

    form = StoredFileForm
    upload_fields = {"minio_object_name": Upload(("pdf", "video", "document"), "topics")}
    list_display = [
        "file",
        "topic",
        "file_type",
        "size",
        "state",
        time_column("updated_at", _("changed")),
    ]
    list_select_related = ["topic"]
    list_filter = [
        ("file_type", ChoiceFilter),
        ("topic__lesson__course_program", RelatedFilter),
        ("is_active", YesNoFilter),
        UnregisteredFilter,
        ("created_at", PeriodFilter),
    ]
    search_fields = ["title", "original_name", "topic__title"]
    ordering = ["-updated_at", "-pk"]
    autocomplete_fields = ["topic"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "topic",
                    "minio_object_name",
                    ("title", "file_type"),
                    "is_active",
                    "about",
                ]
            },
        ),
        (_("Already in the store"), {"classes": ["collapse"], "fields": ["stored_key"]}),
    ]
    readonly_fields = ["about"]
    parent_path = ("topic", "lesson", "course_program", "station")

    def save_model(
        self, request: HttpRequest, obj: TopicFile, form: ModelForm, change: bool
    ) -> None:
        """Fill the row from its upload, then save."""
        if {"minio_object_name", "stored_key"} & set(form.changed_data):
            program_tree.fill_from_upload(obj)
        program_tree.choose_kind(obj)
        super().save_model(request, obj, form, change)

    @display(description=_("file"), header=True, ordering="original_name")
    def file(self, obj: TopicFile) -> tuple[str, str]:
        """Return the title shown to employees and the file's own name."""
        return str(obj), obj.original_name if obj.title else ""

    @display(description=_("size"), ordering="file_size")
    def size(self, obj: TopicFile) -> str | None:
        """Return the size for people."""
        return obj.size_formatted

    @display(description=_("in the store"))
    def about(self, obj: TopicFile) -> str:
        """Return name, size and type of the file."""
        return file_facts(obj)
