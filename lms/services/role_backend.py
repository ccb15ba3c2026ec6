"""Django's authentication backend: password by our rules, permissions by role."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from lms.models import User
from lms.services import passwords


class RoleBackend(BaseBackend):
    """Signs people in to the admin with the same rules as the API."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None
    ) -> User | None:
        """Return the active user whose password this is, else None; takes equal time."""
        if username is None or password is None:
            return None
        return passwords.verified_user(username, password)

    def get_user(self, user_id: Any) -> User | None:
        """Return the user of an admin session as long as the account is active."""
        return User.objects.active().filter(pk=user_id).first()
