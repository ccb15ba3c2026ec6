"""A test as the employee sees it, with the right answers folded away."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from lms.admin.trail import trail_of
from lms.selectors import assessments
from lms.services.assessments import DEFAULT_PASSING_SCORE

_TEMPLATE = "lms/admin/test_preview.html"


class TestPreviewMixin:
    """Adds "Preview" to the page of a test, for those who may see it."""

    @action(description=_("Preview"), url_path="preview", permissions=["view"], icon="visibility")
    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the questions in order; stores nothing."""
        test = self.get_object(request, object_id)
        if test is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        questions = assessments.questions_of(test)
        for question in questions:
            question["picture_url"] = _picture_url(question["image"])
            question["choices"] = [
                {"text": text, "is_right": place == question["correct_index"]}
                for place, text in enumerate(question["options"])
            ]
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview"),
            "opts": self.opts,
            "test": test,
            "trail": trail_of(self, request, test),
            "questions": questions,
            "passing_score": test.passing_score or DEFAULT_PASSING_SCORE,
            "points_total": sum(question["points"] for question in questions),
            "back_url": reverse(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[test.pk]
            ),
        }
        return TemplateResponse(request, _TEMPLATE, context)


def _picture_url(image: str) -> str:
    """Return the address of a question's picture for somebody signed in to the admin."""
    if not image or image.startswith(("http://", "https://", "/")):
        return image
    return f"{reverse('media-preview')}?{urlencode({'key': image})}"
