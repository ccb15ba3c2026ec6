"""Deletes old changes from the history of content."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.services.history import changes

LEAST_DAYS = 30


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
            help=f"Delete what happened at least so many days ago, {LEAST_DAYS} or more.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete the changes and print their number."""
        days = options["days"]
        if days < LEAST_DAYS:
            raise CommandError(f"--days must be at least {LEAST_DAYS}.")
        count = changes.forget(days=days)
        if options["verbosity"]:
            self.stdout.write(f"Deleted from the history: {count} changes.")
