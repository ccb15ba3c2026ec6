"""Shows how people answered the questions of a test: as a page, and as JSON for the editor."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from lms.admin.questions.pages import page_context, page_url
from lms.selectors.questions import statistics as selectors
from lms.selectors.questions.statistics import QuestionFigures
from portal.common.mixin_bases import AdminBase

_TEMPLATE = "lms/admin/questions/statistics.html"
_FLAGS = {
    "too_easy": ("tooEasy", _("too easy")),
    "too_hard": ("tooHard", _("too hard")),
    "does_not_separate": ("doesNotSeparate", _("does not discriminate")),
}


class QuestionStatisticsMixin(AdminBase):
    """Adds "Statistics of questions" to the page of a test, for everybody who may view the test."""

    @action(
        description=_("Statistics of questions"),
        url_path="question-statistics",
        permissions=["view"],
        icon="bar_chart",
    )
    def question_statistics(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the table, or with ?as=json the same figures for the editor; changes nothing."""
        test = self.get_object(request, object_id)
        if test is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        figures = selectors.test_figures(test)
        if request.GET.get("as") == "json":
            return JsonResponse({"questions": {row.id: _json(row) for row in figures.questions}})
        context = page_context(self, request, test, title=_("Statistics of questions")) | {
            "figures": figures,
            "rows": [_row(row) for row in figures.questions],
            "limits": {
                "results": selectors.MAX_RESULTS,
                "answers": selectors.MIN_ANSWERS,
                "easy": selectors.TOO_EASY_PERCENT,
                "hard": selectors.TOO_HARD_PERCENT,
                "separation": selectors.LOWEST_DISCRIMINATION,
            },
            "may_change": self.has_change_permission(request, test),
            "editor_url": page_url(test, "edit_questions"),
        }
        return TemplateResponse(request, _TEMPLATE, context)


def _json(row: QuestionFigures) -> dict[str, Any]:
    return {
        "count": row.count,
        "sharePercent": row.share_percent,
        "choices": row.choices,
        "choicesCount": row.choices_count,
        "discrimination": row.discrimination,
        "flags": [_FLAGS[flag][0] for flag in row.flags],
    }


def _row(row: QuestionFigures) -> dict[str, Any]:
    return {
        "figures": row,
        "flags": [_FLAGS[flag][1] for flag in row.flags],
        "choices": [
            {"text": text, "count": row.choices[index], "is_right": index == row.correct_index}
            for index, text in enumerate(row.options)
        ],
    }
