"""The page that takes questions from a file: upload, look at every row, confirm."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget

from lms.admin.trail import trail_of
from lms.errors import UnreadableQuestions
from lms.services import question_import, question_sheet
from portal.common.errors import AppError

_TEMPLATE = "lms/admin/question_import.html"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class QuestionFileForm(forms.Form):
    """Asks for the file."""

    file = forms.FileField(
        label=_("File with questions"),
        help_text=_("XLSX or CSV, at most 2 MB and 500 questions."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv,text/csv"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > question_sheet.MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        return file


class QuestionImportMixin:
    """Adds "Import questions" to the page of a test, for those who may change it."""

    @action(
        description=_("Import questions"),
        url_path="import-questions",
        permissions=["change"],
        icon="upload_file",
    )
    def import_questions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the form, then every row of the file, then store all of them or none."""
        test = self.get_object(request, object_id)
        if test is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method != "POST":
            return self._template_or_form(request, test)
        if "rows" in request.POST:
            return self._confirm(request, test)
        form = QuestionFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, test, form=form)
        try:
            preview = question_import.preview_file(test, form.cleaned_data["file"].read())
        except UnreadableQuestions as error:
            form.add_error("file", error.message)
            return self._page(request, test, form=form)
        return self._page(request, test, form=QuestionFileForm(), preview=preview)

    def _template_or_form(self, request: HttpRequest, test: Any) -> HttpResponse:
        if "template" not in request.GET:
            return self._page(request, test, form=QuestionFileForm())
        name = 'attachment; filename="questions.xlsx"'
        return HttpResponse(
            question_sheet.template(),
            content_type=_XLSX,
            headers={"Content-Disposition": name},
        )

    def _confirm(self, request: HttpRequest, test: Any) -> HttpResponse:
        try:
            count = question_import.import_payload(test, request.POST["rows"])
        except AppError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.path)
        text = ngettext(
            "%(count)d question was added.", "%(count)d questions were added.", count
        ) % {"count": count}
        self.log_change(request, test, text)
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self._change_url(test))

    def _page(self, request: HttpRequest, test: Any, **context: Any) -> HttpResponse:
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import questions"),
            "opts": self.opts,
            "test": test,
            "trail": trail_of(self, request, test),
            "headings": question_sheet.headings(),
            "back_url": self._change_url(test),
            **context,
        }
        return TemplateResponse(request, _TEMPLATE, context)

    def _change_url(self, test: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[test.pk])
