"""Refuses new passwords that are made of the organisation's own words."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What people add to a word to make it long enough.
_AROUND = "0123456789!@#$%^&*()-_=+.,?"


class ForbiddenWordsValidator:
    """Refuses a password that is one of these words with nothing but digits and signs around it."""

    def __init__(self, words: list[str]) -> None:
        self.words = {word.casefold() for word in words}

    def validate(self, password: str, user: object = None) -> None:
        """Check a new password.

        Raises:
            ValidationError: it is one of the words.
        """
        if password.casefold().strip(_AROUND) in self.words:
            raise ValidationError(
                _("This password is easy to guess: it is a word of the organisation."),
                code="password_of_organisation",
            )

    def get_help_text(self) -> str:
        """Return the rule for people."""
        return _("The password must not be the name of the company or of the portal.")
