"""Tables of background jobs: the jobs, the workers that run them, the schedules that start them."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobStatus(models.TextChoices):
    """What became of a job; the first four have the names of Django's `TaskResultStatus`."""

    READY = "ready", _("waiting")
    RUNNING = "running", _("running")
    SUCCESSFUL = "successful", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


RETRY_DELAY_LIMIT = timedelta(hours=6)
FINISHED = (JobStatus.SUCCESSFUL, JobStatus.FAILED, JobStatus.CANCELLED)


class JobQuerySet(models.QuerySet["Job"]):
    """Conditions on jobs."""

    def due(self) -> "JobQuerySet":
        """Keep the jobs that wait and whose time has come, by the clock of the database."""
        has_come = models.Q(run_after=None) | models.Q(run_after__lte=Now())
        # No retry waits so long: a clock was ahead when this time was computed.
        has_come |= models.Q(attempts__gt=0, run_after__gt=Now() + RETRY_DELAY_LIMIT)
        return self.filter(has_come, status=JobStatus.READY)

    def unlocked(self) -> "JobQuerySet":
        """Keep the jobs whose lock no running job holds."""
        holder = Job.objects.filter(status=JobStatus.RUNNING, lock_key=models.OuterRef("lock_key"))
        return self.filter(models.Q(lock_key="") | ~models.Exists(holder))

    def held(self, *, worker_id: uuid.UUID, attempt: int) -> "JobQuerySet":
        """Keep what this attempt of this worker still holds; nothing once it was taken away.

        Every write of a running job goes through this condition. So a worker that was taken for
        dead, and goes on, changes nothing any more.
        """
        return self.filter(status=JobStatus.RUNNING, worker_id=worker_id, attempts=attempt)

    def finished(self) -> "JobQuerySet":
        """Keep the jobs that will not run again by themselves."""
        return self.filter(status__in=FINISHED)


class Job(models.Model):
    """One queued call of a task. Arguments are ids and settings, never personal data or secrets."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.CharField(_("task"), max_length=200)
    arguments = models.JSONField(_("arguments"), default=dict)
    priority = models.SmallIntegerField(_("priority"), default=0)
    status = models.CharField(
        _("status"), max_length=12, choices=JobStatus, default=JobStatus.READY
    )
    # Empty: at once, even if the clock of the machine is set back after the call.
    run_after = models.DateTimeField(_("not before"), null=True, blank=True)
    # Two jobs with one unique key cannot exist: the second call gets the first job.
    unique_key = models.CharField(_("unique key"), max_length=200, null=True, blank=True)
    # Jobs with one lock key never run at the same time.
    lock_key = models.CharField(_("lock"), max_length=200, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    worker_id = models.UUIDField(_("worker"), null=True, blank=True)
    progress_done = models.PositiveIntegerField(_("progress"), default=0)
    progress_total = models.PositiveIntegerField(_("total"), null=True, blank=True)
    cancel_requested = models.BooleanField(_("cancel requested"), default=False)
    result = models.JSONField(_("result"), null=True, blank=True)
    # Of the last attempt that failed: in words for people, and as Python prints it.
    error = models.TextField(_("error"), blank=True, default="")
    traceback = models.TextField(_("traceback"), blank=True, default="")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now())
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = JobQuerySet.as_manager()
    # What people call the task; pages set it, because only the code of the task knows it.
    title: Any = ""

    class Meta:
        db_table = "jobs"
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=JobStatus.values), name="jobs_status"
            ),
            models.UniqueConstraint(fields=["unique_key"], name="jobs_unique_key"),
            models.UniqueConstraint(
                fields=["lock_key"],
                condition=models.Q(status=JobStatus.RUNNING) & ~models.Q(lock_key=""),
                name="jobs_one_running_per_lock",
            ),
        ]
        indexes = [
            models.Index(
                models.F("priority").desc(),
                "created_at",
                name="jobs_ready",
                condition=models.Q(status=JobStatus.READY),
            ),
            models.Index(
                fields=["worker_id"],
                name="jobs_running",
                condition=models.Q(status=JobStatus.RUNNING),
            ),
            models.Index(fields=["-created_at"], name="jobs_created"),
            models.Index(fields=["expires_at"], name="jobs_expires"),
        ]

    def __str__(self) -> str:
        return str(self.title) or self.task.rpartition(".")[2]

    @property
    def has_ended(self) -> bool:
        """Whether it will not run again by itself."""
        return self.status in FINISHED

    @property
    def progress_percent(self) -> int | None:
        """How much is done, in percent; None while the task has not said."""
        if not self.progress_total:
            return None
        return min(100, self.progress_done * 100 // self.progress_total)


class Worker(models.Model):
    """A process that runs jobs. Its row disappears when it stops or is taken for dead."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100)
    version = models.CharField(_("version"), max_length=20)
    threads = models.PositiveSmallIntegerField(_("jobs at once"))
    # Counts up. Others watch it with their own clocks, so no clock of the machine has to be right.
    heartbeat = models.PositiveBigIntegerField(_("heartbeat"), default=0)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        db_table = "job_workers"
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ["started_at"]

    def __str__(self) -> str:
        return self.name


class Schedule(models.Model):
    """When a scheduled task runs next; the tasks and their times are in the code."""

    name = models.CharField(_("name"), max_length=100, primary_key=True)
    cron = models.CharField(_("times"), max_length=100)
    next_run_at = models.DateTimeField(_("next run"))
    last_run_at = models.DateTimeField(_("last run"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    last_job = models.ForeignKey(
        Job,
        verbose_name=_("last job"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        db_table = "job_schedules"
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def is_due(self, now: datetime) -> bool:
        """Tell whether the time of the next run has come."""
        return self.is_active and self.next_run_at <= now
