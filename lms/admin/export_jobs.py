"""The worker's part of large exports: the rows that a list of the admin shows, in a file."""

import tempfile
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

# Lazy: a reason is shown in the language of the person.
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from lms.exports import FORMATS, ExportFormat
from lms.models import Export, User
from lms.selectors.exports import unfinished_export
from lms.services import exports
from portal.jobs.context import report_progress
from portal.jobs.errors import JobCancelled, JobInterrupted, JobLost, PermanentError
from portal.jobs.tasks import task

_BATCH = 500


# Not atomic: another attempt replaces the file, and the row says whether the person was told.
@task(
    title=_("Prepare an export"),
    atomic=False,
    max_attempts=exports.EXPORT_ATTEMPTS,
    time_limit_seconds=3600,
)
def prepare_export(export_id: str) -> int | None:
    """Write the file of an export and tell the person; return the number of rows."""
    export = unfinished_export(export_id)
    if export is None:
        return None
    try:
        return _prepare(export)
    except (JobCancelled, JobInterrupted, JobLost):
        raise
    except PermanentError as error:
        exports.give_up(export, error)
        raise
    except Exception:
        # Whatever it is, the queue tries again, and the person is told after the last time.
        if exports.is_last_attempt(export):
            exports.give_up(export, exports.FAILED)
        raise


def list_request(user: User, query: str) -> HttpRequest:
    """Return the request by which a person would open a list with these filters."""
    request = HttpRequest()
    request.method = "GET"
    request.user = user
    request.GET = QueryDict(query)
    request.META["QUERY_STRING"] = query
    # A list may have something to say; nobody reads it here.
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]  # noqa: SLF001 - as MessageMiddleware does
    return request


def _prepare(export: Export) -> int:
    model_admin: Any = admin.site.get_model_admin(apps.get_model("lms", export.model))
    request = list_request(export.user, export.query)
    _check_permission(export, model_admin, request)
    file_format = FORMATS[export.format]()
    # The language of the page on which the export was asked for.
    with override(export.language), tempfile.TemporaryDirectory() as folder:
        rows = _ListRows(*_rows_of_list(model_admin, request))
        _check_size(rows.total, file_format)
        resource = model_admin.get_export_resource_classes(request)[0]()
        cells = ([field.export(row) for field in resource.get_export_fields()] for row in rows)
        file = Path(folder) / f"export.{export.format}"
        file_format.write(file, resource.get_export_headers(), cells)
        content_type = file_format.get_content_type()
        exports.finish(export, file, rows=rows.written, content_type=content_type)
    return rows.written


def _check_permission(export: Export, model_admin: Any, request: HttpRequest) -> None:
    user = export.user
    is_allowed = (
        user.is_active
        and user.is_staff
        and model_admin.has_view_permission(request)
        and model_admin.has_export_permission(request)
    )
    if not is_allowed:
        raise PermanentError(_("You may not export this list any more."))


def _rows_of_list(model_admin: Any, request: HttpRequest) -> tuple[QuerySet, list[Any]]:
    try:
        queryset = model_admin.get_export_queryset(request)
        return queryset, list(queryset.values_list("pk", flat=True))
    except (IncorrectLookupParameters, SuspiciousOperation) as error:
        raise PermanentError(_("A filter of the list is not valid any more.")) from error


def _check_size(count: int, file_format: ExportFormat) -> None:
    if file_format.row_limit is not None and count > file_format.row_limit:
        raise PermanentError(_("Excel cannot hold so many rows. Choose CSV, or narrow the list."))


class _ListRows:
    """The rows in the order of the list, with few of them in memory; reports the progress.

    A cursor over all rows would hold a transaction open, in which SQLite refuses to write.
    """

    def __init__(self, queryset: QuerySet, keys: list[Any]) -> None:
        self.total = len(keys)
        self.written = 0
        self._queryset = queryset.order_by()
        self._keys = keys

    def __iter__(self) -> Iterator[Any]:
        done = 0
        for batch in batched(self._keys, _BATCH):
            found = {row.pk: row for row in self._queryset.filter(pk__in=batch)}
            # A row may have been deleted, or changed so that the filters leave it out.
            for row in (found[key] for key in batch if key in found):
                self.written += 1
                yield row
            done += len(batch)
            report_progress(done, self.total)
