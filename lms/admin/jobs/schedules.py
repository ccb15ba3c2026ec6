"""The list of schedules: when each runs, what came of the last run; run now, switch on and off."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from lms.admin.jobs import words
from lms.admin.jobs.cells import NOTHING, command_button, outcome_link, two_lines
from lms.admin.jobs.commands import run_command
from lms.admin.jobs.live import LiveModelAdmin
from lms.admin.labels import short_time
from lms.admin.request_user import request_user
from portal.jobs import schedules
from portal.jobs.models import Schedule


@admin.register(Schedule)
class ScheduleAdmin(LiveModelAdmin):
    """The schedules, the next run first; tasks and times are in the code."""

    list_display = [
        "what",
        "times",
        "next_run",
        "last_run",
        "buttons",
    ]
    list_display_links = None
    list_select_related = ["last_job"]
    ordering = ["next_run_at", "name"]
    fields = ["name", "cron", "next_run_at", "last_run_at", "is_active"]
    empty_note = gettext_lazy("The schedule appears here when a worker starts for the first time.")

    def get_urls(self) -> list[URLPattern]:
        """Add the commands."""
        views = {"run": self.run_view, "on": self.on_view, "off": self.off_view}
        return [
            path(
                f"<str:schedule>/{name}/",
                self.admin_site.admin_view(view),
                name=f"jobs_schedule_{name}",
            )
            for name, view in views.items()
        ] + super().get_urls()

    def run_view(self, request: HttpRequest, schedule: str) -> HttpResponse:
        """Queue the task of a schedule at once."""
        _require(schedule)
        person_id = request_user(request).pk
        text = _("“%(title)s” waits for a worker.") % {"title": _title(schedule)}
        return run_command(
            self, request, lambda: schedules.run_now(schedule, requested_by_id=person_id), text
        )

    def on_view(self, request: HttpRequest, schedule: str) -> HttpResponse:
        """Switch a schedule on."""
        return self._switch(request, schedule, True, _("“%(title)s” is switched on."))

    def off_view(self, request: HttpRequest, schedule: str) -> HttpResponse:
        """Switch a schedule off."""
        return self._switch(request, schedule, False, _("“%(title)s” is switched off."))

    def _switch(
        self, request: HttpRequest, schedule: str, is_active: bool, text: str
    ) -> HttpResponse:
        _require(schedule)
        return run_command(
            self,
            request,
            lambda: schedules.set_active(schedule, is_active=is_active),
            text % {"title": _title(schedule)},
        )

    @display(description=gettext_lazy("task"))
    def what(self, obj: Schedule) -> Any:
        """Return the title of the task."""
        return _title(obj.name)

    @display(description=gettext_lazy("times"))
    def times(self, obj: Schedule) -> str:
        """Return the times in words."""
        return words.cron_in_words(obj.cron)

    @display(description=gettext_lazy("next run"), ordering="next_run_at")
    def next_run(self, obj: Schedule) -> str:
        """Return the time of the next run, or that there is none."""
        when = short_time(obj.next_run_at) if obj.is_active else _("switched off")
        return two_lines(_("Next run"), when)

    @display(description=gettext_lazy("last run"), ordering="last_run_at")
    def last_run(self, obj: Schedule) -> str:
        """Return when it ran last and what came of it, with a link to the job."""
        if obj.last_run_at is None:
            return NOTHING
        job = obj.last_job
        link = "" if job is None else outcome_link(job)
        return two_lines(_("Last run"), short_time(obj.last_run_at), link)

    @display(description="")
    def buttons(self, obj: Schedule) -> str:
        """Return the buttons of a row."""
        if obj.name not in schedules.registered():
            return ""
        switch = ("off", _("Switch off")) if obj.is_active else ("on", _("Switch on"))
        buttons = format_html_join(
            "",
            "{}",
            (
                (command_button(reverse(f"admin:jobs_schedule_{name}", args=[obj.name]), title),)
                for name, title in [("run", _("Run now")), switch]
            ),
        )
        return format_html('<span class="jobs-buttons">{}</span>', buttons)


def _require(name: str) -> None:
    is_known = name in schedules.registered() and Schedule.objects.filter(pk=name).exists()
    if not is_known:
        raise Http404


def _title(name: str) -> Any:
    item = schedules.registered().get(name)
    return item.title if item else name
