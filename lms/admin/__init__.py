"""Registers the admin of every model, one module per area."""

from lms.admin import (
    accounts,
    assessments,
    certificates,
    course_lists,
    courses,
    progress,
    site,
    stations,
)

__all__ = [
    "accounts",
    "assessments",
    "certificates",
    "course_lists",
    "courses",
    "progress",
    "site",
    "stations",
]
