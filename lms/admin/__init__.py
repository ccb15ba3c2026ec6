"""Registers the admin of every model: importing the modules is enough."""

from lms.admin import (
    accounts,
    courses,
    history,
    jobs,
    notices,
    progress,
    questions,
    site,
    stations,
)

__all__ = [
    "accounts",
    "courses",
    "history",
    "jobs",
    "notices",
    "progress",
    "questions",
    "site",
    "stations",
]
