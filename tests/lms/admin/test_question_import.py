"""Questions from a file, in the admin."""

import html
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from lms.errors import UnreadableQuestions
from lms.models import FinalTest, LessonTest, Option, Question
from lms.services import question_import, question_sheet
from tests import factories

pytestmark = pytest.mark.django_db

Admin = Callable[[str], Client]
HEAD = "question;option 1;option 2;option 3;right;points;explanation"
HEAD_RU = "Вопрос;Вариант 1;Вариант 2;Вариант 3;Правильный ответ;Баллы;Пояснение"
ROW = "Что проверяют первым?;Уровень масла;Цвет ограждения;;1;2;Иначе выйдут из строя."


@pytest.fixture
def quiz(db: None) -> LessonTest:
    """Return a test with one question."""
    test = factories.LessonTestFactory()
    question = Question.objects.create(lesson_test=test, question="Первый?", order_index=4)
    for place in range(2):
        Option.objects.create(question=question, option_text=str(place), is_correct=place == 0)
    return test


def _csv(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join((HEAD, *rows)).encode(encoding)


def _xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _url(test: Any, page: str = "import-questions") -> str:
    return f"/admin/lms/{test._meta.model_name}/{test.pk}/{page}/"


def _upload(client: Client, test: Any, data: bytes, name: str = "вопросы.csv") -> Any:
    return client.post(_url(test), {"file": SimpleUploadedFile(name, data)})


def _payload(response: Any) -> str:
    found = re.search(r'<textarea name="rows" hidden>(.*?)</textarea>', response.content.decode())
    assert found, "the page offers no confirmation"
    return html.unescape(found.group(1))


def _errors(*rows: str) -> list[list[str]]:
    preview = question_import.preview_file(factories.LessonTestFactory(), _csv(*rows))
    return [[str(error) for error in draft.errors] for draft in preview.drafts]


# --- The page -----------------------------------------------------------------------------------


def test_upload_preview_and_confirm_add_the_questions(admin_client_for: Admin, quiz: LessonTest):
    client = admin_client_for("instructor")

    preview = _upload(client, quiz, _csv(ROW, "Кто разрешает?;Диспетчер;Любой;Никто;любой;;"))
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


def test_a_final_test_takes_questions_too(admin_client_for: Admin):
    test, client = factories.FinalTestFactory(), admin_client_for("admin")

    client.post(_url(test), {"rows": _payload(_upload(client, test, _csv(ROW)))})

    question = FinalTest.objects.get().questions.get()
    assert (question.test_type, question.options.filter(is_correct=True).count()) == ("final", 1)


def test_a_file_with_one_bad_row_stores_nothing_and_says_where(
    admin_client_for: Admin, quiz: LessonTest
):
    response = _upload(admin_client_for("admin"), quiz, _csv(ROW, "Без ответов?;Да;;;1;;"))

    page = response.content.decode()
    assert "portal-sheet-wrong" in page
    assert '<textarea name="rows"' not in page
    assert Question.objects.count() == 1


def test_a_bad_row_smuggled_into_the_confirmation_stores_nothing(
    admin_client_for: Admin, quiz: LessonTest
):
    client = admin_client_for("admin")
    payload = _payload(_upload(client, quiz, _csv(ROW, "Второй?;Да;Нет;;1;;")))

    client.post(_url(quiz), {"rows": payload.replace('"Нет"', '"да"')})

    assert Question.objects.count() == 1


@pytest.mark.parametrize("payload", ["", "[]", "{}", '{"before": 1, "rows": []}', '{"rows": 1}'])
def test_a_confirmation_that_is_none_is_refused(
    payload: str, admin_client_for: Admin, quiz: LessonTest
):
    response = admin_client_for("admin").post(_url(quiz), {"rows": payload}, follow=True)

    assert response.status_code == 200
    assert Question.objects.count() == 1


def test_confirming_twice_adds_the_questions_once(admin_client_for: Admin, quiz: LessonTest):
    client = admin_client_for("admin")
    payload = _payload(_upload(client, quiz, _csv(ROW)))

    for _time in range(2):
        client.post(_url(quiz), {"rows": payload})

    assert Question.objects.count() == 2


def test_the_cached_content_is_replaced(
    admin_client_for: Admin, quiz: LessonTest, django_capture_on_commit_callbacks: Any
):
    from lms.services import content_cache

    client = admin_client_for("admin")
    payload = _payload(_upload(client, quiz, _csv(ROW)))
    before = content_cache.version()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(_url(quiz), {"rows": payload})

    assert content_cache.version() != before


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("instructor", 200), ("hr", 403), ("user", 302)]
)
@pytest.mark.parametrize("page", ["import-questions", "preview"])
def test_only_editors_reach_the_pages(
    role: str, status: int, page: str, admin_client_for: Admin, quiz: LessonTest
):
    assert admin_client_for(role).get(_url(quiz, page)).status_code == status


def test_hr_cannot_confirm_an_import(admin_client_for: Admin, quiz: LessonTest):
    payload = _payload(_upload(admin_client_for("admin"), quiz, _csv(ROW)))

    response = admin_client_for("hr").post(_url(quiz), {"rows": payload})

    assert (response.status_code, Question.objects.count()) == (403, 1)


@pytest.mark.parametrize("page", ["import-questions", "preview"])
def test_a_test_that_is_gone_leads_away(page: str, admin_client_for: Admin, quiz: LessonTest):
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
        question_sheet.read_sheet(response.content)
    book.remove(book.worksheets[0])
    buffer = io.BytesIO()
    book.save(buffer)
    preview = question_import.preview_file(quiz, buffer.getvalue())
    assert [draft.errors for draft in preview.drafts] == [[]]


