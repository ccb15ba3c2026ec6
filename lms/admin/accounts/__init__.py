"""People in the admin."""

from lms.admin.accounts import sessions, users

__all__ = ["sessions", "users"]
