"""Courses and programs: the catalogue, and the tree program, lesson, topic, file."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.models.base import ApiModel, CreatedModel, OrderedModel, TimestampedModel, UUIDModel
from lms.models.bin import BinnableModel, VersionedModel
from lms.models.stations import Station


class Course(BinnableModel, UUIDModel, TimestampedModel, ApiModel):
    """An entry of the course catalogue."""

    title = models.CharField(_("title"), max_length=255)
    description = models.TextField(_("description"), null=True, blank=True)
    station = models.ForeignKey(
        Station,
        verbose_name=_("station"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="courses",
    )
    duration_hours = models.IntegerField(_("duration, hours"), null=True, blank=True)
    level = models.CharField(_("level"), max_length=50, null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True, db_default=True, null=True)
    icon = models.CharField(_("icon"), max_length=255, null=True, blank=True)

    API_FIELDS = (
        "id",
        "title",
        "description",
        "station_id",
        "duration_hours",
        "level",
        "is_active",
        "icon",
    )
    API_DETAIL_FIELDS = (*API_FIELDS, "created_at", "updated_at")

    class Meta:
        db_table = "courses"
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class CourseProgram(BinnableModel, VersionedModel, OrderedModel, TimestampedModel, ApiModel):
    """The training program of a station; at most one per station is active."""

    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.CASCADE, related_name="programs"
    )
    title = models.CharField(_("title"), max_length=500)
    description = models.TextField(_("description"), null=True, blank=True)
    duration = models.CharField(
        _("duration"), max_length=100, null=True, blank=True, help_text=_("For example: 40 hours")
    )
    topics_count = models.IntegerField(_("topics"), default=0, db_default=0, null=True)
    lessons_count = models.IntegerField(_("lessons"), default=0, db_default=0, null=True)
    tests_count = models.IntegerField(_("tests"), default=0, db_default=0, null=True)
    format = models.CharField(
        _("format"), max_length=50, default="Онлайн", db_default="Онлайн", null=True, blank=True
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        db_default=True,
        null=True,
        help_text=_("Employees see the active program; a station has at most one."),
    )
    lessons_in_order = models.BooleanField(
        _("lessons in order"),
        default=False,
        db_default=False,
        help_text=_("A lesson counts only once the lessons before it are completed."),
    )
    min_hours_before_certificate = models.IntegerField(
        _("hours until the certificate"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(8760)],
        help_text=_("At least so long after enrolling. Leave empty for no limit."),
    )
    # Increases with each change of the tree below, so that two editors notice each other.
    tree_version = models.IntegerField(
        _("version of the tree"), default=0, db_default=0, editable=False
    )

    API_FIELDS = (
        "id",
        "station_id",
        "title",
        "description",
        "duration",
        "topics_count",
        "lessons_count",
        "tests_count",
        "format",
        "is_active",
        "order_index",
        "created_at",
        "updated_at",
    )

    class Meta(OrderedModel.Meta):
        db_table = "course_programs"
        verbose_name = _("course program")
        verbose_name_plural = _("course programs")
        constraints = [
            models.UniqueConstraint(
                fields=["station"],
                condition=models.Q(is_active=True, bin_entry__isnull=True),
                name="course_programs_one_active_per_station",
                violation_error_message=_("This station already has an active program."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class ProgramText(BinnableModel, OrderedModel, CreatedModel):
    """One line of a list that belongs to a program."""

    course_program = models.ForeignKey(
        CourseProgram, verbose_name=_("course program"), on_delete=models.CASCADE
    )

    class Meta(OrderedModel.Meta):
        abstract = True


class LearningOutcome(ProgramText):
    """What a learner can do afterwards."""

    outcome_text = models.TextField(_("learning outcome"))

    class Meta(ProgramText.Meta):
        db_table = "course_program_learning_outcomes"
        default_related_name = "learning_outcomes"
        verbose_name = _("learning outcome")
        verbose_name_plural = _("learning outcomes")

    def __str__(self) -> str:
        return self.outcome_text[:80]


class ProgramRequirement(ProgramText):
    """What a learner must bring along."""

    requirement_text = models.TextField(_("requirement"))

    class Meta(ProgramText.Meta):
        db_table = "course_program_requirements"
        default_related_name = "requirements"
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")

    def __str__(self) -> str:
        return self.requirement_text[:80]


class TargetAudience(ProgramText):
    """Whom the program is for."""

    audience_text = models.CharField(_("target audience"), max_length=255)

    class Meta(ProgramText.Meta):
        db_table = "course_program_target_audience"
        default_related_name = "target_audience"
        verbose_name = _("target audience")
        verbose_name_plural = _("target audience")

    def __str__(self) -> str:
        return self.audience_text


class Lesson(BinnableModel, VersionedModel, OrderedModel, TimestampedModel):
    """A lesson of a program; `lesson_key` is the name by which other tools know the row."""

    course_program = models.ForeignKey(
        CourseProgram,
        verbose_name=_("course program"),
        on_delete=models.CASCADE,
        related_name="lessons",
    )
    lesson_key = models.TextField(_("key"), unique=True, null=True, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=500)
    duration = models.CharField(_("duration"), max_length=100, null=True, blank=True)
    topics_count = models.IntegerField(_("topics"), default=0, db_default=0, null=True)
    is_active = models.BooleanField(_("active"), default=True, db_default=True, null=True)

    class Meta(OrderedModel.Meta):
        db_table = "lessons"
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def __str__(self) -> str:
        return self.title


class LessonMaterial(BinnableModel, OrderedModel, CreatedModel):
    """The name of something that a lesson needs, such as a drawing or a tool."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("lesson"), on_delete=models.CASCADE, related_name="materials"
    )
    material_name = models.CharField(_("material"), max_length=255)

    class Meta(OrderedModel.Meta):
        db_table = "lesson_materials"
        verbose_name = _("lesson material")
        verbose_name_plural = _("lesson materials")

    def __str__(self) -> str:
        return self.material_name


