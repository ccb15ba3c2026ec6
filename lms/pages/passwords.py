"""Pages on which people without a session ask for a link and set their password."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from lms.services.accounts import password_links
from portal.common.client_address import client_address
from portal.common.errors import AppError

# The address is a secret, but "no-referrer" would make browsers hide the origin of the form too,
# and Django refuses such a form; "same-origin" of the settings shows it to nobody else.
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


class NameForm(forms.Form):
    """Asks who has forgotten the password."""

    name = forms.CharField(
        label=_("User name or e-mail"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class NewPasswordForm(forms.Form):
    """Asks for a new password, twice."""

    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )
    again = forms.CharField(
        label=_("The same password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Check that both are the same."""
        cleaned = super().clean() or {}
        if "password" in cleaned and cleaned["password"] != cleaned.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return cleaned


class PublicPageView(View):
    """A page in the language that its address names."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in Russian or English, kept by no cache."""
        language = request.GET.get("lang")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        with translation.override(language):
            response = super().dispatch(request, *args, **kwargs)
        for name, value in _HEADERS.items():
            response[name] = value
        return response

    def show(
        self, template: str, context: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        """Render a page."""
        shown = {"language": translation.get_language(), **(context or {})}
        return render(self.request, f"lms/pages/{template}.html", shown, status=status)

    def show_error(self, error: AppError) -> HttpResponse:
        """Show a refusal as a page of its own."""
        response = self.show("message", {"error": error.message}, status=error.status)
        if error.retry_after_seconds:
            response["Retry-After"] = str(error.retry_after_seconds)
        return response


class ForgotPasswordView(PublicPageView):
    """Takes a name and answers the same whether or not somebody has it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self.show("forgot_password", {"form": NameForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Queue the links."""
        form = NameForm(request.POST)
        if not form.is_valid():
            return self.show("forgot_password", {"form": form}, status=400)
        try:
            password_links.request_reset(form.cleaned_data["name"], address=client_address(request))
        except AppError as error:
            return self.show_error(error)
        minutes = settings.PASSWORD_LINK_MINUTES
        return self.show("link_sent", {"minutes": minutes})


@method_decorator(sensitive_post_parameters("password", "again"), name="dispatch")
class SetPasswordView(PublicPageView):
    """Sets the password of the person of a link."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the form, or that the link does not work any more."""
        try:
            user = password_links.user_of_link(token)
        except AppError as error:
            return self.show_error(error)
        return self._form(NewPasswordForm(), user)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Set the password."""
        form = NewPasswordForm(request.POST)
        try:
            user = password_links.user_of_link(token)
            if not form.is_valid():
                return self._form(form, user, status=400)
            user = password_links.set_password_by_link(token, form.cleaned_data["password"])
        except ValidationError as error:
            form.add_error("password", error)
            return self._form(form, user, status=400)
        except AppError as error:
            return self.show_error(error)
        return self.show("password_set", {"person": user})

    def _form(self, form: NewPasswordForm, user: Any, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "person": user, "rules": password_validators_help_texts()}
        return self.show("set_password", context, status=status)
