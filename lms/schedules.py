"""What the worker does at fixed times: the names, times and tasks of all schedules.

Times are in the portal's time zone, each in a minute of its own: cleaning up at night, mails in the
morning, certificates that wait for their time each hour. The times of the next runs are in the
database (portal/jobs/schedules.py).
"""

from django.conf import settings

from lms.services import exports
from lms.services.accounts import tasks as accounts
from lms.services.history import tasks as history
from lms.services.notices import cleanup, digests, weekly_reports
from lms.services.progress import tasks as progress
from media_admin.services import tasks as media
from portal.jobs import services as jobs
from portal.jobs.schedules import register


def register_schedules() -> None:
    """Register all schedules; called once when the portal starts."""
    register("empty_bin", cron="10 3 * * *", task=history.empty_bin)
    register("purge_abandoned_uploads", cron="20 3 * * *", task=media.purge_abandoned_uploads)
    register("delete_ended_sessions", cron="30 3 * * *", task=accounts.delete_ended_sessions)
    register("clear_admin_sessions", cron="35 3 * * *", task=accounts.clear_admin_sessions)
    register("delete_job_results", cron="40 3 * * *", task=jobs.delete_job_results)
    register("delete_old_counters", cron="42 3 * * *", task=accounts.delete_old_counters)
    register(
        "delete_old_mails_and_notices",
        cron="45 3 * * *",
        task=cleanup.delete_old_mails_and_notices,
    )
    register("delete_expired_exports", cron="47 3 * * *", task=exports.delete_expired_exports)
    register("queue_weekly_reports", cron="30 7 * * 1", task=weekly_reports.queue_weekly_reports)
    register("queue_digests", cron="0 8 * * *", task=digests.queue_digests)
    # Hourly: people wait for it.
    register("issue_due_certificates", cron="5 * * * *", task=progress.issue_due_certificates)
    if settings.HISTORY_KEEP_DAYS:
        register("forget_history", cron="50 3 * * *", task=history.forget_history)
