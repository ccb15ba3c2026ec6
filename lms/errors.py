"""Errors of the domain, each with a stable code and a text for people."""

from django.utils.translation import gettext_lazy as _

from portal.common.errors import Conflict, NotFound, NotSignedIn, TooManyRequests


class WrongCredentials(NotSignedIn):
    """The name is unknown, the password is wrong, or the account is switched off."""

    code = "wrong_credentials"
    message = _("Wrong username or password.")


class SessionEnded(NotSignedIn):
    """The refresh token is malformed, expired, or its session was ended."""

    code = "session_ended"
    message = _("The session has expired. Sign in again.")


class TooManyLogins(TooManyRequests):
    """Too many failed sign-ins for this account or from this address."""

    code = "too_many_logins"
    message = _("Too many failed sign-ins. Wait a little and try again.")


class StationNotFound(NotFound):
    """No station has this number."""

    code = "station_not_found"
    message = _("The station was not found.")


class LastAdministrator(Conflict):
    """The portal would be left without an administrator."""

    code = "last_administrator"
    message = _("This is the last active administrator: appoint another one first.")
