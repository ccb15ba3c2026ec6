"""Deletes old changes from the history of content."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms.services.history import changes


class Command(BaseCommand):
    """manage.py forget_history."""

    help = (
        "Deletes changes of content that happened long ago: who, when, and the states before them, "
        "which cannot be restored any more. The content itself stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options; the age has no default, because no age suits every company."""
        parser.add_argument(
            "--days",
            type=int,
            required=True,
            help="Delete what happened at least so many days ago, "
            f"{settings.HISTORY_LEAST_DAYS} or more.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete the changes and print their number."""
        days = options["days"]
        if days < settings.HISTORY_LEAST_DAYS:
            raise CommandError(f"--days must be at least {settings.HISTORY_LEAST_DAYS}.")
        count = changes.forget(days=days)
        if options["verbosity"]:
            self.stdout.write(f"Deleted from the history: {count} changes.")
