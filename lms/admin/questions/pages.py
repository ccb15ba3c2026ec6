"""Context and addresses of the pages about the questions of one test."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from lms.admin.breadcrumbs import breadcrumbs_of
from lms.selectors.questions.tests import AnyTest


def page_context(
    model_admin: Any, request: HttpRequest, test: AnyTest, *, title: str | Promise
) -> dict[str, Any]:
    """Return the context of a page about a test: that of the site, breadcrumbs, a link back."""
    request.current_app = model_admin.admin_site.name
    return {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "test": test,
        "breadcrumbs": breadcrumbs_of(model_admin, request, test),
        "back_url": page_url(test, "change"),
    }


def page_url(test: AnyTest, page: str) -> str:
    """Return the address of a page of a test: `page` is "change" or the name of an action."""
    opts = test._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[test.pk])


def picture_url(image: str | None) -> str:
    """Return the address of a question's picture for people who are signed in to the admin."""
    if not image or image.startswith(("http://", "https://", "/")):
        return image or ""
    return f"{reverse('media-preview')}?{urlencode({'key': image})}"
