"""The UNFOLD dict: titles, colours, sidebar; dotted callbacks only, no imports of apps."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def _static(path: str) -> Any:
    """Return a callback for the address of a static file, which is known only once apps run."""

    def address(request: HttpRequest) -> str:
        return static(path)

    return address


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "ATG Education Portal",
    "SITE_HEADER": "ATG Education Portal",
    "SITE_SUBHEADER": _("Training of gas compressor stations"),
    "SITE_URL": "lms.admin.navigation.site_url",
    "SITE_ICON": _static("portal/logo.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": _static("portal/favicon.svg")}
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "8px",
    "ENVIRONMENT": "lms.admin.navigation.environment",
    "DASHBOARD_CALLBACK": "lms.admin.dashboard.dashboard",
    "STYLES": [_static("portal/admin.css"), _static("lms/notices/notices.css")],
    "SCRIPTS": [
        _static("portal/inlines.js"),
        _static("portal/select-labels.js"),
        _static("portal/forms.js"),
    ],
    "LOGIN": {
        "image": _static("portal/login.svg"),
        "form": "portal.login_form.PortalAuthenticationForm",
    },
    "COMMAND": {"search_callback": "lms.admin.search.find", "show_history": True},
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "lms.admin.navigation.sidebar",
    },
    "TABS": "lms.admin.navigation.tabs",
    "COLORS": {
        # Petrol: calm beside content, 4.5 : 1 with white from 600 on.
        "primary": {
            "50": "oklch(97.6% .014 210)",
            "100": "oklch(94.2% .032 210)",
            "200": "oklch(88.4% .056 211)",
            "300": "oklch(80.2% .083 212)",
            "400": "oklch(70.6% .102 214)",
            "500": "oklch(63.6% .102 216)",
            "600": "oklch(50.2% .088 220)",
            "700": "oklch(43.4% .076 222)",
            "800": "oklch(37.6% .063 224)",
            "900": "oklch(32.2% .051 226)",
            "950": "oklch(24.4% .040 228)",
        },
    },
}
