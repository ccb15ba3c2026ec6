"""App config of the media library."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaAdminConfig(AppConfig):
    """Files in the object store."""

    name = "media_admin"
    verbose_name = _("Media library")
