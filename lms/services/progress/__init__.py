"""Enrollments, completions and certificates."""
