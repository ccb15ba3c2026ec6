"""Breadcrumbs: links from an object to its parents, shown above its form."""

from typing import Any

from django.contrib.admin import site
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from unfold.admin import ModelAdmin

_TITLE_LENGTH = 60


def breadcrumbs_of(
    model_admin: ModelAdmin, request: HttpRequest, obj: Model | None
) -> list[dict[str, Any]]:
    """List the parents, topmost first, as {kind, title, url}.

    The url is None when the person may not open the page.

    On the page of a new object the parent is the one that the address names, as in ?lesson=7.
    """
    steps: list[dict[str, Any]] = []
    current: Model | None = obj
    for number, name in enumerate(model_admin.breadcrumbs_path(obj)):
        if current is not None:
            current = getattr(current, name, None)
        elif number == 0:
            parent_model = model_admin.opts.get_field(name).related_model
            current = named_parent(parent_model, request.GET.get(name))
        if current is None:
            break
        steps.append(_step(request, current))
    return steps[::-1]


def link_to(request: HttpRequest, obj: Model) -> str | None:
    """Return the address of an object's page, or None when the person may not see it."""
    if not site.is_registered(type(obj)):
        return None
    if not site.get_model_admin(type(obj)).has_view_or_change_permission(request, obj):
        return None
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def named_parent(model: type[Model], key: str | None) -> Model | None:
    """Return the object with this key, or None when there is none or the key is malformed."""
    if not key:
        return None
    try:
        return model._default_manager.filter(pk=key).first()
    except (ValueError, OverflowError, ValidationError):
        return None


def _step(request: HttpRequest, obj: Model) -> dict[str, Any]:
    return {
        "kind": obj._meta.verbose_name,
        "title": Truncator(str(obj)).chars(_TITLE_LENGTH),
        "url": link_to(request, obj),
    }
