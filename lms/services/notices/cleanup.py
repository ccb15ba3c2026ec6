"""Deletes what nobody looks for any more: old mails, and notices that were read long ago."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.models import Mail, Notice
from portal.jobs.context import report_progress
from portal.jobs.tasks import task

_AT_ONCE = 1000


# Not atomic: a second run deletes what is left.
@task(title=_("Delete old mails and read notices"), atomic=False, time_limit_seconds=3600)
def delete_old_mails_and_notices() -> int:
    """Delete mails and read notices that are older than MAIL_KEEP_DAYS; return how many."""
    limit = timezone.now() - timedelta(days=settings.MAIL_KEEP_DAYS)
    return _delete(Mail.objects.filter(created_at__lt=limit)) + _delete(
        Notice.objects.filter(read_at__lt=limit)
    )


def _delete(rows: QuerySet[Model]) -> int:
    count = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:_AT_ONCE]):
        count += rows.filter(pk__in=keys).delete()[0]
        report_progress(count)
    return count
