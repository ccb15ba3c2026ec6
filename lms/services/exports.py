"""Large exports: asks a worker for the file, tells the person when it is ready, deletes it later.

The worker's own part is in lms/admin/export_jobs.py, because the lists of the admin say which rows
a person sees. The job has the id of a row as its argument: a search may hold a name.
"""

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from lms.models import Export, User
from lms.selectors import exports as selectors
from lms.services.notices.notices import notify
from lms.services.notices.recipients import language_of
from media_admin.keys import PRIVATE_FOLDER
from media_admin.services import objects
from portal.jobs.context import report_progress
from portal.jobs.models import Job, JobStatus
from portal.jobs.services import retry
from portal.jobs.tasks import JobTask, task

KEEP_DAYS = 7
NOTICE_KIND = "export"
_OWN_KEY = re.compile(rf"{PRIVATE_FOLDER}/[0-9a-f-]{{36}}\.(xlsx|csv)")


def request_export(
    user: User, *, task: JobTask, model: str, query: str, file_format: str, language: str
) -> Export:
    """Queue an export; while one is being prepared, the same request returns it."""
    asked = "\0".join([model, query, file_format, language])
    values = {"model": model, "query": query, "format": file_format, "language": language}
    with transaction.atomic():
        export, _created = Export.objects.get_or_create(
            user=user,
            request_key=hashlib.sha256(asked.encode()).hexdigest(),
            defaults={**values, "expires_at": _expiry()},
        )
        # Of one person one at a time, so that nobody occupies all threads of the workers.
        task.using(
            unique_key=_job_key(export), lock_key=f"export:{user.pk}", requested_by_id=user.pk
        ).enqueue(str(export.pk))
        job = _job_of(export)
        if job is not None and job.status in {JobStatus.FAILED, JobStatus.CANCELLED}:
            retry(job)
    return export


def object_key_of(export: Export) -> str:
    """Return where the file of an export is stored; a second attempt replaces the first."""
    return f"{PRIVATE_FOLDER}/{export.pk}.{export.format}"


def finish(export: Export, file: Path, *, rows: int, content_type: str) -> None:
    """Store the file and tell the person; of two attempts the first alone tells it."""
    key = object_key_of(export)
    expires_at = _expiry()
    # First, and named by the row: what no row names is deleted at night.
    Export.objects.filter(pk=export.pk, ready_at=None).update(object_key=key)
    objects.store_bytes(key, file, content_type=content_type)
    with transaction.atomic():
        changed = Export.objects.filter(pk=export.pk, ready_at=None).update(
            rows=rows, ready_at=timezone.now(), expires_at=expires_at, request_key=None, query=""
        )
        if changed:
            _tell_ready(export, rows, expires_at)


def give_up(export: Export, reason: Any) -> None:
    """Tell the person that there will be no file; `reason` is rendered in their language."""
    with override(language_of(export.user)), transaction.atomic():
        deleted, _models = Export.objects.filter(pk=export.pk, ready_at=None).delete()
        if deleted:
            text = f"{_list_name(export)}. {reason}"
            title = _("The export could not be prepared")
            notify(export.user, kind=NOTICE_KIND, title=title, text=text, by_mail="now")


def is_last_attempt(export: Export) -> bool:
    """Tell whether the job of an export is not tried again after this failure."""
    job = _job_of(export)
    return job is not None and job.attempts >= EXPORT_ATTEMPTS


# A few minutes in all: somebody waits, and may try again by hand.
EXPORT_ATTEMPTS = 5
FAILED = gettext_lazy(
    "The portal could not write the file. Try again later, or tell an administrator: "
    "the list of jobs shows the reason."
)


# Not atomic: a second run deletes what is left. Objects go first, rows after them.
@task(title=gettext_lazy("Delete old exports"), atomic=False, time_limit_seconds=3600)
def delete_expired_exports() -> int:
    """Delete exports that are too old, and files whose person was deleted; return how many."""
    count = 0
    for export in selectors.expired_exports():
        objects.delete(object_key_of(export))
        export.delete()
        count += 1
        report_progress(count)
    for export in selectors.exports_being_prepared():
        job = _job_of(export)
        # Its worker was killed in the last attempt, so that the task could not say so itself.
        if job is not None and job.status == JobStatus.FAILED:
            give_up(export, FAILED)
    return count + _delete_files_without_row()


def _delete_files_without_row() -> int:
    listed = [found.key for found in objects.folder(PRIVATE_FOLDER).objects]
    # Nothing that somebody else has put there.
    stored = [key for key in listed if _OWN_KEY.fullmatch(key)]
    unknown = set(stored) - selectors.known_object_keys(stored)
    for key in unknown:
        objects.delete(key)
    return len(unknown)


def _tell_ready(export: Export, rows: int, expires_at: Any) -> None:
    with override(language_of(export.user)):
        words = {
            "list": _list_name(export),
            "count": number_format(rows, force_grouping=True),
            "day": date_format(timezone.localtime(expires_at), "SHORT_DATE_FORMAT"),
        }
        text = ngettext(
            "%(list)s: %(count)s row. The file is kept until %(day)s.",
            "%(list)s: %(count)s rows. The file is kept until %(day)s.",
            rows,
        )
        notify(
            export.user,
            kind=NOTICE_KIND,
            title=_("The export is ready"),
            text=text % words,
            path=f"/admin/exports/{export.pk}/",
            by_mail="now",
        )


def _list_name(export: Export) -> str:
    return capfirst(str(apps.get_model("lms", export.model)._meta.verbose_name_plural))


def _expiry() -> Any:
    return timezone.now() + timedelta(days=KEEP_DAYS)


def _job_key(export: Export) -> str:
    return f"export:{export.pk}"


def _job_of(export: Export) -> Job | None:
    return Job.objects.filter(unique_key=_job_key(export)).first()
