"""The list of jobs: what runs, waits, failed; jobs are cancelled and started again here."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import (
    gettext_lazy,
    ngettext,
    ngettext_lazy,
    pgettext,
    pgettext_lazy,
)
from unfold.contrib.filters.admin import DropdownFilter, MultipleChoicesDropdownFilter
from unfold.decorators import display

from lms.admin.filters import PlainLabelMixin
from lms.admin.jobs import words
from lms.admin.jobs.cells import NOTHING, command_button, progress_bar, two_lines
from lms.admin.jobs.commands import run_command
from lms.admin.jobs.detail import job_facts
from lms.admin.jobs.live import LiveModelAdmin, live_context, only_part
from lms.admin.labels import short_time
from portal.common.confirmation import Question, confirmed
from portal.common.errors import AppError
from portal.jobs import selectors, services
from portal.jobs.models import FINISHED, Job, JobStatus

_ERROR_LENGTH = 140
_REPEATABLE = (JobStatus.FAILED, JobStatus.CANCELLED)


def _task_lines(jobs: QuerySet) -> list[str]:
    titles = [str(selectors.task_title(name)) for name in jobs.values_list("task", flat=True)]
    return [f"{title}: {titles.count(title)}" for title in sorted(set(titles))]


_CANCEL = Question(
    title=ngettext_lazy("Cancel %(count)d job?", "Cancel %(count)d jobs?", "count"),
    note=gettext_lazy("What waits does not start; what runs stops at its next step."),
    button=gettext_lazy("Cancel the jobs"),
    changing=lambda jobs: jobs.exclude(status__in=FINISHED),
    lines=_task_lines,
)
_RETRY = Question(
    title=ngettext_lazy("Start %(count)d job again?", "Start %(count)d jobs again?", "count"),
    note=gettext_lazy("They wait for a worker again, with all their attempts."),
    button=gettext_lazy("Start again"),
    changing=lambda jobs: jobs.filter(status__in=_REPEATABLE),
    lines=_task_lines,
)


class StatusFilter(PlainLabelMixin, MultipleChoicesDropdownFilter):
    """Any of several states."""


class TaskFilter(PlainLabelMixin, DropdownFilter):
    """The task, from those that have a job."""

    title = gettext_lazy("task")
    parameter_name = "task"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the tasks by their titles."""
        return sorted(selectors.task_titles().items(), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Keep the jobs of the chosen task."""
        return queryset.filter(task=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(LiveModelAdmin):
    """All jobs, the latest first."""

    list_display = [
        "what",
        "state",
        "details",
        "created",
        "started",
        "buttons",
    ]
    list_select_related = ["requested_by"]
    list_filter = [("status", StatusFilter), TaskFilter]
    search_fields = ["task", "error", "requested_by__full_name", "requested_by__username"]
    search_help_text = gettext_lazy("Task, error, person")
    ordering = ["-created_at"]
    actions = ["cancel_selected", "retry_selected"]
    change_form_outer_before_template = "lms/admin/jobs/detail.html"
    empty_note = gettext_lazy(
        "There are no jobs yet. Exports, mails and the nightly cleaning appear here."
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the commands."""
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:job_id>/cancel/", wrap(self.cancel_view), name="jobs_job_cancel"),
            path("<uuid:job_id>/retry/", wrap(self.retry_view), name="jobs_job_retry"),
            *super().get_urls(),
        ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show no form: the template above it shows everything."""
        return []

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Search the titles of the tasks too, which are not in the database."""
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        term = search_term.strip().casefold()
        if term:
            titles = selectors.task_titles().items()
            named = [name for name, title in titles if term in title.casefold()]
            found |= queryset.filter(task__in=named)
        return found, has_duplicates

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Let the buttons of a row lead back to the list as it is filtered now."""
        changelist = super().get_changelist_instance(request)
        filters = self.get_preserved_filters(request)
        for job in changelist.result_list:
            job.list_filters = filters
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Give the job its title, for the way up above its page."""
        job = super().get_object(request, object_id, from_field)
        if job is not None:
            job.title = selectors.task_title(job.task)
        return job

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the facts of the job, or what changes of them alone."""
        job = context["original"]
        context |= {**live_context(), "facts": job_facts(job), "show_history": False}
        context |= {"title": job.title, "subtitle": None}
        response = super().render_change_form(request, context, *args, **kwargs)
        return only_part(request, response, self.change_form_outer_before_template)

    def cancel_view(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
        """Cancel one job."""
        return self._command(request, job_id, services.cancel, _("The job is cancelled."))

    def retry_view(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
        """Start one job again."""
        return self._command(request, job_id, services.retry, _("The job waits for a worker."))

    def _command(
        self, request: HttpRequest, job_id: UUID, command: Callable[[Job], None], done: str
    ) -> HttpResponse:
        return run_command(self, request, lambda: command(_existing(job_id)), done)

    @admin.action(description=pgettext_lazy("a job", "Cancel"), permissions=["manage"])
    @confirmed(_CANCEL)
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Cancel the selected jobs that have not ended."""
        count = _count_done(queryset.exclude(status__in=FINISHED), services.cancel)
        text = ngettext("%(count)d job is cancelled.", "%(count)d jobs are cancelled.", count)
        self.message_user(request, text % {"count": count}, _level(count))

    @admin.action(description=gettext_lazy("Start again"), permissions=["manage"])
    @confirmed(_RETRY)
    def retry_selected(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Start the selected jobs that failed or were cancelled again."""
        count = _count_done(queryset.filter(status__in=_REPEATABLE), services.retry)
        text = ngettext(
            "%(count)d job waits for a worker.", "%(count)d jobs wait for a worker.", count
        )
        self.message_user(request, text % {"count": count}, _level(count))

    @display(description=gettext_lazy("job"), header=True, ordering="task")
    def what(self, obj: Job) -> tuple[Any, str]:
        """Return the title of the task and its path."""
        return selectors.task_title(obj.task), obj.task

    @display(description=gettext_lazy("status"), label=words.STATUS_COLOURS, ordering="status")
    def state(self, obj: Job) -> tuple[str, Any]:
        """Return the state with its word."""
        return obj.status, words.status_in_words(obj)

    @display(description=gettext_lazy("details"))
    def details(self, obj: Job) -> str:
        """Return the progress of what runs, when a waiting job starts, and the error in words."""
        if obj.status == JobStatus.RUNNING:
            return progress_bar(obj)
        error = Truncator(obj.error).chars(_ERROR_LENGTH)
        later = words.next_attempt(obj)
        if later is None:
            return error or NOTHING
        when = _("Starts at %(time)s") % {"time": short_time(later)}
        return format_html('{}<span class="jobs-second">{}</span>', error, when)

    @display(description=gettext_lazy("created"), ordering="created_at")
    def created(self, obj: Job) -> str:
        """Return when, and by whom; the portal's own jobs have no person."""
        return two_lines(_("Created"), short_time(obj.created_at), obj.requested_by or "")

    @display(description=gettext_lazy("started"), ordering="started_at")
    def started(self, obj: Job) -> str:
        """Return when, and how long it ran."""
        if obj.started_at is None:
            return NOTHING
        duration = words.duration_in_words(obj) or ""
        return two_lines(_("Started"), short_time(obj.started_at), duration)

    @display(description="")
    def buttons(self, obj: Job) -> str:
        """Return the button that posts the list's own form, with its token, to the command."""
        if obj.status in _REPEATABLE:
            name, title = "retry", _("Start again")
        elif obj.has_ended or obj.cancel_requested:
            return ""
        else:
            name, title = "cancel", pgettext("a job", "Cancel")
        context = {"preserved_filters": getattr(obj, "list_filters", ""), "opts": self.opts}
        address = add_preserved_filters(context, reverse(f"admin:jobs_job_{name}", args=[obj.pk]))
        return command_button(address, title)


def _existing(job_id: UUID) -> Job:
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise Http404
    return job


def _count_done(jobs: QuerySet, command: Callable[[Job], None]) -> int:
    """Run a command for each job; one that has just ended is left as it is."""
    count = 0
    for job in list(jobs):
        try:
            command(job)
        except AppError:
            continue
        count += 1
    return count


def _level(count: int) -> int:
    return messages.SUCCESS if count else messages.WARNING
