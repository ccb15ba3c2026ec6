"""The inlines on the pages of programs, lessons and topics.

Lessons, topics and tests cannot be deleted here. Their own page first shows what else goes to the
bin and how many people have progress in it.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from lms.admin.base import (
    PortalFormSet,
    PortalStackedInline,
    PortalTabularInline,
    UnorderedMixin,
)
from lms.admin.upload_fields import DROP_ZONE, Upload
from lms.models import (
    FinalTest,
    LearningOutcome,
    Lesson,
    LessonMaterial,
    LessonTest,
    ProgramRequirement,
    TargetAudience,
    Topic,
    TopicFile,
)
from lms.selectors import reports
from lms.services import program_tree
from portal.common.errors import AppError
from portal.common.mixin_bases import AdminBase


class TextInline(PortalTabularInline):
    """Base of the short lists of a program."""

    show_title = False


class OutcomeInline(TextInline):
    """What a learner can do afterwards."""

    model = LearningOutcome
    fields = ["outcome_text", "order_index"]


class RequirementInline(TextInline):
    """What a learner must bring along."""

    model = ProgramRequirement
    fields = ["requirement_text", "order_index"]


class AudienceInline(TextInline):
    """Whom the program is for."""

    model = TargetAudience
    fields = ["audience_text", "order_index"]


class LessonInline(PortalTabularInline):
    """The lessons of a program in their order."""

    model = Lesson
    fields = ["title", "duration", "is_active", "topics_total", "order_index"]
    readonly_fields = ["topics_total"]
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count the topics."""
        return reports.lessons_with_counts(super().get_queryset(request))

    @display(description=_("topics"))
    def topics_total(self, obj: Any) -> int:
        """Return the number of topics."""
        return getattr(obj, "topics_total", 0)


class TestInline(UnorderedMixin, PortalTabularInline):
    """Base of the tests of a lesson or program."""

    fields = ["title", "passing_score", "time_limit", "attempts", "is_active", "questions_count"]
    readonly_fields = ["questions_count"]
    can_delete = False


class FinalTestInline(TestInline):
    """The test at the end of a program."""

    model = FinalTest


class LessonTestInline(TestInline):
    """The test at the end of a lesson."""

    model = LessonTest
    verbose_name_plural = _("tests")


