"""The editor of a test's questions: its page, and the requests by which it saves.

The requests are POST with session, CSRF header and JSON, below
/admin/lms/<kind of test>/<number>/questions/:
create {key, after, content}        -> {question}
<id>/save {version, content}        -> {question}; 409 with `stored`, the state that others saved
<id>/duplicate {}                   -> {question}
<id>/delete {version}               -> {entry}, the entry of the bin; 409 as for save
<id>/restore {entry}                -> {question, order}
sort {order}                        -> {}; 409 with `stored`, the present order
paste {text}                        -> {drafts, counts, format, payload}; stores nothing
paste {payload}                     -> {questions}, the added ones
`content` is {question, explanation, points, image, options: [{id, text, isRight}]}.
"""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from lms.admin import json_requests as read
from lms.admin.questions.pages import page_context, page_url, picture_url
from lms.admin.questions.request_data import content, question_request
from lms.admin.questions.texts import editor_texts
from lms.models import User
from lms.services.questions import editor, importing, rules
from lms.services.questions.editor import AnyTest
from lms.services.questions.formats import samples
from lms.services.questions.import_rows import MAX_OPTIONS
from media_admin.widgets import DirectUploadField
from portal.common.mixin_bases import AdminBase

_TEMPLATE = "lms/admin/questions/editor.html"
_MOST_QUESTIONS = 10_000
_LONGEST_PASTE = 2 * 1024 * 1024
_LONGEST_PAYLOAD = 4 * 1024 * 1024
_LIMITS = {
    "question": rules.MAX_QUESTION_LENGTH,
    "explanation": rules.MAX_EXPLANATION_LENGTH,
    "option": rules.MAX_OPTION_LENGTH,
    "points": rules.MAX_POINTS,
    "minOptions": rules.MIN_OPTIONS,
    "maxOptions": MAX_OPTIONS,
}


class QuestionEditorMixin(AdminBase):
    """Adds "Questions" to the page and the row of a test, for everybody who may change it."""

    @action(
        description=_("Questions"), url_path="questions", permissions=["change"], icon="checklist"
    )
    def edit_questions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the editor with all questions of the test; changes nothing."""
        test = self.get_object(request, object_id)
        if test is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        states = [_shown(state) for state in editor.list_states(test)]
        base = page_url(test, "edit_questions")
        statistics_url = page_url(test, "question_statistics")
        context = page_context(self, request, test, title=_("Questions")) | {
            "editor": {
                "base": base,
                "media": picture_url("key").removesuffix("key"),
                "questions": states,
                "limits": _LIMITS,
                "texts": editor_texts(),
                "statistics": f"{statistics_url}?as=json",
            },
            "statistics_url": statistics_url,
            "text_example": samples.text_example(),
            "upload": _upload_field(),
            "preview_url": page_url(test, "preview"),
            "import_url": page_url(test, "import_questions"),
        }
        return TemplateResponse(request, _TEMPLATE, context)

    def get_urls(self) -> list[URLPattern]:
        """Add the endpoints of the editor."""
        base = "<path:object_id>/questions"
        one = f"{base}/<int:question_id>"
        return [
            path(f"{base}/create/", self.create_question),
            path(f"{base}/sort/", self.sort_questions),
            path(f"{base}/paste/", self.paste_questions),
            path(f"{one}/save/", self.save_question),
            path(f"{one}/duplicate/", self.duplicate_question),
            path(f"{one}/delete/", self.delete_question),
            path(f"{one}/restore/", self.restore_question),
            *super().get_urls(),
        ]

    @question_request
    def create_question(self, request: HttpRequest, test: AnyTest, data: Any) -> dict[str, Any]:
        """Store a new question."""
        state = editor.create(
            test,
            content(data.get("content")),
            after=read.optional_number(data.get("after")),
            key=read.text(data.get("key", ""), longest=64),
        )
        return {"question": _shown(state)}

    @question_request
    def save_question(
        self, request: HttpRequest, test: AnyTest, data: Any, *, question_id: int
    ) -> dict[str, Any]:
        """Replace a question."""
        typed, version = content(data.get("content")), read.text(data.get("version"))
        state = editor.save(test, question_id, typed, version=version, by=_user_of(request))
        return {"question": _shown(state)}

    @question_request
    def duplicate_question(
        self, request: HttpRequest, test: AnyTest, data: Any, *, question_id: int
    ) -> dict[str, Any]:
        """Copy a question."""
        return {"question": _shown(editor.duplicate(test, question_id))}

    @question_request
    def delete_question(
        self, request: HttpRequest, test: AnyTest, data: Any, *, question_id: int
    ) -> dict[str, Any]:
        """Move a question to the bin."""
        version = read.text(data.get("version"))
        entry = editor.delete(test, question_id, version=version, by=_user_of(request))
        return {"entry": entry}

    @question_request
    def restore_question(
        self, request: HttpRequest, test: AnyTest, data: Any, *, question_id: int
    ) -> dict[str, Any]:
        """Restore a question from the bin."""
        entry = read.number(data.get("entry"))
        state = editor.restore(test, question_id, entry_id=entry, by=_user_of(request))
        order = [row["id"] for row in editor.list_states(test)]
        return {"question": _shown(state), "order": order}

    @question_request
    def sort_questions(self, request: HttpRequest, test: AnyTest, data: Any) -> dict[str, Any]:
        """Put the questions in order."""
        editor.sort(test, read.numbers(data.get("order"), most=_MOST_QUESTIONS))
        return {}

    @question_request
    def paste_questions(self, request: HttpRequest, test: AnyTest, data: Any) -> dict[str, Any]:
        """Show which questions a text would add, or add the questions of a preview."""
        if "payload" not in data:
            pasted = read.text(data.get("text"), longest=_LONGEST_PASTE)
            return _preview_json(importing.preview_text(test, pasted))
        payload = read.text(data["payload"], longest=_LONGEST_PAYLOAD)
        count = importing.import_payload(test, payload)
        states = editor.list_states(test)[-count:]
        return {"questions": [_shown(state) for state in states]}


def _user_of(request: HttpRequest) -> User:
    """Return the user; `question_request` lets only people in who are signed in."""
    return cast("User", request.user)


def _shown(state: editor.QuestionState) -> dict[str, Any]:
    return {**state, "imageUrl": picture_url(state["image"])}


def _preview_json(preview: importing.Preview) -> dict[str, Any]:
    drafts = [
        {
            "line": draft.line,
            "question": draft.question,
            "options": draft.options,
            "rightIndex": draft.right_index,
            "state": draft.state,
            "reasons": [*map(str, draft.errors), *filter(None, [draft.repeated, draft.note])],
        }
        for draft in preview.drafts
    ]
    return {
        "drafts": drafts,
        "counts": preview.counts,
        "format": preview.format_name,
        "payload": preview.payload(),
    }


def _upload_field() -> str:
    """Return the upload widget; the page copies it into the question that gets a picture."""
    field = DirectUploadField(prefix="questions", accepted_kinds=("image",), required=False)
    return field.widget.render("image", "", attrs={"id": "q-image"})
