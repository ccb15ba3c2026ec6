"""What people and schedules do with jobs: cancel, retry, forget; and the state of the queue."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Min
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.common.errors import Conflict
from portal.jobs.models import FINISHED, Job, JobStatus, Worker
from portal.jobs.tasks import task

_MISSING_AFTER = timedelta(seconds=60)
# Longer than jobs wait while a worker is busy with ordinary ones.
_BEHIND_AFTER_SECONDS = 300
_DELETE_AT_ONCE = 1000


class NotCancellable(Conflict):
    """The job has ended already."""

    code = "job_has_ended"
    message = _("The job has ended already.")


class NotRepeatable(Conflict):
    """The job runs or waits, or has been successful."""

    code = "job_is_not_repeatable"
    message = _("Only a job that failed or was cancelled can be started again.")


def cancel(job: Job) -> None:
    """Cancel a waiting job at once, and a running one when it next reports its progress.

    Raises:
        NotCancellable: the job has ended.
    """
    now = timezone.now()
    waiting = Job.objects.filter(pk=job.pk, status=JobStatus.READY)
    if waiting.update(
        status=JobStatus.CANCELLED, finished_at=now, expires_at=now + timedelta(days=7)
    ):
        return
    running = Job.objects.filter(pk=job.pk, status=JobStatus.RUNNING)
    if not running.update(cancel_requested=True):
        raise NotCancellable


def retry(job: Job) -> None:
    """Let a job that failed or was cancelled run again, with all its attempts.

    Raises:
        NotRepeatable: the job runs, waits or was successful.
    """
    ended = Job.objects.filter(pk=job.pk, status__in=[JobStatus.FAILED, JobStatus.CANCELLED])
    changed = ended.update(
        status=JobStatus.READY,
        attempts=0,
        run_after=None,
        worker_id=None,
        cancel_requested=False,
        progress_done=0,
        error="",
        traceback="",
        finished_at=None,
        expires_at=None,
    )
    if not changed:
        raise NotRepeatable


def delete_expired() -> int:
    """Delete the results whose time is over; return how many."""
    expired = Job.objects.filter(status__in=FINISHED, expires_at__lt=timezone.now())
    count = 0
    while found := list(expired.values_list("pk", flat=True)[:_DELETE_AT_ONCE]):
        count += Job.objects.filter(pk__in=found).delete()[0]
    return count


@task(title=_("Delete old results of jobs"), atomic=False)
def delete_job_results() -> dict[str, int]:
    """Delete expired results in portions; a second run deletes what is left."""
    return {"jobs": delete_expired()}


@dataclass(frozen=True)
class QueueState:
    """How the workers are doing; `behind_seconds` is the longest wait of a due job."""

    workers: int
    waiting: int
    behind_seconds: int

    @property
    def status(self) -> str:
        """One word: ok, missing (no worker) or behind."""
        if not self.workers:
            return "missing"
        return "behind" if self.behind_seconds > _BEHIND_AFTER_SECONDS else "ok"


def queue_state() -> QueueState:
    """Return the number of live workers, of due jobs, and how long the oldest of these waits."""
    now = timezone.now()
    # A deferred job waits from its own time on.
    since = Coalesce("run_after", "created_at")
    due = Job.objects.due().aggregate(count=Count("pk"), oldest=Min(since))
    waits = (now - due["oldest"]).total_seconds() if due["oldest"] else 0
    return QueueState(
        workers=Worker.objects.filter(seen_at__gt=Now() - _MISSING_AFTER).count(),
        waiting=due["count"],
        behind_seconds=max(0, int(waits)),
    )
