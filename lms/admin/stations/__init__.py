"""Stations and what belongs to them in the admin."""

from lms.admin.stations import stations

__all__ = ["stations"]
