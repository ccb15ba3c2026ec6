"""Who may read the API's description and the states of services."""

import ipaddress
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from lms.admin.session_middleware import has_open_session
from portal.common.client_address import client_address


def may_read_internals(request: HttpRequest) -> bool:
    """Tell whether the caller is staff of the admin or asks from an allowed address."""
    return settings.INTERNALS_OPEN or _is_allowed_address(request) or _is_staff(request)


def for_internals(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a view that answers 403 to everybody else."""

    @wraps(view)
    def wrapped(request: HttpRequest, *arguments: object, **named: object) -> HttpResponseBase:
        if not may_read_internals(request):
            raise PermissionDenied
        return view(request, *arguments, **named)

    return wrapped


def _is_allowed_address(request: HttpRequest) -> bool:
    address = client_address(request)
    if address is None:
        return False
    found = ipaddress.ip_address(address)
    return any(found in network for network in settings.INTERNALS_ADDRESSES)


def _is_staff(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_staff", False)) and has_open_session(request)
