"""Tasks of the worker about uploads; the portal's schedules start them (lms/schedules.py)."""

from django.utils.translation import gettext_lazy as _

from media_admin.services import uploads
from portal.jobs.tasks import task


@task(title=_("Delete unfinished uploads"), atomic=False, time_limit_seconds=3600)
def purge_abandoned_uploads() -> dict[str, int]:
    """Cancel uploads that did not finish within UPLOAD_ABANDONED_HOURS.

    It is safe to repeat: an upload goes from the store first and from the database after it.
    """
    return {"uploads": uploads.purge_abandoned()}
