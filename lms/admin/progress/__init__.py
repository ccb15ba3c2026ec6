"""Enrollments, progress, results and certificates in the admin."""

from lms.admin.progress import certificates, enrollments

__all__ = ["certificates", "enrollments"]
