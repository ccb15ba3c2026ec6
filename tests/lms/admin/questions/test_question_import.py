"""Questions from a file, in the admin."""

import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from lms.errors import UnreadableQuestions
from lms.models import FinalTest, LessonTest, Option, Question
from lms.services.questions import importing, sheet
from tests import factories
from tests.lms.questions.question_tables import ROW, csv_of

pytestmark = pytest.mark.django_db

Admin = Callable[[str], Client]


def _url(test: Any, page: str = "import-questions") -> str:
    return f"/admin/lms/{test._meta.model_name}/{test.pk}/{page}/"


def _upload(client: Client, test: Any, data: bytes, name: str = "вопросы.csv") -> Any:
    return client.post(_url(test), {"file": SimpleUploadedFile(name, data)})


def _payload(response: Any) -> str:
    found = re.search(r'<textarea name="rows" hidden>(.*?)</textarea>', response.content.decode())
    assert found, "the page offers no confirmation"
    return html.unescape(found.group(1))


def _errors(*rows: str) -> list[list[str]]:
    preview = importing.preview_file(factories.LessonTestFactory(), csv_of(*rows))
    return [[str(error) for error in draft.errors] for draft in preview.drafts]


# --- The page -----------------------------------------------------------------------------------


def test_upload_preview_and_confirm_add_the_questions(admin_client_for: Admin, quiz: LessonTest):
    client = admin_client_for("instructor")

    preview = _upload(client, quiz, csv_of(ROW, "Кто разрешает?;Диспетчер;Любой;Никто;любой;;"))
    stored_before = Question.objects.count()
    done = client.post(_url(quiz), {"rows": _payload(preview)})

    assert stored_before == 1
    assert (done.status_code, done["Location"]) == (302, _url(quiz, "change"))
    rows = [
        (row.question, row.points, row.explanation, row.order_index, row.test_id, row.test_type)
        for row in quiz.questions.order_by("order_index")
    ]
    assert rows[1:] == [
        ("Что проверяют первым?", 2, "Иначе выйдут из строя.", 5, quiz.pk, "lesson"),
        ("Кто разрешает?", 1, None, 6, quiz.pk, "lesson"),
    ]
    options = Option.objects.filter(question__order_index=6).order_by("order_index")
    assert list(options.values_list("option_text", "is_correct", "order_index")) == [
        ("Диспетчер", False, 0),
        ("Любой", True, 1),
        ("Никто", False, 2),
    ]
    quiz.refresh_from_db()
    assert quiz.questions_count == 3


def test_questions_are_imported_into_a_final_test_too(admin_client_for: Admin):
    test, client = factories.FinalTestFactory(), admin_client_for("admin")

    client.post(_url(test), {"rows": _payload(_upload(client, test, csv_of(ROW)))})

    question = FinalTest.objects.get().questions.get()
    assert (question.test_type, question.options.filter(is_correct=True).count()) == ("final", 1)


def test_a_bad_row_is_shown_and_left_out_of_what_is_confirmed(
    admin_client_for: Admin, quiz: LessonTest
):
    client = admin_client_for("admin")
    preview = _upload(client, quiz, csv_of(ROW, "Без ответов?;Да;;;1;;", "первый?;да;нет;;1;;"))

    counts = preview.context["preview"].counts
    stored_before = Question.objects.count()
    client.post(_url(quiz), {"rows": _payload(preview)})

    assert counts == {"new": 1, "repeated": 1, "refused": 1}
    assert "portal-sheet-wrong" in preview.content.decode()
    assert stored_before == 1
    questions = quiz.questions.order_by("order_index").values_list("question", flat=True)
    assert list(questions) == ["Первый?", "Что проверяют первым?"]


def test_a_file_without_a_new_question_cannot_be_confirmed(
    admin_client_for: Admin, quiz: LessonTest
):
    response = _upload(admin_client_for("admin"), quiz, csv_of("Без ответов?;Да;;;1;;"))

    assert '<textarea name="rows"' not in response.content.decode()


def test_a_pasted_text_is_shown_and_stored(admin_client_for: Admin, quiz: LessonTest):
    client = admin_client_for("instructor")
    text = "1. Кто разрешает пуск?\nа) любой\nб) диспетчер\nОтвет: б\n\n2. Без ответов?\n"

    preview = client.post(_url(quiz), {"text": text})
    client.post(_url(quiz), {"rows": _payload(preview)})

    assert preview.context["preview"].format == "text"
    assert "2. Без ответов?" in preview.content.decode()  # the text is shown for correction
    question = quiz.questions.get(order_index=5)
    assert question.question == "Кто разрешает пуск?"
    assert question.options.get(is_correct=True).option_text == "диспетчер"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "file"),
        ({"text": "  "}, "file"),
        ({"text": "а" * (1024 * 1024 + 1)}, "text"),
    ],
)
def test_an_empty_or_too_large_source_is_refused_at_its_field(
    data: dict[str, str], field: str, admin_client_for: Admin, quiz: LessonTest
):
    response = admin_client_for("admin").post(_url(quiz), data)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]


