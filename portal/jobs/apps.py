"""App config of background jobs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Jobs, workers and schedules."""

    name = "portal.jobs"
    label = "jobs"
    verbose_name = _("System")
