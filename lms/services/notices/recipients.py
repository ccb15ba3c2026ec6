"""Who gets mails, where, and in which language."""

from django.conf import settings

from lms.models import Profile, User


def language_of(user: User) -> str:
    """Return the language that a person has chosen, or the portal's."""
    profile = _profile(user)
    known = dict(settings.LANGUAGES)
    return profile.language if profile and profile.language in known else settings.LANGUAGE_CODE


def mail_address(user: User) -> str:
    """Return where mails to a person go; empty where there is none or the account is off."""
    return (user.email or "").strip() if user.is_active else ""


def wants_mail(user: User) -> bool:
    """Tell whether a person has left mails about ordinary things switched on."""
    profile = _profile(user)
    return profile is None or profile.email_notifications is not False


def _profile(user: User) -> Profile | None:
    try:
        return user.profile
    except Profile.DoesNotExist:
        return None
