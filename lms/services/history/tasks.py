"""Tasks of the worker about the bin and the history; schedules start them (lms/schedules.py).

They delete step by step, so they are not atomic: a run that was broken off goes on where it was.
"""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lms.services.history import changes, recycle_bin
from portal.jobs.tasks import task

_HOUR = 3600


@task(title=_("Empty the bin"), atomic=False, time_limit_seconds=_HOUR)
def empty_bin() -> dict[str, int]:
    """Delete for good what has been in the bin for its 30 days, and its files."""
    objects, files = recycle_bin.empty()
    return {"objects": objects, "files": files}


@task(title=_("Delete old history"), atomic=False, time_limit_seconds=_HOUR)
def forget_history() -> dict[str, int]:
    """Delete changes of content older than HISTORY_KEEP_DAYS, if there is such a limit."""
    days = settings.HISTORY_KEEP_DAYS
    return {"changes": changes.forget(days=days) if days else 0}
