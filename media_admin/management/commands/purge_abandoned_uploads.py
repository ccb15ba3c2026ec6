"""Deletes uploads that were left unfinished for too long, object first."""

from typing import Any

from django.core.management.base import BaseCommand

from media_admin.services import uploads


class Command(BaseCommand):
    """manage.py purge_abandoned_uploads; the worker does the same every night."""

    help = "Cancel uploads that did not finish within UPLOAD_ABANDONED_HOURS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Purge and say how many."""
        self.stdout.write(f"{uploads.purge_abandoned()} uploads purged.")
