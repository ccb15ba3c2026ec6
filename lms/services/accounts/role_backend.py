"""Django's authentication backend: it checks passwords as the API does."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from lms.errors import WrongCredentials
from lms.models import User
from lms.services.accounts import sign_in
from portal.common.client_address import client_address


class RoleBackend(BaseBackend):
    """Signs people in to the admin with the same rules as the API."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the active user with this name and password, or None.

        Raises:
            TooManyLogins: the account or the address has to wait; the form shows this.
        """
        if username is None or password is None:
            return None
        address = client_address(request) if request is not None else None
        cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME) if request is not None else None
        try:
            return sign_in.check_credentials(
                username, password, address=address, device_cookie=cookie
            )
        except WrongCredentials:
            return None

    def get_user(self, user_id: Any) -> User | None:
        """Return the user of an admin session as long as the account is active."""
        user: User | None = User.objects.active().filter(pk=user_id).first()
        return user
