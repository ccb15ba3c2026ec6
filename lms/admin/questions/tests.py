"""Tests, questions and answers in the admin."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from lms.admin.base import PortalModelAdmin, PortalStackedInline, PortalTabularInline
from lms.admin.courses.programs import ProgramPartAdmin
from lms.admin.filters import RelatedFilter, YesNoFilter, missing
from lms.admin.nested_inlines import NestedTabularInline, PrefetchedFormSet
from lms.admin.questions.editor import QuestionEditorMixin
from lms.admin.questions.importing import QuestionImportMixin
from lms.admin.questions.preview import TestPreviewMixin
from lms.admin.questions.statistics import QuestionStatisticsMixin
from lms.admin.upload_fields import Upload
from lms.models import FinalTest, LessonTest, Option, Question
from lms.selectors import reports
from lms.services import program_tree

_QUESTION_PICTURE = {"image": Upload(("image",), "questions")}


class OptionFormSet(PrefetchedFormSet):
    """The answers of a question: at least two, of which exactly one is right."""

    parent_relation = "options"

    def clean(self) -> None:
        """Check the answers if one of them, or the question, is new or changed."""
        super().clean()
        if any(self.errors) or not (self.has_changed() or self.instance.pk is None):
            return
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if len(kept) < 2:
            raise ValidationError(_("A question needs at least two answers."))
        if sum(bool(row.get("is_correct")) for row in kept) != 1:
            raise ValidationError(_("Mark exactly one answer as right."))


class OptionInline(PortalTabularInline):
    """Answers on the page of their question."""

    model = Option
    formset = OptionFormSet
    fields = ["option_text", "is_correct", "order_index"]
    show_title = False
    tab = False


class NestedOptionInline(NestedTabularInline):
    """Answers below their question on the page of a test."""

    model = Option
    formset = OptionFormSet
    parent_relation = "options"
    fields = ["option_text", "is_correct", "order_index"]


class QuestionInline(PortalStackedInline):
    """The questions of a test with their answers."""

    model = Question
    inlines = [NestedOptionInline]
    tab = False
    fields = ["question", ("points", "explanation"), "image", "order_index"]
    upload_fields = _QUESTION_PICTURE

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load the answers of all questions in one query."""
        options = Prefetch("options", Option.objects.order_by("order_index", "pk"))
        return super().get_queryset(request).prefetch_related(options)


class TestAdmin(
    QuestionEditorMixin,
    QuestionImportMixin,
    QuestionStatisticsMixin,
    TestPreviewMixin,
    ProgramPartAdmin,
):
    """Base of both kinds of test."""

    actions_detail = ["edit_questions", "preview", "import_questions", "question_statistics"]
    actions_row = ["edit_questions", "preview"]
    search_fields = ["title"]
    inlines = [QuestionInline]
    readonly_fields = ["questions_count"]

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool
    ) -> None:
        """Save, then recount the questions."""
        super().save_related(request, form, formsets, change)
        program_tree.recount_questions(form.instance)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count the questions."""
        return reports.tests_with_counts(super().get_queryset(request))

    @display(description=_("questions"), ordering="questions_total")
    def questions(self, obj: Any) -> int:
        """Return the number of questions."""
        return obj.questions_total

    @display(description=_("passing score"), ordering="passing_score")
    def passing(self, obj: Any) -> str:
        """Return the share of right answers that passes the test."""
        return f"{obj.passing_score or 0} %"

    @display(description=_("results"), ordering="results_total")
    def results(self, obj: Any) -> int:
        """Return the number of attempts so far."""
        return obj.results_total


@admin.register(LessonTest)
class LessonTestAdmin(TestAdmin):
    """Tests at the end of lessons."""

    program_lookup = "lesson__course_program"
    list_display = ["title", "lesson", "state", "questions", "passing", "results"]
    list_select_related = ["lesson__course_program"]
    list_filter = [
        ("lesson__course_program", RelatedFilter),
        ("is_active", YesNoFilter),
        missing("question", _("questions"), count="questions_total"),
    ]
    autocomplete_fields = ["lesson"]
    fields = [
        "lesson",
        "title",
        "description",
        ("passing_score", "time_limit", "attempts"),
        ("min_seconds_per_question", "shuffle"),
        ("is_active", "questions_count"),
    ]
    parent_path = ("lesson", "course_program", "station")


@admin.register(FinalTest)
class FinalTestAdmin(TestAdmin):
    """Tests at the end of programs."""

    program_lookup = "course_program"
    list_display = ["title", "course_program", "state", "questions", "passing", "results"]
    list_select_related = ["course_program__station"]
    list_filter = [
        ("course_program", RelatedFilter),
        ("is_active", YesNoFilter),
        missing("question", _("questions"), count="questions_total"),
    ]
    autocomplete_fields = ["course_program"]
    fields = [
        "course_program",
        "title",
        "description",
        ("passing_score", "time_limit", "attempts"),
        ("min_seconds_per_question", "shuffle"),
        ("is_active", "questions_count"),
    ]
    parent_path = ("course_program", "station")


class QuestionForm(ModelForm):
    """A question; it belongs to one test, of a lesson or of a program."""

    class Meta:
        model = Question
        fields = ["lesson_test", "final_test", "question", "points", "explanation", "image"]

    def clean(self) -> dict[str, Any]:
        """Check that exactly one test is chosen."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("lesson_test")) == bool(cleaned.get("final_test")):
            self.add_error("lesson_test", _("Choose one test: a lesson test or a final test."))
        return cleaned


