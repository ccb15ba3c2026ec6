"""Background jobs in the admin, for administrators: the jobs, the schedules, the workers."""

from lms.admin.jobs import jobs, schedules, workers

__all__ = ["jobs", "schedules", "workers"]