class Topic(BinnableModel, VersionedModel, OrderedModel, TimestampedModel):
    """A topic of a lesson; `topic_key` is the name by which the client knows the row."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("lesson"), on_delete=models.CASCADE, related_name="topics"
    )
    topic_key = models.TextField(_("key"), unique=True, null=True, blank=True, editable=False)
    code = models.CharField(
        _("code"), max_length=50, null=True, blank=True, help_text=_("For example: 1.2")
    )
    title = models.CharField(_("title"), max_length=500)
    duration = models.CharField(_("duration"), max_length=50, null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True, db_default=True, null=True)

    class Meta(OrderedModel.Meta):
        db_table = "topics"
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return f"{self.code} {self.title}" if self.code else self.title


class TopicFile(BinnableModel, VersionedModel, OrderedModel, TimestampedModel, ApiModel):
    """A file of a topic, named by its key in the object store; one main PDF per topic."""

    class FileType(models.TextChoices):
        MAIN_PDF = "main_pdf", _("main PDF")
        ADDITIONAL_VIDEO = "additional_video", _("video")
        ADDITIONAL_DOCUMENT = "additional_document", _("document")

    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), on_delete=models.CASCADE, related_name="files"
    )
    file_type = models.CharField(_("kind"), max_length=50, choices=FileType)
    title = models.CharField(
        _("title"),
        max_length=500,
        null=True,
        blank=True,
        help_text=_("Shown to employees; empty: the file's own name."),
    )
    original_name = models.CharField(_("file name"), max_length=500)
    file_size = models.BigIntegerField(_("size, bytes"), null=True, blank=True)
    size_formatted = models.CharField(_("size"), max_length=50, null=True, blank=True)
    file_url = models.CharField(_("address"), max_length=1000, null=True, blank=True)
    minio_object_name = models.CharField(_("file"), max_length=1000)
    mime_type = models.CharField(_("content type"), max_length=100, null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True, db_default=True, null=True)

    # Columns only: `lms.selectors.courses.program_json` gives them the client's names.
    API_FIELDS = (
        "id",
        "file_type",
        "title",
        "original_name",
        "minio_object_name",
        "order_index",
        "file_size",
        "mime_type",
    )

    class Meta(OrderedModel.Meta):
        db_table = "topic_files"
        verbose_name = _("topic file")
        verbose_name_plural = _("topic files")
        constraints = [
            models.UniqueConstraint(
                fields=["topic"],
                condition=models.Q(file_type="main_pdf", is_active=True, bin_entry__isnull=True),
                name="topic_files_one_main_pdf",
                violation_error_message=_("A topic has at most one main PDF."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    file_type__in=["main_pdf", "additional_video", "additional_document"]
                ),
                name="topic_files_file_type",
            ),
        ]
        indexes = [models.Index(fields=["minio_object_name"], name="topic_files_object_name")]

    def __str__(self) -> str:
        return self.title or self.original_name


class Comment(TimestampedModel):
    """A remark on a topic; places are positions in the program, as the client sends them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="comments",
    )
    # Without a constraint: old comments name deleted stations, and must not be lost.
    station = models.ForeignKey(
        Station,
        verbose_name=_("station"),
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="comments",
    )
    lesson_index = models.IntegerField(_("lesson position"), null=True, blank=True)
    topic_index = models.IntegerField(_("topic position"), null=True, blank=True)
    file_object_key = models.TextField(_("file"), null=True, blank=True)
    comment_text = models.TextField(_("comment"))

    class Meta:
        db_table = "course_comments"
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["station", "lesson_index", "topic_index"], name="course_comments_place"
            )
        ]

    def __str__(self) -> str:
        return self.comment_text[:80]


class VideoTranscodeJob(TimestampedModel):
    """A record of a video conversion by another tool; kept, not run, by the portal."""

    target_type = models.CharField(_("target"), max_length=50)
    target_id = models.IntegerField(_("target id"))
    # A plain number: the table of existing installations has no foreign key here.
    station_id = models.IntegerField(_("station id"), null=True, blank=True)
    source_object_key = models.CharField(_("source"), max_length=1000)
    master_object_key = models.CharField(_("result"), max_length=1000, null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, default="queued", db_default="queued")
    error = models.TextField(_("error"), null=True, blank=True)

    class Meta:
        db_table = "video_transcode_jobs"
        verbose_name = _("video conversion")
        verbose_name_plural = _("video conversions")
        ordering = ["-pk"]

    def __str__(self) -> Any:
        return self.source_object_key
