"""The page that imports questions from a file or a text: first a preview, then a confirmation."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget

from lms.admin.questions.pages import page_context, page_url
from lms.errors import UnreadableQuestions
from lms.selectors.questions.tests import AnyTest
from lms.services.questions import importing, sheet
from lms.services.questions.formats import EXTENSIONS, samples
from lms.services.questions.import_rows import MAX_BYTES
from portal.common.downloads import file_download
from portal.common.errors import AppError
from portal.common.mixin_bases import AdminBase

_TEMPLATE = "lms/admin/questions/import.html"


class QuestionSourceForm(forms.Form):
    """Asks for a file or a text."""

    file = forms.FileField(
        label=_("File with questions"),
        help_text=_("XLSX, CSV, GIFT or TXT, at most 2 MB and 500 questions."),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ",".join(EXTENSIONS)}),
    )
    text = forms.CharField(
        label=_("or paste a text"),
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file and file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        """Check that there is either a file or a text."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        has_text = bool((cleaned.get("text") or "").strip())
        if not cleaned.get("file") and not has_text:
            self.add_error("file", _("Choose a file or paste a text."))
        if cleaned.get("file") and has_text:
            self.add_error("file", _("Choose either a file or a text, not both."))
        return cleaned

    def preview(self, test: AnyTest) -> importing.Preview | None:
        """Return what the source would add, or None after an error, which its field shows."""
        file = self.cleaned_data["file"]
        try:
            if file:
                return importing.preview_file(test, file.read(), name=file.name)
            return importing.preview_text(test, self.cleaned_data["text"])
        except UnreadableQuestions as error:
            self.add_error("file" if file else "text", error.message)
            return None


class QuestionImportMixin(AdminBase):
    """Adds "Import questions" to the page of a test, for everybody who may change the test."""

    @action(
        description=_("Import questions"),
        url_path="import-questions",
        permissions=["change"],
        icon="upload_file",
    )
    def import_questions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the form, then a preview, then store all new questions or none."""
        test = self.get_object(request, object_id)
        if test is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method != "POST":
            return self._sample_or_form(request, test)
        if "rows" in request.POST:
            return self._confirm(request, test)
        form = QuestionSourceForm(request.POST, request.FILES)
        preview = form.preview(test) if form.is_valid() else None
        return self._import_page(request, test, form=form, preview=preview)

    def _sample_or_form(self, request: HttpRequest, test: AnyTest) -> HttpResponse:
        kind = "xlsx" if "template" in request.GET else request.GET.get("sample", "")
        found = samples.sample(kind)
        if found is None:
            return self._import_page(request, test, form=QuestionSourceForm())
        return file_download(found.content, name=found.name, content_type=found.content_type)

    def _confirm(self, request: HttpRequest, test: AnyTest) -> HttpResponse:
        try:
            count = importing.import_payload(test, request.POST["rows"])
        except AppError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.path)
        text = ngettext(
            "%(count)d question was added.", "%(count)d questions were added.", count
        ) % {"count": count}
        self.log_change(request, test, text)
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(page_url(test, "change"))

    def _import_page(self, request: HttpRequest, test: AnyTest, **context: Any) -> HttpResponse:
        context = page_context(self, request, test, title=_("Import questions")) | {
            "headings": sheet.headings(),
            "text_example": samples.text_example(),
            **context,
        }
        return TemplateResponse(request, _TEMPLATE, context)
