"""Colours of the states in lists: one colour, one meaning, always beside the word."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from lms.models import CompletedMaterial, EnrollmentStatus, Role, Station, TestResult

ENROLLMENT_COLOURS = {
    EnrollmentStatus.NOT_STARTED.value: "default",
    EnrollmentStatus.IN_PROGRESS.value: "info",
    EnrollmentStatus.COMPLETED.value: "success",
}
STATION_COLOURS = {
    Station.Status.ACTIVE.value: "success",
    Station.Status.MAINTENANCE.value: "warning",
}
DEPARTMENT_COLOURS = {"active": "success", "maintenance": "warning", "inactive": "default"}
ROLE_COLOURS = {
    Role.ADMIN.value: "danger",
    Role.INSTRUCTOR.value: "primary",
    Role.HR.value: "info",
    Role.USER.value: "default",
}
FLAG_COLOURS = {True: "success", False: "default"}
PASS_COLOURS = {True: "success", False: "warning", "refused": "danger"}
DONE_COLOURS = {True: "success", False: "default", "waiting": "warning"}


def shown(is_active: bool | None) -> tuple[bool, str | Promise]:
    """Return a flag of content with its word."""
    return bool(is_active), _("active") if is_active else _("switched off")


def short_time(value: datetime | None) -> str:
    """Return an instant in short form, in the portal's time zone; empty for None."""
    return date_format(localtime(value), "SHORT_DATETIME_FORMAT") if value else ""


def time_column(field: str, title: Any) -> Callable[[Any], str | None]:
    """Return a column that shows an instant in short form, in the portal's time zone."""

    @display(description=title, ordering=field)
    def column(obj: Any) -> str | None:
        return short_time(getattr(obj, field)) or None

    return column


def passed(value: bool | None) -> tuple[bool, str | Promise]:
    """Return the outcome of a test with its word."""
    return bool(value), _("passed") if value else _("not passed")


def outcome(result: TestResult) -> tuple[bool | str, str | Promise]:
    """Return the outcome of an attempt with its word, or why it does not count."""
    if result.refused:
        return "refused", result.get_refused_display()
    return passed(result.passed)


def completion(material: CompletedMaterial) -> tuple[bool | str, str | Promise]:
    """Return whether a material is completed, with its word; a file also has to be delivered."""
    if material.is_completed and not material.is_confirmed:
        return "waiting", _("opened, not read yet")
    return done(material.is_completed)


def done(value: bool | None) -> tuple[bool, str | Promise]:
    """Return whether something is completed, with its word."""
    return bool(value), _("completed") if value else _("not completed")
