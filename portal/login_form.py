"""The admin's sign-in form: a wait that the rules impose is an error of the form.

Not in lms.admin: unfold imports it while it makes the site at which lms.admin registers itself.
"""

from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from portal.common.errors import AppError


class PortalAuthenticationForm(AuthenticationForm):
    """Sign-in with the same limits as the API."""

    def clean(self) -> dict[str, Any]:
        """Check name and password; show why somebody has to wait."""
        try:
            return super().clean()
        except AppError as error:
            raise ValidationError(error.message, code=error.code) from error