class TopicInline(PortalTabularInline):
    """The topics of a lesson in their order."""

    model = Topic
    fields = ["code", "title", "duration", "is_active", "files_total", "order_index"]
    readonly_fields = ["files_total"]
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count the files."""
        return reports.topics_with_counts(super().get_queryset(request))

    @display(description=_("files"))
    def files_total(self, obj: Any) -> int:
        """Return the number of files."""
        return getattr(obj, "files_total", 0)


class MaterialInline(PortalTabularInline):
    """What a lesson needs."""

    model = LessonMaterial
    verbose_name_plural = _("materials")
    fields = ["material_name", "order_index"]
    show_title = False


class TopicFileForm(forms.ModelForm):
    """A file; name, size and type come from the upload."""

    class Meta:
        model = TopicFile
        fields = ["file_type", "title", "minio_object_name", "is_active", "order_index"]

    def clean(self) -> dict[str, Any]:
        """Refuse a key whose upload was not completed; the error belongs to the field."""
        cleaned = super().clean() or {}
        key = cleaned.get("minio_object_name")
        if key and "minio_object_name" in self.changed_data:
            self._check(key, field="minio_object_name")
        return cleaned

    def _check(self, key: str, *, field: str) -> None:
        try:
            program_tree.fill_from_upload(TopicFile(minio_object_name=key))
        except AppError as error:
            self.add_error(field, next(iter(error.fields.values()), [error.message]))

    def _get_validation_exclusions(self) -> set[str]:
        # The kind may be left open: the service chooses it from the type of the file.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # not in the stubs
        return excluded | {"file_type"}

    def validate_constraints(self) -> None:
        """Leave "one main PDF" to the form set, which sees all rows of the topic."""


class StoredFileForm(TopicFileForm):
    """A file on its own page, where an object that is already in the store can be named too."""

    stored_key = forms.CharField(
        label=_("Key of a file in the store"),
        help_text=_("Only for files that were stored before the portal was installed."),
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextInputWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "minio_object_name" in self.fields:
            self.fields["minio_object_name"].required = False

    def clean(self) -> dict[str, Any]:
        """Take the key that was typed instead of an upload, if any; one of the two is needed."""
        cleaned = super().clean()
        typed = cleaned.get("stored_key")
        if typed:
            cleaned["minio_object_name"] = typed
        elif not cleaned.get("minio_object_name") and "minio_object_name" not in self.errors:
            self.add_error("minio_object_name", _("Upload a file."))
        if typed and typed != self.instance.minio_object_name:
            self._check(typed, field="stored_key")
        return cleaned


class TopicFileFormSet(PortalFormSet):
    """The files of a topic: at most one main PDF; uploads fill the rows."""

    def clean(self) -> None:
        """Check the main PDF over all rows, as they will be."""
        super().clean()
        mains = [form for form in self._kept() if _is_main(form)]
        for form in mains[1:]:
            form.add_error("file_type", _("A topic has at most one main PDF."))
        if len(mains) > 1:
            raise ValidationError(_("Choose one main PDF and change the others to documents."))

    def save(self, commit: bool = True) -> list[Model]:
        """Save; files may change places as the main PDF."""
        changed = [form.instance.pk for form in self.initial_forms if form.has_changed()]
        program_tree.release_main_pdf(changed)
        return super().save(commit)

    def save_existing(self, form: forms.ModelForm, obj: Model, commit: bool = True) -> Model:
        """Fill the row from its upload first."""
        self._complete(form)
        return super().save_existing(form, obj, commit)

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Model:
        """Fill the row from its upload first."""
        self._complete(form)
        return super().save_new(form, commit)

    def _complete(self, form: forms.ModelForm) -> None:
        if "minio_object_name" in form.changed_data:
            program_tree.fill_from_upload(form.instance)
        program_tree.choose_kind(form.instance, main_taken=self._main_taken())

    def _kept(self) -> Iterable[forms.ModelForm]:
        for form in self.forms:
            cleaned = getattr(form, "cleaned_data", None)
            if cleaned and not cleaned.get("DELETE"):
                yield form

    def _main_taken(self) -> bool:
        return any(form.instance.file_type == TopicFile.FileType.MAIN_PDF for form in self._kept())


def _is_main(form: forms.ModelForm) -> bool:
    cleaned = form.cleaned_data
    is_main = cleaned.get("file_type") == TopicFile.FileType.MAIN_PDF
    return is_main and bool(cleaned.get("is_active"))


class TopicFileFieldsMixin(AdminBase):
    """The kind of a file may be left to the portal."""

    upload_fields: ClassVar[dict[str, Upload]] = {
        "minio_object_name": Upload(("pdf", "video", "document"), "topics/{id}", several=True)
    }

    def formfield_for_choice_field(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Offer "by its type" instead of an empty line."""
        if db_field.name != "file_type":
            return super().formfield_for_choice_field(db_field, request, **kwargs)
        kwargs["choices"] = [("", _("by its type")), *TopicFile.FileType.choices]
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        field.required = False
        return field


class TopicFileInline(TopicFileFieldsMixin, PortalStackedInline):
    """The files of a topic."""

    model = TopicFile
    form = TopicFileForm
    formset = TopicFileFormSet
    template_before = DROP_ZONE
    verbose_name = _("file")
    verbose_name_plural = _("files")
    tab = False
    collapsible = False
    fields = ["minio_object_name", ("title", "file_type", "is_active"), "about", "order_index"]
    readonly_fields = ["about"]

    @display(description=_("in the store"))
    def about(self, obj: TopicFile) -> str:
        """Return name, size and type of the file."""
        return file_facts(obj)


def file_facts(file: TopicFile) -> str:
    """Return name, size and type of a file in one line."""
    facts = [file.original_name, file.size_formatted, file.mime_type]
    return " · ".join(fact for fact in facts if fact) or "—"
