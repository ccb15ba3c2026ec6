"""Lists the columns of the tables that HR exports, and the two formats of their files."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.resources import Resource
from tablib import Dataset

from lms.models import Enrollment
from lms.selectors import reports
from lms.services.spreadsheets import (
    XLSX_LINE_LIMIT,
    Cell,
    Sheet,
    csv_file,
    workbook,
    write_csv,
    write_workbook,
)


class Column(Field):
    """A column: its heading, and a function that takes a row and returns the value."""

    def __init__(self, header: str | Promise, value: Callable[[Any], object]) -> None:
        super().__init__(column_name=header, readonly=True)
        self.value = value

    def export(self, instance: Any, **kwargs: Any) -> Cell:
        """Return the value as a text, a number, or a local time without its zone."""
        value = self.value(instance)
        if value is None:
            return ""
        if isinstance(value, datetime):
            return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, int | float | Decimal):
            return value
        return str(value)


class TimeColumn(Column):
    """A column of instants; its heading names the time zone."""

    def __init__(self, header: str | Promise, value: Callable[[Any], object]) -> None:
        super().__init__(header, value)
        self.plain_header = header

    @property
    def column_name(self) -> str:
        """Return the heading with the time zone."""
        return f"{self.plain_header} ({timezone.get_current_timezone_name()})"

    @column_name.setter
    def column_name(self, value: str | Promise) -> None:
        self.plain_header = value


class PersonResource(Resource):
    """Base of the tables: columns about the person, who is the `user` of each row."""

    full_name = Column(_("Full name"), lambda row: row.user.full_name)
    username = Column(_("Username"), lambda row: row.user.username)
    position = Column(
        _("Position"), lambda row: getattr(reports.profile_of(row.user), "position", None)
    )
    department = Column(
        _("Department"), lambda row: getattr(reports.profile_of(row.user), "department", None)
    )
    station = Column(_("Station"), lambda row: reports.station_name(row.user))

    @classmethod
    def get_display_name(cls) -> str:
        """Return the name of the resource in the form of import-export."""
        return cls.__name__

    def get_user_visible_fields(self) -> list[Field]:
        """Return the columns that the page of the export lists."""
        return self.get_export_fields()


class EnrollmentResource(PersonResource):
    """The table of enrollments; its rows are those of reports.enrollment_rows."""

    program = Column(_("Program"), lambda row: row.course_program.title)
    program_station = Column(_("Station of the program"), lambda row: row.course_program.station)
    status = Column(_("Status"), Enrollment.get_status_display)
    percent = Column(_("Progress, %"), lambda row: row.progress_percent or 0)
    hours = Column(_("Hours studied"), lambda row: row.hours_studied)
    started = TimeColumn(_("Started"), lambda row: row.started_at)
    active = TimeColumn(_("Last activity"), lambda row: row.last_activity)
    completed = TimeColumn(_("Completed"), lambda row: row.completed_at)


class TopicProgressResource(PersonResource):
    """The table of completed topics; its rows are those of reports.topic_progress_rows."""

    program = Column(_("Program"), lambda row: row.topic.lesson.course_program.title)
    program_station = Column(
        _("Station of the program"), lambda row: row.topic.lesson.course_program.station
    )
    lesson = Column(_("Lesson"), lambda row: row.topic.lesson.title)
    topic = Column(_("Topic"), lambda row: row.topic)
    status = Column(
        _("Status"), lambda row: _("completed") if row.completed else _("not completed")
    )
    started = TimeColumn(_("Started"), lambda row: row.created_at)
    completed = TimeColumn(_("Completed"), lambda row: row.completed_at)


class TestResultResource(PersonResource):
    """The table of attempts at tests; its rows are those of reports.test_result_rows."""

    program = Column(_("Program"), lambda row: reports.test_program(row).title)
    program_station = Column(
        _("Station of the program"), lambda row: reports.test_program(row).station
    )
    lesson = Column(
        _("Lesson"), lambda row: row.lesson_test.lesson.title if row.lesson_test else None
    )
    test = Column(_("Test"), reports.test_title)
    kind = Column(
        _("Kind of test"), lambda row: _("lesson test") if row.lesson_test else _("final test")
    )
    score = Column(_("Score, %"), lambda row: row.score)
    passed = Column(_("Passed"), lambda row: row.passed)
    refused = Column(_("Not counted because"), lambda row: row.get_refused_display() or None)
    right = Column(_("Right answers"), lambda row: row.correct_answers)
    questions = Column(_("Questions"), lambda row: row.total_questions)
    seconds = Column(_("Time, seconds"), lambda row: row.time_spent)
    finished = TimeColumn(_("Finished"), lambda row: row.completed_at)


class ExportFormat(Format):
    """Base of the two formats: they export, but do not import."""

    # Of one file; None where there is no limit.
    row_limit: int | None = None

    def write(self, path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Write a file with few rows in memory; its content is that of `export_data`."""
        raise NotImplementedError

    def can_import(self) -> bool:
        """Tell that files of this format are not imported."""
        return False

    def can_export(self) -> bool:
        """Tell that files of this format are exported."""
        return True


class Xlsx(ExportFormat):
    """An Excel workbook."""

    row_limit = XLSX_LINE_LIMIT - 1

    def get_title(self) -> str:
        """Return the name in the list of formats."""
        return gettext("Excel (XLSX)")

    def get_extension(self) -> str:
        """Return the extension of the file name."""
        return "xlsx"

    def get_content_type(self) -> str:
        """Return the content type of the response."""
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def is_binary(self) -> bool:
        """Tell that the data are bytes."""
        return True

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """Return the workbook."""
        return workbook(self._sheet(dataset.headers, dataset))

    def write(self, path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Write the workbook."""
        write_workbook(path, self._sheet(headers, rows))

    def _sheet(self, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Sheet:
        return Sheet("Sheet1", headers, rows, frozen_columns=1, has_filter=True)


class Csv(ExportFormat):
    """Comma-separated text in UTF-8."""

    def get_title(self) -> str:
        """Return the name in the list of formats."""
        return "CSV (UTF-8)"

    def get_extension(self) -> str:
        """Return the extension of the file name."""
        return "csv"

    def get_content_type(self) -> str:
        """Return the content type of the response."""
        return "text/csv; charset=utf-8"

    def is_binary(self) -> bool:
        """Tell that the data are bytes."""
        return True

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """Return the file."""
        return csv_file(dataset.headers, dataset)

    def write(self, path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Write the file."""
        write_csv(path, headers, rows)


# By the extension of the file.
FORMATS: dict[str, type[ExportFormat]] = {"xlsx": Xlsx, "csv": Csv}
