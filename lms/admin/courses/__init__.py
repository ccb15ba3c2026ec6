"""Admin of programs, lessons, topics, files and of the course catalogue."""

from lms.admin.courses import catalogue, programs

__all__ = ["catalogue", "programs"]
