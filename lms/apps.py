"""App config of the learning domain."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from portal.common.sqlite_search import register_like


class LmsConfig(AppConfig):
    """Stations, courses, people and their progress."""

    name = "lms"
    verbose_name = _("Training")

    def ready(self) -> None:
        """Let searches on SQLite ignore the case of Cyrillic; watch what happens to content."""
        # Models exist only now.
        from lms.services import response_cache
        from lms.services.history import bin as content_bin
        from lms.services.history import changes

        connection_created.connect(register_like, dispatch_uid="portal.sqlite.like")
        response_cache.watch(self.get_models())
        changes.watch(self.get_models())
        content_bin.watch(self.get_models())