@admin.register(Question)
class QuestionAdmin(PortalModelAdmin):
    """Questions of all tests."""

    form = QuestionForm
    list_display = ["text", "test", "points", "options"]
    list_select_related = ["lesson_test", "final_test"]
    list_filter = [("lesson_test", RelatedFilter), ("final_test", RelatedFilter)]
    search_fields = ["question", "explanation"]
    autocomplete_fields = ["lesson_test", "final_test"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("lesson_test", "final_test"),
                    "question",
                    "points",
                    "explanation",
                    "image",
                ]
            },
        )
    ]
    upload_fields = _QUESTION_PICTURE
    inlines = [OptionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count the answers."""
        return reports.questions_with_counts(super().get_queryset(request))

    def breadcrumbs_path(self, obj: Model | None) -> tuple[str, ...]:
        """Return the attributes that lead from the question to its test and further up."""
        if isinstance(obj, Question) and obj.final_test_id:
            return ("final_test", "course_program", "station")
        return ("lesson_test", "lesson", "course_program", "station")

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool
    ) -> None:
        """Recount the questions of the test."""
        super().save_related(request, form, formsets, change)
        program_tree.recount_questions_of(form.instance)

    def delete_model(self, request: HttpRequest, obj: Question) -> None:
        """Delete and recount."""
        super().delete_model(request, obj)
        program_tree.recount_questions_of(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Delete and recount."""
        questions = list(queryset.select_related("lesson_test", "final_test"))
        super().delete_queryset(request, queryset)
        for question in questions:
            program_tree.recount_questions_of(question)

    @display(description=_("question"), ordering="question")
    def text(self, obj: Question) -> str:
        """Return the start of the question."""
        return Truncator(obj.question).chars(90)

    @display(description=_("test"))
    def test(self, obj: Question) -> Model | None:
        """Return the test."""
        return obj.lesson_test or obj.final_test

    @display(description=_("answers"), ordering="options_total")
    def options(self, obj: Any) -> int:
        """Return the number of answers."""
        return obj.options_total


@admin.register(Option)
class OptionAdmin(PortalModelAdmin):
    """Answers of all questions."""

    list_display = ["__str__", "question_text", "is_correct"]
    list_select_related = ["question"]
    list_filter = [("is_correct", YesNoFilter)]
    search_fields = ["option_text", "question__question"]
    autocomplete_fields = ["question"]
    fields = ["question", "option_text", "is_correct"]
    parent_path = ("question",)

    @display(description=_("question"), ordering="question__question")
    def question_text(self, obj: Option) -> str:
        """Return the start of the question."""
        return Truncator(obj.question.question).chars(90)