def test_a_file_and_a_text_at_once_are_refused(admin_client_for: Admin, quiz: LessonTest):
    data = {"text": "1. А?", "file": SimpleUploadedFile("a.csv", csv_of(ROW))}

    response = admin_client_for("admin").post(_url(quiz), data)

    assert response.context["form"].errors["file"]


@pytest.mark.parametrize(
    ("kind", "name", "format_"),
    [
        ("csv", "questions.csv", "table"),
        ("gift", "questions.gift", "gift"),
        ("aiken", "questions-aiken.txt", "aiken"),
        ("text", "questions-text.txt", "text"),
    ],
)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_sample_is_read_back_without_errors(
    kind: str, name: str, format_: str, language: str, admin_client_for: Admin, quiz: LessonTest
):
    client = admin_client_for("admin")
    client.cookies["django_language"] = language

    response = client.get(f"{_url(quiz)}?sample={kind}")
    preview = importing.preview_file(quiz, response.content, name=name)

    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert preview.format == format_
    assert preview.drafts
    assert {draft.state for draft in preview.drafts} == {"new"}


def test_a_bad_row_smuggled_into_the_confirmation_stores_nothing(
    admin_client_for: Admin, quiz: LessonTest
):
    client = admin_client_for("admin")
    payload = _payload(_upload(client, quiz, csv_of(ROW, "Второй?;Да;Нет;;1;;")))

    client.post(_url(quiz), {"rows": payload.replace('"Нет"', '"да"')})

    assert Question.objects.count() == 1


@pytest.mark.parametrize("payload", ["", "[]", "{}", '{"before": 1, "rows": []}', '{"rows": 1}'])
def test_a_malformed_confirmation_is_refused(
    payload: str, admin_client_for: Admin, quiz: LessonTest
):
    response = admin_client_for("admin").post(_url(quiz), {"rows": payload}, follow=True)

    assert response.status_code == 200
    assert Question.objects.count() == 1


def test_confirming_twice_adds_the_questions_once(admin_client_for: Admin, quiz: LessonTest):
    client = admin_client_for("admin")
    payload = _payload(_upload(client, quiz, csv_of(ROW)))

    for _time in range(2):
        client.post(_url(quiz), {"rows": payload})

    assert Question.objects.count() == 2


def test_the_cached_content_is_replaced(
    admin_client_for: Admin, quiz: LessonTest, django_capture_on_commit_callbacks: Any
):
    from lms.services import response_cache

    client = admin_client_for("admin")
    payload = _payload(_upload(client, quiz, csv_of(ROW)))
    before = response_cache.version()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(_url(quiz), {"rows": payload})

    assert response_cache.version() != before


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("instructor", 200), ("hr", 403), ("user", 302)]
)
@pytest.mark.parametrize("page", ["import-questions", "preview"])
def test_only_editors_reach_the_pages(
    role: str, status: int, page: str, admin_client_for: Admin, quiz: LessonTest
):
    assert admin_client_for(role).get(_url(quiz, page)).status_code == status


def test_hr_cannot_confirm_an_import(admin_client_for: Admin, quiz: LessonTest):
    payload = _payload(_upload(admin_client_for("admin"), quiz, csv_of(ROW)))

    response = admin_client_for("hr").post(_url(quiz), {"rows": payload})

    assert (response.status_code, Question.objects.count()) == (403, 1)


@pytest.mark.parametrize("page", ["import-questions", "preview"])
def test_the_pages_of_a_deleted_test_redirect(page: str, admin_client_for: Admin, quiz: LessonTest):
    url = _url(quiz, page)
    LessonTest.objects.all().delete()

    assert admin_client_for("admin").get(url).status_code == 302


def test_the_page_of_a_test_leads_to_both(admin_client_for: Admin, quiz: LessonTest):
    page = admin_client_for("instructor").get(_url(quiz, "change")).content.decode()

    assert _url(quiz) in page
    assert _url(quiz, "preview") in page


def test_the_template_is_read_back_with_its_example(admin_client_for: Admin, quiz: LessonTest):
    response = admin_client_for("admin").get(f"{_url(quiz)}?template=1")
    book = load_workbook(io.BytesIO(response.content))

    assert len(book.worksheets) == 2
    with pytest.raises(UnreadableQuestions):  # the first sheet is empty
        sheet.read_sheet(response.content)
    book.remove(book.worksheets[0])
    buffer = io.BytesIO()
    book.save(buffer)
    preview = importing.preview_file(quiz, buffer.getvalue())
    assert [draft.errors for draft in preview.drafts] == [[]]


def test_a_repeated_question_smuggled_into_the_confirmation_stores_nothing(
    admin_client_for: Admin, quiz: LessonTest
):
    client = admin_client_for("admin")
    payload = _payload(_upload(client, quiz, csv_of(ROW)))

    client.post(_url(quiz), {"rows": payload.replace("Что проверяют первым?", "Первый?")})

    assert Question.objects.count() == 1
