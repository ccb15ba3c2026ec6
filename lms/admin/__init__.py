"""Registers the admin of every model, one module per area."""

from lms.admin import (
    accounts,
    assessments,
    bin,
    certificates,
    course_lists,
    courses,
    history,
    progress,
    site,
    stations,
)

__all__ = [
    "accounts",
    "assessments",
    "bin",
    "certificates",
    "course_lists",
    "courses",
    "history",
    "progress",
    "site",
    "stations",
]
