"""The bell in the header of the admin: the last notices of the signed-in person, as JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST, require_safe

from lms.admin.json_requests import malformed
from lms.admin.request_user import request_user
from lms.models import User
from lms.selectors import notices as selectors
from lms.services.notices.notices import mark_read
from media_admin.api.responses import read_json, with_errors
from portal.common.errors import Forbidden, NotSignedIn

_SHOWN = 20


def _for_staff(
    view: Callable[[User, HttpRequest], dict[str, Any]],
) -> Callable[..., HttpResponseBase]:
    """Answer JSON to those who may enter the admin; nothing is cached."""

    @wraps(view)
    @with_errors
    def wrapped(request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            raise NotSignedIn
        user = request_user(request)
        if not (user.is_active and user.is_staff):
            raise Forbidden
        response = JsonResponse(view(user, request))
        add_never_cache_headers(response)
        return response

    return wrapped


@require_safe
@_for_staff
def latest(user: User, request: HttpRequest) -> dict[str, Any]:
    """Return the last notices and the number of unread ones."""
    return _answer(user)


@require_POST
@_for_staff
def read(user: User, request: HttpRequest) -> dict[str, Any]:
    """Mark the notices `ids` as read, or all of them without `ids`; return what `latest` does."""
    mark_read(user, _ids(read_json(request).get("ids")))
    return _answer(user)


def _answer(user: User) -> dict[str, Any]:
    rows = selectors.notice_rows(user.pk, limit=_SHOWN)
    return {
        "unread": selectors.unread_count(user.pk),
        "notices": [
            {
                "id": str(row["id"]),
                "title": row["title"],
                "text": row["text"],
                "path": row["path"],
                "time": date_format(localtime(row["created_at"]), "SHORT_DATETIME_FORMAT"),
                "isRead": row["read_at"] is not None,
            }
            for row in rows
        ],
    }


def _ids(value: object) -> list[UUID] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > _SHOWN:
        raise malformed()
    try:
        return [UUID(item) for item in value]
    except (ValueError, AttributeError, TypeError) as error:
        raise malformed() from error
