"""The HTML of cells in the lists about jobs."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from lms.admin.jobs.words import status_in_words
from portal.jobs.models import Job

# Left out on narrow screens.
NOTHING = format_html('<span class="jobs-none">{}</span>', "—")


def two_lines(label: Any, first: Any, second: Any = "") -> str:
    """Return two lines; the label is shown on narrow screens, where a list has no header."""
    return format_html(
        '<span class="jobs-label">{}: </span><span class="jobs-first">{}</span>'
        '<span class="jobs-second">{}</span>',
        label,
        first,
        second,
    )


def command_button(address: str, title: str) -> str:
    """Return a button of a row that posts to an address."""
    return format_html(
        '<button type="submit" class="portal-undo-button" formaction="{}">{}</button>',
        address,
        title,
    )


def progress_bar(job: Job) -> str:
    """Return a bar with the share in words, or the number of steps where the total is unknown."""
    percent = job.progress_percent
    if percent is None:
        text = (
            _("steps done: %(count)d") % {"count": job.progress_done} if job.progress_done else ""
        )
        return format_html('<span class="jobs-progress">{}</span>', text)
    return format_html(
        '<span class="jobs-progress"><progress max="100" value="{}" aria-label="{}"></progress>'
        "<span>{} %</span></span>",
        percent,
        _("progress"),
        percent,
    )


def outcome_link(job: Job) -> str:
    """Return what became of a job, as a link to its page."""
    return format_html(
        '<a class="jobs-link jobs-{}" href="{}">{}</a>',
        job.status,
        reverse("admin:jobs_job_change", args=[job.pk]),
        status_in_words(job),
    )
