"""The progress of people: enrollments, topics, materials."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.models.base import TimestampedModel, UUIDModel
from lms.models.courses import Course, CourseProgram, Lesson, Topic


class EnrollmentStatus(models.TextChoices):
    """The status of an enrollment; it is computed from the progress in percent."""

    NOT_STARTED = "not_started", _("not started")
    IN_PROGRESS = "in_progress", _("in progress")
    COMPLETED = "completed", _("completed")


class AbstractEnrollment(UUIDModel, TimestampedModel):
    """Fields of enrollments in courses and in programs."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE
    )
    progress_percent = models.IntegerField(_("progress, %"), default=0, db_default=0, null=True)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=EnrollmentStatus,
        default=EnrollmentStatus.NOT_STARTED,
        db_default=EnrollmentStatus.NOT_STARTED.value,
        null=True,
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    hours_studied = models.DecimalField(
        _("hours studied"), max_digits=10, decimal_places=2, default=0, db_default=0, null=True
    )
    last_activity = models.DateTimeField(
        _("last activity"), default=timezone.now, db_default=Now(), null=True
    )

    class Meta:
        abstract = True
        ordering = ["-last_activity"]

    def __str__(self) -> str:
        return f"{self.user}: {self.progress_percent} %"


class CourseEnrollment(AbstractEnrollment):
    """A person in a course of the catalogue."""

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.CASCADE)

    class Meta(AbstractEnrollment.Meta):
        db_table = "user_courses"
        default_related_name = "course_enrollments"
        verbose_name = _("course enrollment")
        verbose_name_plural = _("course enrollments")
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="user_courses_user_course"),
            models.CheckConstraint(
                condition=models.Q(progress_percent__gte=0, progress_percent__lte=100),
                name="user_courses_progress",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=EnrollmentStatus.values), name="user_courses_status"
            ),
        ]


class Enrollment(AbstractEnrollment):
    """A person in the program of a station."""

    course_program = models.ForeignKey(
        CourseProgram, verbose_name=_("course program"), on_delete=models.CASCADE
    )

    class Meta(AbstractEnrollment.Meta):
        db_table = "user_course_programs"
        default_related_name = "enrollments"
        verbose_name = _("enrollment")
        verbose_name_plural = _("enrollments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course_program"], name="user_course_programs_user_program"
            ),
            models.CheckConstraint(
                condition=models.Q(progress_percent__gte=0, progress_percent__lte=100),
                name="user_course_programs_progress",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=EnrollmentStatus.values),
                name="user_course_programs_status",
            ),
        ]
        indexes = [models.Index(fields=["-last_activity"], name="user_course_programs_activity")]


class TopicProgress(models.Model):
    """Whether a person has completed a topic; one row per person and topic."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="topic_progress",
    )
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), on_delete=models.CASCADE, related_name="progress"
    )
    completed = models.BooleanField(_("completed"), default=False, db_default=False)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("started"), auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        db_table = "user_topic_progress"
        verbose_name = _("topic progress")
        verbose_name_plural = _("topic progress")
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="user_topic_progress_user_topic")
        ]
        indexes = [
            models.Index(fields=["-updated_at"], name="user_topic_progress_changed"),
            # Tells who learned on which day without the table.
            models.Index(
                fields=["completed_at"],
                include=["user", "completed"],
                name="user_topic_progress_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.topic}"


class CompletedMaterial(UUIDModel):
    """Something that a person opened or completed in a program, by the client's key."""

    class MaterialType(models.TextChoices):
        VIDEO = "video", _("video")
        PDF = "pdf", _("PDF")
        TEXT = "text", _("topic")
        PRESENTATION = "presentation", _("other file")
        TEST = "test", _("test")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="completed_materials",
    )
    course_program = models.ForeignKey(
        CourseProgram,
        verbose_name=_("course program"),
        on_delete=models.CASCADE,
        related_name="completed_materials",
    )
    material_type = models.CharField(_("kind"), max_length=20, choices=MaterialType)
    material_key = models.TextField(_("key"))
    is_completed = models.BooleanField(_("completed"), default=False, db_default=False, null=True)
    # A file counts once it was delivered too. Rows from before this rule, and rows of other tools,
    # are carried over as they are.
    is_confirmed = models.BooleanField(_("confirmed"), default=True, db_default=True)
    viewed_at = models.DateTimeField(_("opened"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_default=Now())

    class Meta:
        db_table = "user_course_materials"
        verbose_name = _("completed material")
        verbose_name_plural = _("completed materials")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course_program", "material_type", "material_key"],
                name="user_course_materials_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    material_type__in=["video", "pdf", "text", "presentation", "test"]
                ),
                name="user_course_materials_type",
            ),
        ]
        indexes = [
            models.Index(
                fields=["viewed_at"],
                include=["user", "is_completed", "is_confirmed"],
                name="user_course_materials_time",
            )
        ]

    def __str__(self) -> str:
        return self.material_key


class FileDelivery(models.Model):
    """A file was sent to a person; one row per person, version of the file and day."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="file_deliveries",
        # The unique constraint begins with it.
        db_index=False,
    )
    object_key = models.TextField(_("key"))
    etag = models.CharField(_("version of the file"), max_length=100)
    delivered_on = models.DateField(_("day"))
    created_at = models.DateTimeField(_("first sent"), default=timezone.now, db_default=Now())

    class Meta:
        db_table = "file_deliveries"
        verbose_name = _("file delivery")
        verbose_name_plural = _("file deliveries")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "object_key", "etag", "delivered_on"],
                name="file_deliveries_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return self.object_key


class MaterialProgress(UUIDModel):
    """The place where a person stopped in a video or document."""

    class MaterialType(models.TextChoices):
        VIDEO = "video", _("video")
        PDF = "pdf", _("PDF")
        DOCUMENT = "document", _("document")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="material_progress",
    )
    course_program = models.ForeignKey(
        CourseProgram,
        verbose_name=_("course program"),
        on_delete=models.CASCADE,
        related_name="material_progress",
    )
    # The client sends these, and they are stored unchecked: a constraint would lose old rows.
    lesson = models.ForeignKey(
        Lesson,
        verbose_name=_("lesson"),
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    material_key = models.TextField(_("key"))
    material_type = models.CharField(_("kind"), max_length=20, choices=MaterialType)
    position_seconds = models.IntegerField(
        _("position, seconds"), default=0, db_default=0, null=True
    )
    duration_seconds = models.IntegerField(_("duration, seconds"), null=True, blank=True)
    progress_percent = models.IntegerField(_("progress, %"), default=0, db_default=0, null=True)
    is_completed = models.BooleanField(_("completed"), default=False, db_default=False, null=True)
    last_viewed_at = models.DateTimeField(
        _("last opened"), default=timezone.now, db_default=Now(), null=True
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_default=Now(), null=True)

    class Meta:
        db_table = "user_material_progress"
        verbose_name = _("material progress")
        verbose_name_plural = _("material progress")
        ordering = ["-last_viewed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course_program", "material_key"],
                name="user_material_progress_once",
            ),
            models.CheckConstraint(
                condition=models.Q(material_type__in=["video", "pdf", "document"]),
                name="user_material_progress_type",
            ),
        ]

    def __str__(self) -> str:
        return self.material_key
