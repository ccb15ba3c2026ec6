"""Deletes for good what has been in the bin for 30 days."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from lms.services.history import recycle_bin


class Command(BaseCommand):
    """manage.py empty_bin."""

    help = (
        "Deletes what has been in the bin for its 30 days, and its files. "
        "Content with people's progress stays until somebody deletes it in the admin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--days",
            type=int,
            help="Delete what was deleted at least so many days ago instead.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Empty the bin and print the numbers of objects and files."""
        entries, files = recycle_bin.empty(days=options["days"])
        if options["verbosity"]:
            self.stdout.write(f"Deleted for good: {entries} objects and {files} files.")
