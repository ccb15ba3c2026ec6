"""Bulk actions that change something first say what they touch, and go on after the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

Action = Callable[[Any, HttpRequest, QuerySet], HttpResponse | None]
_TEMPLATE = "admin/confirm_action.html"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked before a bulk action.

    Attributes:
        title: a lazy ngettext whose number `count` is that of the rows that would change.
        note: what happens to them, in a sentence.
        button: the answer that carries on.
        is_final: nothing brings back what the action takes away, and the button looks so.
        changing: narrows the selected rows to those that the action changes.
        lines: says line by line what these rows touch.
    """

    title: Any
    note: Any
    button: Any
    changing: Callable[[QuerySet], QuerySet]
    lines: Callable[[QuerySet], list[str]]
    is_final: bool = False


def confirmed(question: Question) -> Callable[[Action], Action]:
    """Ask the question before an action; without rows to change the action says so by itself."""

    def decorate(action: Action) -> Action:
        @wraps(action)
        def asking(
            model_admin: Any, request: HttpRequest, queryset: QuerySet
        ) -> HttpResponse | None:
            rows = question.changing(queryset)
            count = rows.count()
            if count == 0 or _is_answered(request, count):
                return action(model_admin, request, queryset)
            context = {
                **_impact_lines(question, queryset, rows=rows, count=count),
                **_answer_form(request, queryset, action=action.__name__, answer=count),
            }
            return _page(question, model_admin, request, context)

        return asking

    return decorate


def _is_answered(request: HttpRequest, count: int) -> bool:
    """Tell whether the person agreed; "all of the list" holds for as many rows as were shown."""
    answer = request.POST.get("post", "")
    return answer == str(count) if _is_across(request) else bool(answer)


def _impact_lines(
    question: Question, selected: QuerySet, *, rows: QuerySet, count: int
) -> dict[str, Any]:
    lines = question.lines(rows)
    idle = selected.count() - count
    if idle > 0:
        lines.append(_("Selected, but nothing to change: %(count)d") % {"count": idle})
    return {"question": question.title % {"count": count}, "lines": lines}


def _answer_form(
    request: HttpRequest, selected: QuerySet, *, action: str, answer: int
) -> dict[str, Any]:
    keys = selected.values_list("pk", flat=True)
    across = _is_across(request)
    return {
        "action": action,
        "answer": answer,
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
        # One key stands for "all of the list", which may be more than a form can hold.
        "keys": keys[:1] if across else keys,
        "across": across,
    }


def _page(
    question: Question, model_admin: Any, request: HttpRequest, context: dict[str, Any]
) -> HttpResponse:
    request.current_app = model_admin.admin_site.name
    common = {
        **model_admin.admin_site.each_context(request),
        "title": question.button,
        "opts": model_admin.opts,
        "media": model_admin.media,
        "note": question.note,
        "button_title": question.button,
        "answer_variant": "danger" if question.is_final else "primary",
        "answer_icon": "delete" if question.is_final else "check",
    }
    return TemplateResponse(request, _TEMPLATE, common | context)


def _is_across(request: HttpRequest) -> bool:
    return request.POST.get("select_across") == "1"
