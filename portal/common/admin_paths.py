"""Which requests are for pages of people who sign in by cookie: the admin's."""

from django.http import HttpRequest

# In Django's session: the id of the row in user_sessions.
SESSION_ID_KEY = "user_session"
_PREFIXES = ("/admin", "/i18n")


def is_admin(request: HttpRequest) -> bool:
    """Tell whether a request is for a page of the admin."""
    return request.path_info.startswith(_PREFIXES)
