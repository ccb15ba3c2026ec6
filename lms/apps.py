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
        """Prepare searches on SQLite, the history of content and the schedules of the worker."""
        # Models exist only now.
        from lms.models.content import install_recorder
        from lms.schedules import register_schedules
        from lms.services.history import recorder, recycle_bin

        connection_created.connect(register_like, dispatch_uid="portal.sqlite.like")
        install_recorder(recorder.HistoryRecorder())
        recorder.connect_signals(self.get_models())
        recycle_bin.connect_signals(self.get_models())
        register_schedules()
