"""Behaviour of every list in the admin: it remembers its order and shows the filters in use."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR, IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG, ORDER_VAR, PAGE_VAR, ChangeList
from django.core.exceptions import FieldError, ValidationError
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from portal.common.active_filters import active_filters
from portal.common.mixin_bases import AdminBase

# What a database, its driver or Python say to numbers, dates and patterns that cannot be. Django
# notices some of them by itself, and others only when the query runs.
_UNANSWERABLE = (DatabaseError, OverflowError, ValueError, TypeError, ValidationError, FieldError)
_KEPT_FOR = timedelta(days=365)
_COLUMNS = re.compile(r"-?\d{1,2}(\.-?\d{1,2}){0,9}")


class ListPaginator(Paginator):
    """Shows the number of rows in words that fit every model."""

    template_name = "admin/pages_and_total.html"


class PortalListMixin(AdminBase):
    """Shows the filters in use above a list, and remembers its order.

    A list that is opened without parameters is sorted as the person last sorted it.

    A cookie and not the session: that ends within hours, and each change of it would prolong it.
    The cookie is named after person and list and sent to the pages of the list alone.
    """

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Add the filters in use for the template.

        A filter in the address that no database can answer is left out, and a message says so:
        Django then redirects to the list without it.
        """
        try:
            changelist = super().get_changelist_instance(request)
            changelist.active_filters = active_filters(changelist)
        except (IncorrectLookupParameters, *_UNANSWERABLE) as error:
            if ERROR_FLAG not in request.GET:
                text = _("The filter in the address is not valid and was left out.")
                messages.warning(request, text)
            raise IncorrectLookupParameters from error
        return changelist

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the remembered order, or show the list and remember its order."""
        if request.method != "GET" or IS_POPUP_VAR in request.GET:
            return super().changelist_view(request, extra_context)
        remembered = request.COOKIES.get(self._order_cookie(request), "")
        if not request.GET and _COLUMNS.fullmatch(remembered):
            return HttpResponseRedirect(f"{request.path}?{ORDER_VAR}={remembered}")
        chosen = request.GET.get(ORDER_VAR)
        extra = {"default_order_url": _in_default_order(request)} if chosen else {}
        response = super().changelist_view(request, {**(extra_context or {}), **extra})
        if chosen is not None and chosen != remembered:
            self._remember(request, response, chosen)
        return response

    def _remember(self, request: HttpRequest, response: HttpResponse, chosen: str) -> None:
        name = self._order_cookie(request)
        if _COLUMNS.fullmatch(chosen):
            response.set_cookie(
                name,
                chosen,
                max_age=_KEPT_FOR,
                path=request.path,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        else:
            response.delete_cookie(name, path=request.path, samesite="Lax")

    def _order_cookie(self, request: HttpRequest) -> str:
        key = str(request.user.pk).replace("-", "")
        return f"order_{self.opts.model_name}_{key}"


def _in_default_order(request: HttpRequest) -> str:
    """Return the address of the same rows; its empty order parameter makes the list forget."""
    query = request.GET.copy()
    query[ORDER_VAR] = ""
    query.pop(PAGE_VAR, None)
    return f"?{query.urlencode()}"
