"""Derives all progress from completed materials and passed tests; can be run again at any time."""

from typing import Any

from django.core.management.base import BaseCommand

from lms.services.progress import recompute


class Command(BaseCommand):
    """manage.py recompute_progress."""

    help = "Derive all progress from completed materials and passed tests."

    def handle(self, *args: Any, **options: Any) -> None:
        """Recompute and say how many rows changed."""
        changed, total = recompute.recompute_all()
        self.stdout.write(f"{total} enrollments checked, {changed} rows changed.")
