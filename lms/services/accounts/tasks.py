"""Tasks of the worker about sessions; schedules start them (lms/schedules.py).

They are not atomic, because they delete in portions; a second run deletes what is left.
"""

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from lms.services.accounts import attempt_limits, sessions
from portal.jobs.tasks import task


@task(title=_("Delete old sessions of employees"), atomic=False)
def delete_ended_sessions() -> dict[str, int]:
    """Delete sessions of the API that ended more than SESSION_KEEP_DAYS ago."""
    return {"sessions": sessions.delete_ended(days=settings.SESSION_KEEP_DAYS)}


@task(title=_("Delete expired sessions of the admin"), atomic=False)
def clear_admin_sessions() -> None:
    """Delete expired sessions of the admin, as `manage.py clearsessions` does."""
    call_command("clearsessions")


@task(title=_("Delete old counters of sign-ins and other attempts"), atomic=False)
def delete_old_counters() -> int:
    """Delete the counters of attempts whose day is over; return how many."""
    return attempt_limits.delete_old()
