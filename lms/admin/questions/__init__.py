"""Tests, their questions and the statistics of answers in the admin."""

from lms.admin.questions import tests

__all__ = ["tests"]
