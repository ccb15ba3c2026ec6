"""Chooses the language: people choose it in the admin; the API always uses LANGUAGE_CODE."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from portal.common.admin_paths import is_admin


class AdminLocaleMiddleware(LocaleMiddleware):
    """Django's choice by cookie and Accept-Language below /admin/ and /i18n/; else the default.

    The employee client has no language setting of its own and shows our texts as they are, so a
    browser's Accept-Language must not turn its messages into English.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of this request."""
        if is_admin(request):
            super().process_request(request)
            return
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Leave the API's answers independent of Accept-Language, so that caches keep one copy."""
        if is_admin(request):
            return super().process_response(request, response)
        return response
