"""Tables of questions: CSV and XLSX files, and the rules of their rows."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lms.errors import UnreadableQuestions
from lms.models import LessonTest, Option, Question
from lms.services.questions import importing, sheet
from tests import factories
from tests.lms.questions.question_tables import HEAD, HEAD_RU, ROW, csv_of, xlsx_of

pytestmark = pytest.mark.django_db

Admin = Callable[[str], Client]


def _upload(client: Client, test: Any, data: bytes) -> Any:
    url = f"/admin/lms/lessontest/{test.pk}/import-questions/"
    return client.post(url, {"file": SimpleUploadedFile("вопросы.csv", data)})


def _errors(*rows: str) -> list[list[str]]:
    preview = importing.preview_file(factories.LessonTestFactory(), csv_of(*rows))
    return [[str(error) for error in draft.errors] for draft in preview.drafts]


# --- Files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_read_with_usual_encodings_and_delimiters(
    encoding: str, delimiter: str, quiz: LessonTest
):
    text = "\r\n".join((HEAD_RU, ROW)).replace(";", delimiter)

    preview = importing.preview_file(quiz, text.encode(encoding))

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

    (draft,) = importing.preview_file(quiz, csv_of(row)).drafts

    assert draft.question == 'Что значит "Стоп; снова"?\nОтветьте.'


def test_a_workbook_is_read_with_numbers_empty_rows_and_values_of_formulas(quiz: LessonTest):
    data = xlsx_of(
        ["Question", "Option 1", "Option 2", "Right", "Points"],
        ["Сколько будет 2 + 2?", 4, 5.5, "#1", 3.0],
        [],
        ["Формула?", "да", "нет", "=1+1", None],
    )
    # openpyxl stores no value with a formula; a spreadsheet program does.
    data = _with_saved_value(data, formula="1+1", value="2")

    drafts = importing.preview_file(quiz, data).drafts

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
        csv_of(*[f"Вопрос {number}?;да;нет;;1;;" for number in range(501)]),
        b"x" * (2 * 1024 * 1024 + 1),
        xlsx_of(),
    ],
    ids=range(12),
)
def test_a_file_that_is_not_a_table_of_questions_is_refused(
    data: bytes, admin_client_for: Admin, quiz: LessonTest
):
    response = _upload(admin_client_for("admin"), quiz, data)

    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert Question.objects.count() == 1


def test_a_workbook_that_unpacks_to_much_is_not_opened():
    with pytest.raises(UnreadableQuestions):
        sheet.read_sheet(_bomb())


def test_five_hundred_questions_are_stored_with_few_queries(
    quiz: LessonTest, django_assert_max_num_queries: Any
):
    rows = [f"Вопрос {number}?;да;нет;;1;;" for number in range(500)]
    preview = importing.preview_file(quiz, csv_of(*rows))

    with django_assert_max_num_queries(40):
        assert importing.import_payload(quiz, preview.payload()) == 500

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
    (draft,) = importing.preview_file(factories.LessonTestFactory(), csv_of(row)).drafts

    assert (draft.right_index, draft.errors) == (index, [])


def test_a_question_that_is_already_in_the_test_is_left_out(quiz: LessonTest):
    preview = importing.preview_file(
        quiz, csv_of("первый? ;да;нет;;1;;", "Новый?;да;нет;;1;;", "НОВЫЙ?;да;нет;;1;;")
    )

    assert [draft.state for draft in preview.drafts] == ["repeated", "new", "repeated"]
