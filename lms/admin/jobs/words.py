"""Times and states of jobs in words."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.jobs.models import Job, JobStatus

STATUS_COLOURS = {
    JobStatus.READY.value: "default",
    JobStatus.RUNNING.value: "info",
    JobStatus.SUCCESSFUL.value: "success",
    JobStatus.FAILED.value: "danger",
    JobStatus.CANCELLED.value: "warning",
}
_WEEKDAYS = {
    "0": gettext_lazy("on Sundays"),
    "1": gettext_lazy("on Mondays"),
    "2": gettext_lazy("on Tuesdays"),
    "3": gettext_lazy("on Wednesdays"),
    "4": gettext_lazy("on Thursdays"),
    "5": gettext_lazy("on Fridays"),
    "6": gettext_lazy("on Saturdays"),
    "7": gettext_lazy("on Sundays"),
    "1-5": gettext_lazy("from Monday to Friday"),
}


def status_in_words(job: Job) -> str | Promise:
    """Return the word of a state, more exactly than the column says it."""
    if job.status == JobStatus.RUNNING and job.cancel_requested:
        return _("is being cancelled")
    if job.status == JobStatus.READY and job.error:
        return _("waits for another attempt")
    return JobStatus(job.status).label


def duration_in_words(job: Job) -> str | None:
    """Return how long a job ran, or has been running."""
    if job.started_at is None or job.status == JobStatus.READY:
        return None
    seconds = int(((job.finished_at or timezone.now()) - job.started_at).total_seconds())
    if seconds < 0:
        return None
    if seconds < 60:
        return _("%(seconds)d s") % {"seconds": seconds}
    return _("%(minutes)d min %(seconds)02d s") % {
        "minutes": seconds // 60,
        "seconds": seconds % 60,
    }


def next_attempt(job: Job) -> datetime | None:
    """Return when a waiting job starts, if that is later than now."""
    is_later = job.run_after is not None and job.run_after > timezone.now()
    return job.run_after if job.status == JobStatus.READY and is_later else None


def cron_in_words(cron: str) -> str:
    """Return the times of a cron expression in words, or the expression where it is unusual."""
    minute, hour, day, month, weekday = cron.split()
    if month != "*":
        return cron
    if hour == day == weekday == "*":
        return _within_an_hour(minute) or cron
    times = _times(minute, hour)
    days = _days(day, weekday)
    if times is None or days is None:
        return cron
    return _("%(days)s at %(times)s") % {"days": days, "times": times}


def _within_an_hour(minute: str) -> str | None:
    if minute.isdecimal():
        return _("every hour at minute %(minute)s") % {"minute": minute}
    if minute in ("*", "*/1"):
        return _("every minute")
    count = minute.removeprefix("*/")
    if count == minute or not count.isdecimal():
        return None
    text = ngettext("every %(count)d minute", "every %(count)d minutes", int(count))
    return text % {"count": int(count)}


def _times(minute: str, hour: str) -> str | None:
    hours = hour.split(",")
    if not minute.isdecimal() or not all(one.isdecimal() for one in hours):
        return None
    return ", ".join(f"{int(one):02d}:{int(minute):02d}" for one in hours)


def _days(day: str, weekday: str) -> Any:
    if day == weekday == "*":
        return _("every day")
    if weekday == "*" and day.isdecimal():
        return _("on day %(day)s of each month") % {"day": day}
    if day == "*" and all(one in _WEEKDAYS for one in weekday.split(",")):
        return ", ".join(str(_WEEKDAYS[one]) for one in weekday.split(","))
    return None
