"""Who may call: one class per sentence."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class IsEditor(BasePermission):
    """Administrators and instructors may."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the caller writes course content."""
        return request.user.is_authenticated and request.user.is_editor


class IsAdministrator(BasePermission):
    """Administrators may."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the caller administers the portal."""
        return request.user.is_authenticated and request.user.is_superuser
