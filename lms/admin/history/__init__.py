"""The history of content, deletion and the bin in the admin."""

from lms.admin.history import bin, changes

__all__ = ["bin", "changes"]
