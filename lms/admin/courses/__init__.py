"""Programs, lessons, topics, files and the catalogue of courses in the admin."""

from lms.admin.courses import catalogue, programs

__all__ = ["catalogue", "programs"]
