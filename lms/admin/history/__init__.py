"""The history of content, deletion and the bin in the admin."""

from lms.admin.history import changes, recycle_bin

__all__ = ["changes", "recycle_bin"]
