"""Notices and mails in the admin."""

from lms.admin.notices import mails

__all__ = ["mails"]
