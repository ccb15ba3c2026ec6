"""Fills an empty database with the demo content."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from lms.management.demo import people, programs, progress, stations
from lms.management.demo.media import DemoFiles
from lms.models import CourseProgram, Department, Station, User
from lms.services.history import changes


class Command(BaseCommand):
    """Seeds stations, programs, people and their progress; a second run changes nothing."""

    help = "Fill an empty database with the demo content. Works only with DEMO=1."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--password", default=None, help="password of all demo people (DEMO_PASSWORD)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed once, or say why not."""
        if not settings.DEMO:
            raise CommandError("Demo content has public passwords: it needs DEMO=1.")
        password = options["password"] or settings.DEMO_PASSWORD
        if not password:
            raise CommandError("Give a password: DEMO_PASSWORD or --password.")
        if self._has_data():
            self.stdout.write("The database already has data; nothing was changed.")
            return
        # Records of the demo rows would hide the changes that people make.
        with changes.without_history():
            files = self._seed(password)
        self.stdout.write(
            self.style.SUCCESS(
                f"Demo content: {Station.objects.count()} stations,"
                f" {CourseProgram.objects.count()} programs, {User.objects.count()} people,"
                f" {files} files."
            )
        )

    def _has_data(self) -> bool:
        demo_users = User.objects.filter(username__in=people.account_names())
        return Station.objects.exists() or Department.objects.exists() or demo_users.exists()

    @transaction.atomic
    def _seed(self, password: str) -> int:
        now = timezone.now()
        files_to_store = DemoFiles()
        departments = stations.create_departments(files_to_store)
        by_name = stations.create_stations(files_to_store)
        courses = stations.create_courses(by_name)
        stations.create_site(files_to_store)
        outlines = programs.create_programs(by_name, files_to_store)
        persons = people.create_people(by_name, departments, password=password, now=now)
        progress.create_progress(persons, outlines, courses, now=now)
        people.create_comments(persons, outlines, now=now)
        people.create_figures(persons)
        self._continue_numbering()
        # Inside the transaction on purpose: when the store fails, the database stays empty and
        # the next start tries again.
        return files_to_store.store()

    def _continue_numbering(self) -> None:
        """Let new rows follow the fixed numbers; only PostgreSQL has to be told."""
        statements = connection.ops.sequence_reset_sql(no_style(), [Station, Department])
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
