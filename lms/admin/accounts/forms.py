"""Forms of accounts: create with a password, change, set a new password."""

from typing import Any

from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from lms.models import Role, User
from lms.services.accounts import sign_in
from portal.common.errors import AppError


class PersonCreationForm(UserCreationForm):
    """A new account with its first password."""

    usable_password = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].required = True

    class Meta:
        model = User
        fields = ["username", "full_name", "email", "role"]


class PersonChangeForm(UserChangeForm):
    """An account; refuses a change after which no administrator would remain."""

    class Meta:
        model = User
        fields = ["username", "full_name", "email", "role", "is_active"]

    def clean(self) -> dict[str, Any]:
        """Check that an administrator remains."""
        cleaned: dict[str, Any] = super().clean()
        stays = cleaned.get("role") == Role.ADMIN and cleaned.get("is_active")
        if not stays and not self.errors:
            try:
                sign_in.require_another_admin(self.instance)
            except AppError as error:
                field = "is_active" if not cleaned.get("is_active") else "role"
                self.add_error(field, str(error.message))
        return cleaned


class PasswordForm(AdminPasswordChangeForm):
    """A new password; saving it ends all sessions of the person."""

    usable_password = None

    def save(self, commit: bool = True) -> User:
        """Save the password and end the person's sessions."""
        user = super().save(commit)
        sign_in.revoke_sessions_of(user)
        return user
