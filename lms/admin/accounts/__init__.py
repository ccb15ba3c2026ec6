"""People in the admin."""

from lms.admin.accounts import users

__all__ = ["users"]
