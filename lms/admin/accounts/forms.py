"""Forms of accounts: create with a password, change, set a new password."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminPasswordWidget

from lms.models import Role, User
from lms.services.accounts import passwords, sign_in
from lms.services.history import changes
from portal.common.errors import AppError


class OwnPasswordMixin(forms.Form):
    """Asks for the password of who works, before an account of somebody is changed in substance.

    A session left open at a desk, or stolen, is then not enough.
    """

    own_password = forms.CharField(
        label=_("Your own password"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
        help_text=_("Needed to change a role, an e-mail address or a password."),
    )

    def check_own_password(self) -> None:
        """Check the password of the person whose request it is."""
        person = changes.acting_user()
        if person is None:
            return
        try:
            passwords.require_password(person, self.cleaned_data.get("own_password") or "")
        except AppError as error:
            self.add_error("own_password", str(error.message))


class PersonCreationForm(UserCreationForm):
    """A new account, with a first password or with an invitation to set one."""

    usable_password = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].required = True

    def clean(self) -> dict[str, Any]:
        """Check that the person can get in: by a password, or by a mail with an invitation."""
        if not self.data.get("password1") and not self.data.get("password2"):
            # What Django's own field of this name would say.
            self.cleaned_data["usable_password"] = "false"  # noqa: S105  # an answer, no password
        cleaned: dict[str, Any] = super().clean()
        if self.needs_invitation:
            if not settings.MAIL_ENABLED:
                self.add_error(
                    "password1", _("This portal sends no mail: set a first password here.")
                )
            elif not cleaned.get("email") and "email" not in self.errors:
                self.add_error(
                    "email",
                    _("Enter an address for the invitation, or set a first password below."),
                )
        return cleaned

    @property
    def needs_invitation(self) -> bool:
        """Whether the person has to set the first password."""
        return not self.cleaned_data["set_usable_password"]

    class Meta:
        model = User
        fields = ["username", "full_name", "email", "role"]


class PersonChangeForm(OwnPasswordMixin, UserChangeForm):
    """An account; refuses a change after which no administrator would remain."""

    class Meta:
        model = User
        fields = ["username", "full_name", "email", "role", "is_active"]

    def clean(self) -> dict[str, Any]:
        """Check that an administrator remains."""
        cleaned: dict[str, Any] = super().clean() or {}
        stays = cleaned.get("role") == Role.ADMIN and cleaned.get("is_active")
        if not stays and not self.errors:
            try:
                sign_in.require_another_admin(self.instance)
            except AppError as error:
                field = "is_active" if not cleaned.get("is_active") else "role"
                self.add_error(field, str(error.message))
        if {"role", "email"} & set(self.changed_data) and not self.errors:
            self.check_own_password()
        return cleaned


class PasswordForm(OwnPasswordMixin, AdminPasswordChangeForm):
    """A new password; saving it ends all sessions of the person."""

    usable_password = None
    field_order = ["own_password", "password1", "password2"]

    def clean(self) -> dict[str, Any]:
        """Check the password of who sets it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            self.check_own_password()
        return cleaned

    def save(self, commit: bool = True) -> User:
        """Save the password and end the person's sessions."""
        user = super().save(commit)
        sign_in.revoke_sessions_of(user)
        return user
