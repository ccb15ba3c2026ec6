"""Reads the open sessions of a person."""

from uuid import UUID

from lms.models import UserSession


def open_sessions(user_id: UUID) -> list[UserSession]:
    """List a person's open sessions, of the client and of the admin, latest activity first."""
    return list(UserSession.objects.alive().filter(user_id=user_id).order_by("-last_activity"))
