"""HR's tables for spreadsheets: explicit columns, cells that never run as formulas, two formats."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.resources import Resource
from tablib import Dataset

from lms.models import Enrollment
from lms.selectors import reports
from lms.services.spreadsheets import safe_text

_XLSX_CELL_LIMIT = 32767
_COLUMN_WIDTHS = (12, 48)


class Column(Field):
    """A column: header, and a function from the row to the value."""

    def __init__(self, header: Any, value: Callable[[Any], Any]) -> None:
        super().__init__(column_name=header, readonly=True)
        self.value = value

    def export(self, instance: Any, **kwargs: Any) -> Any:
        """Return the value as text, number, or local time without zone."""
        value = self.value(instance)
        if value is None:
            return ""
        if isinstance(value, datetime):
            return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, int | float | Decimal):
            return value
        return safe_text(str(value))


class TimeColumn(Column):
    """A column of instants; the header names the zone."""

    def __init__(self, header: Any, value: Callable[[Any], Any]) -> None:
        super().__init__(header, value)
        self.plain_header = header

    @property
    def column_name(self) -> str:
        """Return header and zone."""
        return f"{self.plain_header} ({timezone.get_current_timezone_name()})"

    @column_name.setter
    def column_name(self, value: Any) -> None:
        self.plain_header = value


class PersonResource(Resource):
    """Base: who the row is about. `user` hangs on every row."""

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
        """Return the name that import-export's form asks for."""
        return cls.__name__

    def get_user_visible_fields(self) -> list[Field]:
        """Return the columns, for the page that announces them."""
        return self.get_export_fields()


class EnrollmentResource(PersonResource):
    """Rows of selectors.reports.enrollment_rows."""

    program = Column(_("Program"), lambda row: row.course_program.title)
    program_station = Column(_("Station of the program"), lambda row: row.course_program.station)
    status = Column(_("Status"), Enrollment.get_status_display)
    percent = Column(_("Progress, %"), lambda row: row.progress_percent or 0)
    hours = Column(_("Hours studied"), lambda row: row.hours_studied)
    started = TimeColumn(_("Started"), lambda row: row.started_at)
    active = TimeColumn(_("Last activity"), lambda row: row.last_activity)
    completed = TimeColumn(_("Completed"), lambda row: row.completed_at)


class TopicProgressResource(PersonResource):
    """Rows of selectors.reports.topic_progress_rows."""

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
    """Rows of selectors.reports.test_result_rows."""

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
    right = Column(_("Right answers"), lambda row: row.correct_answers)
    questions = Column(_("Questions"), lambda row: row.total_questions)
    seconds = Column(_("Time, seconds"), lambda row: row.time_spent)
    finished = TimeColumn(_("Finished"), lambda row: row.completed_at)


class ExportFormat(Format):
    """Base of the formats: export only."""

    def can_import(self) -> bool:
        """Refuse imports."""
        return False

    def can_export(self) -> bool:
        """Allow exports."""
        return True


class Xlsx(ExportFormat):
    """An Excel workbook: numbers and dates are native cells, text is never a formula."""

    def get_title(self) -> str:
        """Return the name in the list of formats."""
        return gettext("Excel (XLSX)")

    def get_extension(self) -> str:
        """Return the end of the file name."""
        return "xlsx"

    def get_content_type(self) -> str:
        """Return the content type of the response."""
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def is_binary(self) -> bool:
        """Tell that the data are bytes."""
        return True

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """Return the workbook."""
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True})
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for column, header in enumerate(dataset.headers):
            sheet.write_string(0, column, header, bold)
        for line, row in enumerate(dataset, start=1):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(line, column, value, instant)
                elif isinstance(value, int | float | Decimal):
                    sheet.write_number(line, column, value)
                elif value:
                    sheet.write_string(line, column, value[:_XLSX_CELL_LIMIT])
        _lay_out(sheet, dataset)
        book.close()
        return target.getvalue()


class Csv(ExportFormat):
    """Comma-separated text; sent with a byte order mark, so that Excel reads Cyrillic."""

    def get_title(self) -> str:
        """Return the name in the list of formats."""
        return "CSV (UTF-8)"

    def get_extension(self) -> str:
        """Return the end of the file name."""
        return "csv"

    def get_content_type(self) -> str:
        """Return the content type of the response."""
        return "text/csv; charset=utf-8"

    def is_binary(self) -> bool:
        """Tell that the data are text."""
        return False

    def export_data(self, dataset: Dataset, **kwargs: Any) -> str:
        """Return the lines; instants as ISO 8601 with a space."""
        target = io.StringIO(newline="")
        writer = csv.writer(target)
        writer.writerow(dataset.headers)
        for row in dataset:
            writer.writerow(str(value) for value in row)
        return target.getvalue()


def _lay_out(sheet: Any, dataset: Dataset) -> None:
    narrow, wide = _COLUMN_WIDTHS
    last = max(len(dataset.headers) - 1, 0)
    for column in range(last + 1):
        longest = max((len(str(row[column])) for row in dataset[:200]), default=0)
        sheet.set_column(column, column, min(max(longest + 2, narrow), wide))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(dataset), last)