# --- Files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_any_usual_csv_is_read(encoding: str, delimiter: str, quiz: LessonTest):
    text = "\r\n".join((HEAD_RU, ROW)).replace(";", delimiter)

    preview = question_import.preview_file(quiz, text.encode(encoding))

    (draft,) = preview.drafts
    assert (draft.question, draft.options, draft.right_index, draft.points, draft.errors) == (
        "Что проверяют первым?",
        ["Уровень масла", "Цвет ограждения"],
        0,
        2,
        [],
    )


def test_a_cell_may_hold_quotes_delimiters_and_lines(quiz: LessonTest):
    row = '"Что значит ""Стоп; снова""?\nОтветьте.";Да;Нет;;1;;'

    (draft,) = question_import.preview_file(quiz, _csv(row)).drafts

    assert draft.question == 'Что значит "Стоп; снова"?\nОтветьте.'


def test_a_workbook_is_read_with_numbers_empty_rows_and_values_of_formulas(quiz: LessonTest):
    data = _xlsx(
        ["Question", "Option 1", "Option 2", "Right", "Points"],
        ["Сколько будет 2 + 2?", 4, 5.5, "#1", 3.0],
        [],
        ["Формула?", "да", "нет", "=1+1", None],
    )
    # openpyxl stores no value with a formula; a spreadsheet program does.
    data = _with_saved_value(data, formula="1+1", value="2")

    drafts = question_import.preview_file(quiz, data).drafts

    assert [(d.line, d.options, d.right_index, d.points, d.errors) for d in drafts] == [
        (2, ["4", "5.5"], 0, 3, []),
        (4, ["да", "нет"], 1, 1, []),
    ]


def _with_saved_value(data: bytes, *, formula: str, value: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for member in source.infolist():
            body = re.sub(
                rb"<f>%s</f><v ?(/>|></v>)" % re.escape(formula).encode(),
                f"<f>{formula}</f><v>{value}</v>".encode(),
                source.read(member),
            )
            target.writestr(member, body)
    return buffer.getvalue()


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (60 * 1024 * 1024))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00",
        b"PK\x03\x04 broken",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        HEAD.encode(),
        "question;option 1;option 2\r\nА?;да;нет".encode(),
        f"{HEAD};стоимость\r\n{ROW}".encode(),
        f"{HEAD};question\r\n{ROW}".encode(),
        f"{HEAD};option 7\r\n{ROW}".encode(),
        _csv(*[f"Вопрос {number}?;да;нет;;1;;" for number in range(501)]),
        b"x" * (2 * 1024 * 1024 + 1),
        _xlsx(),
    ],
    ids=range(12),
)
def test_a_file_that_is_no_table_of_questions_is_refused(
    data: bytes, admin_client_for: Admin, quiz: LessonTest
):
    response = _upload(admin_client_for("admin"), quiz, data)

    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert Question.objects.count() == 1


def test_a_workbook_that_unpacks_to_much_is_not_opened():
    with pytest.raises(UnreadableQuestions):
        question_sheet.read_sheet(_bomb())


def test_five_hundred_questions_are_taken_with_few_queries(
    quiz: LessonTest, django_assert_max_num_queries: Any
):
    rows = [f"Вопрос {number}?;да;нет;;1;;" for number in range(500)]
    preview = question_import.preview_file(quiz, _csv(*rows))

    with django_assert_max_num_queries(40):
        assert question_import.import_payload(quiz, preview.payload()) == 500

    assert Option.objects.filter(is_correct=True).count() == 501


# --- Rows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        ";да;нет;;1;;",
        "А?;да;;;1;;",
        "А?;да;да;;1;;",
        "А?;да;Да ;;1;;",
        "А?;да;нет;;;;",
        "А?;да;нет;;3;;",
        "А?;да;нет;;может быть;;",
        "А?;да;нет;;1,2;;",
        "А?;да;нет;;#3;;",
        "А?;2;3;;2;;",
        "А?;да;нет;;1;много;",
        "А?;да;нет;;1;0;",
        "А?;да;нет;;1;101;",
        f"{'а' * 5001};да;нет;;1;;",
        f"А?;{'а' * 1001};нет;;2;;",
    ],
)
def test_a_row_that_breaks_a_rule_has_one_clear_error(row: str):
    ((error,),) = _errors(row)

    assert error


@pytest.mark.parametrize(
    ("row", "index"),
    [
        ("А?;да;нет;;2;;", 1),
        ("А?;да;нет;;НЕТ;;", 1),
        ("А?;2;3;;#2;;", 1),
        ("А?;2;3;;№ 1;;", 0),
        ("А?;3;2;;2;;", 1),
        ("А?;10;20;30;20;;", 1),
        ("А?;да;;нет;3;;", 1),
    ],
)
def test_the_right_answer_is_a_number_or_a_text(row: str, index: int):
    (draft,) = question_import.preview_file(factories.LessonTestFactory(), _csv(row)).drafts

    assert (draft.right_index, draft.errors) == (index, [])


def test_a_question_that_is_there_already_is_an_error(quiz: LessonTest):
    preview = question_import.preview_file(
        quiz, _csv("первый? ;да;нет;;1;;", "Новый?;да;нет;;1;;", "НОВЫЙ?;да;нет;;1;;")
    )

    assert [len(draft.errors) for draft in preview.drafts] == [1, 0, 1]
