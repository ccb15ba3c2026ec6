"""What the buttons of the pages about jobs do."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from lms.admin.deletion import following
from lms.admin.jobs.live import LiveModelAdmin
from portal.common.errors import AppError


def run_command(
    model_admin: LiveModelAdmin, request: HttpRequest, command: Callable[[], Any], done: str
) -> HttpResponse:
    """Run a command for those who may, leave a message, and lead back to where it came from."""

    def run(request: HttpRequest) -> HttpResponse:
        if not model_admin.has_manage_permission(request):
            raise PermissionDenied
        try:
            command()
        except AppError as error:
            model_admin.message_user(request, error.message, messages.ERROR)
        else:
            model_admin.message_user(request, done, messages.SUCCESS)
        opts = model_admin.opts
        context = {"preserved_filters": model_admin.get_preserved_filters(request), "opts": opts}
        address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        return HttpResponseRedirect(following(request, add_preserved_filters(context, address)))

    return require_POST(run)(request)
