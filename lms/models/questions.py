"""Tests of lessons and programs, their questions, and the results of people."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connections, models, router
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.models.base import OrderedModel, TimestampedModel
from lms.models.bin import BinnableModel, VersionedModel
from lms.models.courses import CourseProgram, Lesson


class TestKind(models.TextChoices):
    """Which of the two tables of tests a number belongs to."""

    LESSON = "lesson", _("lesson test")
    FINAL = "final", _("final test")


DEFAULT_MIN_SECONDS = 2


class TestIdField(models.AutoField):
    """A number that no other test of either kind has, and no lesson (docs/decisions/0006-test-ids).

    PostgreSQL takes it from a sequence by the column's default. SQLite knows none: there the number
    is drawn before the row is written, by `save` and `bulk_create` alike.
    """

    def get_pk_value_on_save(self, instance: models.Model) -> int | None:
        """Return the next number on SQLite; None where the database has a default."""
        connection = connections[router.db_for_write(type(instance), instance=instance)]
        if connection.vendor != "sqlite":
            return None
        with connection.cursor() as cursor:
            cursor.execute(_DRAW_NUMBER)
            return cursor.fetchone()[0]


# One statement, so that two writers cannot get the same number; numbers in use are skipped.
_DRAW_NUMBER = """
UPDATE test_ids SET last_id = 1 + MAX(
  last_id,
  COALESCE((SELECT MAX(id) FROM lesson_tests), 0),
  COALESCE((SELECT MAX(id) FROM final_tests), 0)
) RETURNING last_id
"""


class AbstractTest(BinnableModel, VersionedModel, TimestampedModel):
    """Settings that both kinds of test share."""

    id = TestIdField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
    title = models.CharField(_("title"), max_length=500)
    description = models.TextField(_("description"), null=True, blank=True)
    questions_count = models.IntegerField(_("questions"), default=0, db_default=0, null=True)
    passing_score = models.IntegerField(
        _("passing score, %"),
        default=70,
        db_default=70,
        null=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    time_limit = models.IntegerField(
        _("time limit, minutes"),
        default=30,
        db_default=30,
        null=True,
        validators=[MinValueValidator(0)],
        help_text=_("0: no limit."),
    )
    attempts = models.IntegerField(
        _("attempts"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave empty for any number of attempts."),
    )
    is_active = models.BooleanField(_("active"), default=True, db_default=True, null=True)
    # Existing tests, and those that other tools insert, keep the order of their questions.
    shuffle = models.BooleanField(
        _("shuffle questions and answers"),
        default=True,
        db_default=False,
        help_text=_("Everybody gets another order, and another one at each attempt."),
    )
    min_seconds_per_question = models.IntegerField(
        _("shortest time per question, seconds"),
        default=DEFAULT_MIN_SECONDS,
        db_default=DEFAULT_MIN_SECONDS,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(600)],
        help_text=_(
            "A faster attempt is used up and does not count. Empty: 2 seconds; 0: no limit."
        ),
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class LessonTest(AbstractTest):
    """A test at the end of a lesson."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("lesson"), on_delete=models.CASCADE, related_name="tests"
    )

    class Meta:
        db_table = "lesson_tests"
        verbose_name = _("lesson test")
        verbose_name_plural = _("lesson tests")
        ordering = ["pk"]


class FinalTest(AbstractTest):
    """The test at the end of a program."""

    course_program = models.ForeignKey(
        CourseProgram,
        verbose_name=_("course program"),
        on_delete=models.CASCADE,
        related_name="final_tests",
    )

    class Meta:
        db_table = "final_tests"
        verbose_name = _("final test")
        verbose_name_plural = _("final tests")
        ordering = ["pk"]


class TestNumberField(models.IntegerField):
    """Column test_id: the number of whichever test the row belongs to."""

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """Follow the foreign keys when one is set."""
        number = model_instance.lesson_test_id or model_instance.final_test_id
        if number is not None:
            setattr(model_instance, self.attname, number)
        return getattr(model_instance, self.attname)


class TestKindField(models.CharField):
    """Column test_type: the kind of whichever test the row belongs to."""

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """Follow the foreign keys when one is set."""
        if model_instance.lesson_test_id is not None:
            setattr(model_instance, self.attname, TestKind.LESSON.value)
        elif model_instance.final_test_id is not None:
            setattr(model_instance, self.attname, TestKind.FINAL.value)
        return getattr(model_instance, self.attname)


EXACTLY_ONE_TEST = models.Q(lesson_test__isnull=False, final_test__isnull=True) | models.Q(
    lesson_test__isnull=True, final_test__isnull=False
)


