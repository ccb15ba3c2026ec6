"""The facts of one job for its page."""

import json
from typing import Any, TypedDict

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lms.admin.jobs import words
from lms.admin.jobs.cells import progress_bar
from lms.admin.labels import short_time
from portal.jobs import selectors
from portal.jobs.models import Job, JobStatus


class JobFacts(TypedDict):
    """What the page of a job shows."""

    status: Any
    colour: str
    rows: list[tuple[str, str]]
    arguments: str
    result: str
    progress: str
    may_cancel: bool
    may_retry: bool


def job_facts(job: Job) -> JobFacts:
    """Return everything about a job in words."""
    may_cancel = not job.has_ended and not job.cancel_requested
    return {
        "status": words.status_in_words(job),
        "colour": words.STATUS_COLOURS[job.status],
        "rows": [(title, text) for title, text in _rows(job) if text],
        "arguments": _arguments(job),
        "result": "" if job.result is None else _pretty(job.result),
        "progress": progress_bar(job),
        "may_cancel": may_cancel,
        "may_retry": job.status in (JobStatus.FAILED, JobStatus.CANCELLED),
    }


def _rows(job: Job) -> list[tuple[str, str]]:
    return [
        (_("Attempts"), _attempts(job)),
        (_("Next attempt"), short_time(words.next_attempt(job))),
        (_("Requested by"), str(job.requested_by) if job.requested_by else _("the portal itself")),
        (_("Created"), short_time(job.created_at)),
        (_("Started"), short_time(job.started_at)),
        (_("Ended"), short_time(job.finished_at)),
        (capfirst(_("duration")), words.duration_in_words(job) or ""),
        (_("Kept until"), short_time(job.expires_at)),
        (_("Task"), job.task),
        (_("Number"), str(job.pk)),
    ]


def _attempts(job: Job) -> str:
    task = selectors.task_or_none(job.task)
    if task is None:
        return str(job.attempts)
    return _("%(attempts)d of %(most)d") % {"attempts": job.attempts, "most": task.max_attempts}


def _arguments(job: Job) -> str:
    named = job.arguments.get("kwargs", {})
    plain = job.arguments.get("args", [])
    if not plain and not named:
        return ""
    return _pretty({"args": plain, **named} if plain else named)


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
