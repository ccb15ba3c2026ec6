"""What the pages below a station share: who may, their context and addresses."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse

from lms.admin.breadcrumbs import breadcrumbs_of
from lms.models import Station, User
from lms.services.stations.lists import LISTS, StationList


def may_see(request: HttpRequest, made: StationList) -> bool:
    """Tell whether a person may see the rows of this list."""
    return request.user.has_perm(f"lms.view_{made.model._meta.model_name}")


def may_fill(request: HttpRequest, made: StationList) -> bool:
    """Tell whether a person may add, change and delete rows of this list."""
    name = made.model._meta.model_name
    return all(request.user.has_perm(f"lms.{act}_{name}") for act in ("add", "change", "delete"))


def user_of(request: HttpRequest) -> User:
    """Return the person who uses the admin; it lets nobody in without a sign-in."""
    return cast(User, request.user)


def list_named(name: str) -> StationList:
    """Return the list of this name.

    Raises:
        Http404: there is none.
    """
    if name not in LISTS:
        raise Http404
    return LISTS[name]


def require(allowed: bool) -> None:
    """Refuse whoever may not.

    Raises:
        PermissionDenied: not allowed.
    """
    if not allowed:
        raise PermissionDenied


def page_context(
    model_admin: Any, request: HttpRequest, station: Station, *, title: Any
) -> dict[str, Any]:
    """Return the context of a page below a station: the site's, the way up and the way back."""
    request.current_app = model_admin.admin_site.name
    return {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "original": station,
        "station": station,
        "breadcrumbs": breadcrumbs_of(model_admin, request, station),
        "back_url": address("lms_station_change", station.pk),
    }


def address(name: str, *arguments: Any) -> str:
    """Return the address of a page of the admin, or "" where there is no such page."""
    try:
        return reverse(f"admin:{name}", args=arguments)
    except NoReverseMatch:
        return ""


def tab_address(station: Station, made: StationList) -> str:
    """Return the address of the station's page with the tab of a list open."""
    prefix = made.model.station.field.remote_field.get_accessor_name()
    return f"{address('lms_station_change', station.pk)}#{prefix}"
