"""Shows a test as the employee sees it; the right answers are hidden until they are opened."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from lms.admin.questions.pages import page_context, picture_url
from lms.selectors.questions import tests
from lms.services.questions.attempts import DEFAULT_PASSING_SCORE
from portal.common.mixin_bases import AdminBase

_TEMPLATE = "lms/admin/questions/preview.html"


class TestPreviewMixin(AdminBase):
    """Adds "Preview" to the page of a test, for everybody who may view the test."""

    @action(description=_("Preview"), url_path="preview", permissions=["view"], icon="visibility")
    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the questions in order; stores nothing."""
        test = self.get_object(request, object_id)
        if test is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        questions = tests.questions_of(test)
        context = page_context(self, request, test, title=_("Preview")) | {
            "questions": [_shown(question) for question in questions],
            "passing_score": test.passing_score or DEFAULT_PASSING_SCORE,
            "points_total": sum(question["points"] for question in questions),
        }
        return TemplateResponse(request, _TEMPLATE, context)


def _shown(question: tests.QuestionRow) -> dict[str, Any]:
    choices = [
        {"text": text, "is_right": index == question["correct_index"]}
        for index, text in enumerate(question["options"])
    ]
    return {**question, "picture_url": picture_url(question["image"]), "choices": choices}
