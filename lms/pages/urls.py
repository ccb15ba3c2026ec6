"""Addresses of the portal's own pages."""

from django.urls import path

from lms.pages import passwords
from portal.common.routes import route, routes

urlpatterns = routes(
    # unfold's page of signing in shows a link to this name.
    route("account/forgot", passwords.ForgotPasswordView.as_view(), name="admin_password_reset"),
    [
        path(
            "account/password/<str:token>", passwords.SetPasswordView.as_view(), name="set_password"
        )
    ],
)
