"""App config of the learning domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LmsConfig(AppConfig):
    """Stations, courses, people and their progress."""

    name = "lms"
    verbose_name = _("Training")
