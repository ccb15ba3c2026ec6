"""The kinds of errors that rules raise; each has a stable code, a text for people and a status."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class AppError(Exception):
    """Base of every error that a rule raises on purpose."""

    status = 400
    code = "error"
    message: Any = _("The request could not be carried out.")
    # When it makes sense to ask again, if it does.
    retry_after_seconds: int | None = None

    def __init__(self, message: Any = None, *, fields: dict[str, list[Any]] | None = None) -> None:
        self.message = message or self.message
        self.fields = fields or {}
        super().__init__(str(self.message))


class Invalid(AppError):
    """The input is malformed or breaks a rule of its field."""

    code = "invalid"
    message = _("Check the data and try again.")


class NotSignedIn(AppError):
    """The caller is unknown, or the session has ended."""

    status = 401
    code = "not_signed_in"
    message = _("Sign in to continue.")


class Forbidden(AppError):
    """The caller is known but may not do this."""

    status = 403
    code = "forbidden"
    message = _("You are not allowed to do this.")


class NotFound(AppError):
    """The thing is absent, or not visible to the caller."""

    status = 404
    code = "not_found"
    message: Any = _("Not found.")


class Conflict(AppError):
    """A rule forbids this now."""

    status = 409
    code = "conflict"
    message = _("This is not possible now.")


class TooLarge(AppError):
    """The content exceeds a limit."""

    status = 413
    code = "too_large"
    message = _("The file is too large.")


class TooManyRequests(AppError):
    """The caller has to wait; `retry_after_seconds` says how long."""

    status = 429
    code = "too_many_requests"
    message = _("Too many requests. Wait and try again.")

    def __init__(self, message: Any = None, *, retry_after_seconds: int = 1) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(AppError):
    """A service that the portal needs does not answer."""

    status = 503
    code = "unavailable"
    message = _("The service is temporarily unavailable. Try again in a minute.")