class Question(BinnableModel, OrderedModel, TimestampedModel):
    """A question with one right option.

    Other tools name the test by test_type and test_id; a trigger fills the foreign keys from
    them, and the fields above fill them from the foreign keys.
    """

    test_id = TestNumberField(editable=False)
    test_type = TestKindField(max_length=20, choices=TestKind, editable=False)
    lesson_test = models.ForeignKey(
        LessonTest,
        verbose_name=_("lesson test"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="questions",
    )
    final_test = models.ForeignKey(
        FinalTest,
        verbose_name=_("final test"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="questions",
    )
    question = models.TextField(_("question"))
    points = models.IntegerField(_("points"), default=1, db_default=1, null=True)
    image = models.TextField(_("picture"), null=True, blank=True)
    explanation = models.TextField(
        _("explanation"), null=True, blank=True, help_text=_("Shown after the test.")
    )

    class Meta(OrderedModel.Meta):
        db_table = "test_questions"
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(test_type__in=TestKind.values), name="test_questions_test_type"
            )
        ]
        indexes = [models.Index(fields=["test_type", "test_id"], name="test_questions_test")]

    def __str__(self) -> str:
        return self.question[:80]


class Option(BinnableModel, OrderedModel):
    """One answer to choose; exactly one of a question is right."""

    question = models.ForeignKey(
        Question, verbose_name=_("question"), on_delete=models.CASCADE, related_name="options"
    )
    option_text = models.TextField(_("answer"))
    is_correct = models.BooleanField(_("right"), default=False, db_default=False, null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_default=Now())

    class Meta(OrderedModel.Meta):
        db_table = "test_question_options"
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return self.option_text[:80]


class TestResult(models.Model):
    """One attempt at a test; of the two foreign keys exactly one is set.

    Table user_test_results; the name and columns of the earlier test_results live on as a view.
    """

    class Refusal(models.TextChoices):
        TOO_FAST = "too_fast", _("answered too fast")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="test_results",
    )
    lesson_test = models.ForeignKey(
        LessonTest,
        verbose_name=_("lesson test"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="results",
    )
    final_test = models.ForeignKey(
        FinalTest,
        verbose_name=_("final test"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="results",
    )
    score = models.IntegerField(_("score, %"))
    passed = models.BooleanField(_("passed"), default=False, db_default=False)
    correct_answers = models.IntegerField(_("right answers"), default=0, db_default=0)
    total_questions = models.IntegerField(_("questions"), default=0, db_default=0)
    time_spent = models.IntegerField(_("time, seconds"), null=True, blank=True)
    answers_data = models.JSONField(_("answers"), null=True, blank=True)
    # Nullable, like the next: SQLite would make the table anew, and a view reads it.
    refused = models.CharField(
        _("not counted because"), max_length=20, choices=Refusal, null=True, blank=True
    )
    # SHA-256 of the answers as they came: the client sends the same sheet again after its review.
    sheet_digest = models.CharField(max_length=64, null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(_("finished"), default=timezone.now, db_default=Now())
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        db_table = "user_test_results"
        verbose_name = _("test result")
        verbose_name_plural = _("test results")
        ordering = ["-completed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=EXACTLY_ONE_TEST, name="user_test_results_one_test"),
            models.CheckConstraint(
                condition=models.Q(score__gte=0, score__lte=100), name="user_test_results_score"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-completed_at"], name="user_test_results_user_time"),
            models.Index(fields=["-completed_at"], name="user_test_results_time"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.score} %"


class TestStart(models.Model):
    """When a person last got a test and last started it; one row per person and test."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="test_starts",
    )
    lesson_test = models.ForeignKey(
        LessonTest,
        verbose_name=_("lesson test"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="starts",
    )
    final_test = models.ForeignKey(
        FinalTest,
        verbose_name=_("final test"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="starts",
    )
    served_at = models.DateTimeField(_("questions sent"), null=True, blank=True)
    served_with_answers = models.BooleanField(_("sent with the answers"), null=True, blank=True)
    # The number of the attempt whose order was sent; null where nothing was shuffled.
    served_attempt = models.IntegerField(_("order of attempt"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)

    class Meta:
        db_table = "test_starts"
        verbose_name = _("start of a test")
        verbose_name_plural = _("starts of tests")
        constraints = [
            models.CheckConstraint(condition=EXACTLY_ONE_TEST, name="test_starts_one_test"),
            models.UniqueConstraint(fields=["user", "lesson_test"], name="test_starts_lesson_once"),
            models.UniqueConstraint(fields=["user", "final_test"], name="test_starts_final_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.started_at}"
