"""Saving in the editor of a test's questions: rules, conflicts, malformed requests."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lms.models import (
    LessonTest,
    Option,
    Question,
    TestResult,
    User,
)
from media_admin.models import MediaFile
from tests import factories
from tests.lms.admin.questions.question_requests import (
    content,
    make_quiz,
    options_of,
    post,
    states_of,
)

pytestmark = pytest.mark.django_db

Admin = Callable[[str], Client]


@pytest.fixture
def quiz(db: None) -> LessonTest:
    """Return a test with three questions."""
    return make_quiz()


@pytest.fixture
def editor(admin_client_for: Admin) -> Client:
    """Return the client of an instructor."""
    return admin_client_for("instructor")


def test_saving_replaces_texts_answers_and_their_order(editor: Client, quiz: LessonTest):
    state = states_of(editor, quiz)[1]
    yes, no = state["options"]
    typed = content(
        question="  Кто разрешает?\r\nНазовите. ",
        explanation="СТО",
        points=5,
        options=[
            {"id": no["id"], "text": "никто", "isRight": False},
            {"id": None, "text": "диспетчер", "isRight": True},
        ],
    )

    response = post(
        editor, quiz, f"{state['id']}/save", {"version": state["version"], "content": typed}
    )

    question = Question.objects.get(pk=state["id"])
    assert (question.question, question.explanation, question.points, question.order_index) == (
        "Кто разрешает?\nНазовите.",
        "СТО",
        5,
        1,
    )
    assert options_of(question) == [("никто", False), ("диспетчер", True)]
    assert question.options.filter(pk=no["id"]).exists()
    assert not Option.objects.filter(pk=yes["id"]).exists()
    assert Option.everything.filter(pk=yes["id"]).exists()
    saved = response.json()["question"]
    assert saved["version"] != state["version"]
    assert saved == states_of(editor, quiz)[1]


def test_a_stale_version_is_refused_with_the_stored_question(editor: Client, quiz: LessonTest):
    state = states_of(editor, quiz)[0]
    action, data = f"{state['id']}/save", {"version": state["version"], "content": content()}
    stored = post(editor, quiz, action, data).json()["question"]

    late = post(editor, quiz, action, data | {"content": content(question="Позже?")})

    assert (late.status_code, late.json()["code"]) == (409, "question_changed")
    assert late.json()["stored"] | {"imageUrl": ""} == stored
    assert Question.objects.get(pk=state["id"]).question == "Что проверяют?"


def test_an_answer_changed_in_another_form_makes_the_version_stale(
    editor: Client, quiz: LessonTest
):
    state = states_of(editor, quiz)[0]
    Option.objects.filter(pk=state["options"][0]["id"]).update(option_text="конечно")

    response = post(
        editor,
        quiz,
        f"{state['id']}/save",
        {"version": state["version"], "content": content()},
    )

    assert response.status_code == 409
    assert response.json()["stored"]["options"][0]["text"] == "конечно"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"question": " "}, "question"),
        ({"question": "а" * 5001}, "question"),
        ({"question": "а\0б"}, "question"),
        ({"explanation": "а" * 5001}, "explanation"),
        ({"points": 0}, "points"),
        ({"points": 101}, "points"),
        ({"points": "5"}, "points"),
        ({"points": True}, "points"),
        ({"points": 1.5}, "points"),
        ({"points": 2**80}, "points"),
        ({"options": []}, "options"),
        ({"options": [{"text": "а", "isRight": True}]}, "options"),
        ({"options": [{"text": "а", "isRight": True}, {"text": "", "isRight": False}]}, "options"),
        (
            {"options": [{"text": "а", "isRight": True}, {"text": "А ", "isRight": False}]},
            "options",
        ),
        ({"options": [{"text": "а", "isRight": True}, {"text": "б", "isRight": True}]}, "options"),
        (
            {"options": [{"text": "а", "isRight": False}, {"text": "б", "isRight": False}]},
            "options",
        ),
        ({"options": [{"text": str(n), "isRight": n == 0} for n in range(11)]}, "options"),
        (
            {"options": [{"text": "а" * 1001, "isRight": True}, {"text": "б", "isRight": False}]},
            "options",
        ),
        (
            {
                "options": [
                    {"id": 1, "text": "а", "isRight": True},
                    {"id": 1, "text": "б", "isRight": False},
                ]
            },
            "options",
        ),
        ({"image": "questions/nobody.png"}, "image"),
    ],
)
@pytest.mark.parametrize("action", ["create", "save"])
def test_a_broken_rule_is_an_error_of_its_field_and_stores_nothing(
    action: str, changes: dict[str, Any], field: str, editor: Client, quiz: LessonTest
):
    state = states_of(editor, quiz)[0]
    data = {"version": state["version"], "content": content(**changes)}

    response = post(editor, quiz, f"{state['id']}/save" if action == "save" else action, data)

    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert list(response.json()["fields"]) == [field]
    assert response.json()["error"]
    assert states_of(editor, quiz)[0] == state
    assert quiz.questions.count() == 3


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[]",
        "{",
        "{}",
        '{"content": 1}',
        {"content": {"question": 1, "options": []}},
        {"content": {"question": "а", "options": {}}},
        {"content": {"question": "а", "options": [1]}},
        {"content": {"question": "а", "options": [{"text": "а", "isRight": 1}]}},
        {"content": {"question": "а", "options": [{"text": "а", "isRight": True, "id": "1"}]}},
        {"content": {"question": "а", "options": [{"text": "а", "isRight": True, "id": 2**70}]}},
        {"content": {"question": "а", "options": [{"text": "а", "isRight": True}] * 1000}},
        {"content": content(question="\ud800")},
        {"content": content(explanation=None)},
        {"content": content(), "after": "x"},
        {"content": content(), "key": 5},
    ],
)
def test_a_malformed_request_is_refused(data: Any, editor: Client, quiz: LessonTest):
    response = post(editor, quiz, "create", data)

    assert response.status_code == 400
    assert quiz.questions.count() == 3


def test_an_answer_of_another_question_is_refused(editor: Client, quiz: LessonTest):
    first, second, _third = states_of(editor, quiz)
    options = [first["options"][0], second["options"][1]]

    response = post(
        editor,
        quiz,
        f"{second['id']}/save",
        {"version": second["version"], "content": content(options=options)},
    )

    assert response.status_code == 400
    assert Option.objects.get(pk=first["options"][0]["id"]).question_id == first["id"]


@pytest.mark.parametrize("action", ["save", "duplicate", "delete"])
@pytest.mark.parametrize("which", ["other", "none", "huge"])
def test_a_question_of_another_test_is_not_found(
    action: str, which: str, editor: Client, quiz: LessonTest
):
    other = Question.objects.create(final_test=factories.FinalTestFactory(), question="Чужой?")
    pk = {"other": other.pk, "none": 10**6, "huge": 10**30}[which]

    response = post(editor, quiz, f"{pk}/{action}", {"version": "", "content": content()})

    assert (response.status_code, response.json()["code"]) == (404, "question_not_found")
    assert Question.objects.filter(pk=other.pk).exists()


def test_only_finished_uploads_and_the_stored_key_are_accepted(editor: Client, quiz: LessonTest):
    files = {"a.png": ("image", "ready"), "b.png": ("image", "pending"), "c.pdf": ("pdf", "ready")}
    for name, (kind, state) in files.items():
        MediaFile.objects.create(
            key=f"questions/{name}", original_name=name, kind=kind, state=state, size_bytes=1
        )

    statuses = [
        post(editor, quiz, "create", {"content": content(image=f"questions/{name}")}).status_code
        for name in files
    ]
    old = quiz.questions.first()
    Question.objects.filter(pk=old.pk).update(image="старый.png")
    state = next(row for row in states_of(editor, quiz) if row["id"] == old.pk)
    kept = post(
        editor,
        quiz,
        f"{old.pk}/save",
        {"version": state["version"], "content": content(image="старый.png")},
    )

    assert statuses == [200, 400, 400]
    assert kept.json()["question"]["image"] == "старый.png"


def test_saving_a_question_keeps_what_people_answered(editor: Client, quiz: LessonTest):
    state = states_of(editor, quiz)[0]
    answers = {"0": {"questionId": state["id"], "selectedAnswer": 0, "isCorrect": True}}
    result = TestResult.objects.create(
        user=User.objects.create_user("p", "pass-word-17"),
        lesson_test=quiz,
        score=100,
        passed=True,
        correct_answers=1,
        total_questions=1,
        answers_data=answers,
    )
    before = TestResult.objects.filter(pk=result.pk).values().get()

    post(
        editor,
        quiz,
        f"{state['id']}/save",
        {"version": state["version"], "content": content()},
    )
    version = states_of(editor, quiz)[0]["version"]
    post(editor, quiz, f"{state['id']}/delete", {"version": version})

    assert TestResult.objects.filter(pk=result.pk).values().get() == before
