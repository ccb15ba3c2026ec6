"""The list of workers: who runs jobs, since when, and which."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from lms.admin.jobs.cells import NOTHING, two_lines
from lms.admin.jobs.live import LiveModelAdmin
from lms.admin.labels import FLAG_COLOURS, short_time
from portal.jobs import selectors
from portal.jobs.models import Worker


@admin.register(Worker)
class WorkerAdmin(LiveModelAdmin):
    """The workers that are there now; one that stops disappears."""

    list_display = [
        "name",
        "state",
        "running_jobs",
        "at_once",
        "since",
        "seen",
    ]
    list_display_links = None
    ordering = ["started_at"]
    fields = ["name", "version", "threads", "started_at", "seen_at"]
    empty_note = gettext_lazy("No worker is there now.")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Load the running jobs of all workers at once."""
        changelist = super().get_changelist_instance(request)
        running = selectors.running_by_worker(worker.pk for worker in changelist.result_list)
        for worker in changelist.result_list:
            worker.jobs = running.get(worker.pk, [])
        return changelist

    @display(description=gettext_lazy("state"), label=FLAG_COLOURS)
    def state(self, obj: Worker) -> tuple[bool, str | Promise]:
        """Return whether it has shown itself lately."""
        is_alive = timezone.now() - obj.seen_at < timedelta(minutes=1)
        return is_alive, _("is working") if is_alive else _("does not answer")

    @display(description=gettext_lazy("running jobs"))
    def running_jobs(self, obj: Any) -> str:
        """Return links to what it runs now."""
        rows = (
            (reverse("admin:jobs_job_change", args=[job.pk]), selectors.task_title(job.task))
            for job in obj.jobs
        )
        return format_html_join(", ", '<a class="jobs-link" href="{}">{}</a>', rows) or NOTHING

    @display(description=gettext_lazy("jobs at once"), ordering="threads")
    def at_once(self, obj: Worker) -> str:
        """Return how many jobs it runs at once."""
        return two_lines(capfirst(_("jobs at once")), obj.threads)

    @display(description=gettext_lazy("works since"), ordering="started_at")
    def since(self, obj: Worker) -> str:
        """Return when it started, and its version."""
        version = _("version %(version)s") % {"version": obj.version}
        return two_lines(capfirst(_("works since")), short_time(obj.started_at), version)

    @display(description=gettext_lazy("last seen"), ordering="seen_at")
    def seen(self, obj: Worker) -> str:
        """Return when it showed itself last."""
        return two_lines(capfirst(_("last seen")), short_time(obj.seen_at))
