"""The editor of a test's questions: who may use it, its page, its requests except saving."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lms.models import (
    BinEntry,
    ContentChange,
    LessonTest,
    Option,
    Question,
)
from lms.services.history import recycle_bin
from tests import factories
from tests.lms.admin.questions.question_requests import (
    content,
    make_quiz,
    options_of,
    post,
    states_of,
    texts_of,
    url_of,
)

pytestmark = pytest.mark.django_db

Admin = Callable[[str], Client]
ACTIONS = ["create", "sort", "paste"]
ACTIONS += [f"{{id}}/{name}" for name in ("save", "duplicate", "delete", "restore")]


@pytest.fixture
def quiz(db: None) -> LessonTest:
    """Return a test with three questions."""
    return make_quiz()


@pytest.fixture
def editor(admin_client_for: Admin) -> Client:
    """Return the client of an instructor."""
    return admin_client_for("instructor")


# --- Who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("instructor", 200), ("hr", 403), ("user", 302)]
)
def test_only_editors_see_the_page(role: str, status: int, admin_client_for: Admin, quiz: Any):
    assert admin_client_for(role).get(url_of(quiz)).status_code == status


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("role", "status", "code"), [("hr", 403, "forbidden"), ("user", 403, "forbidden")]
)
def test_others_may_not_change_questions(
    action: str, role: str, status: int, code: str, admin_client_for: Admin, quiz: LessonTest
):
    action = action.format(id=quiz.questions.first().pk)

    response = post(admin_client_for(role), quiz, action, {})

    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize("action", ACTIONS)
def test_somebody_signed_out_cannot_change_questions(action: str, quiz: LessonTest):
    action = action.format(id=quiz.questions.first().pk)

    signed_out = post(Client(), quiz, action, {})
    seen = Client().get(url_of(quiz, action))

    assert (signed_out.status_code, signed_out.json()["code"]) == (401, "not_signed_in")
    assert seen.status_code == 405
    assert texts_of(quiz) == ["Вопрос 0?", "Вопрос 1?", "Вопрос 2?"]


def test_a_request_without_the_csrf_header_is_refused(quiz: LessonTest, editor: Client):
    client = Client(enforce_csrf_checks=True)
    client.cookies = editor.cookies

    assert post(client, quiz, "create", {"content": content()}).status_code == 403
    assert quiz.questions.count() == 3


def test_the_page_of_a_test_and_the_list_lead_to_the_editor(editor: Client, quiz: LessonTest):
    change = editor.get(f"/admin/lms/lessontest/{quiz.pk}/change/").content.decode()
    rows = editor.get("/admin/lms/lessontest/").content.decode()

    assert url_of(quiz) in change
    assert url_of(quiz) in rows


def test_the_page_of_a_deleted_test_redirects_and_its_requests_answer_404(
    editor: Client, quiz: LessonTest
):
    LessonTest.objects.all().delete()

    assert editor.get(url_of(quiz)).status_code == 302
    assert post(editor, quiz, "create", {"content": content()}).status_code == 404


# --- The page -----------------------------------------------------------------------------------


def test_the_page_shows_all_questions_in_order_with_few_queries(
    editor: Client, quiz: LessonTest, django_assert_max_num_queries: Any
):
    for number in range(97):
        question = Question.objects.create(lesson_test=quiz, question=f"Ещё {number}?")
        Option.objects.create(question=question, option_text="да")

    with django_assert_max_num_queries(12):
        states = states_of(editor, quiz)

    assert len(states) == 100
    last = states[-1]
    assert last | {"id": 0, "version": "", "options": []} == {
        "id": 0,
        "version": "",
        "question": "Вопрос 2?",
        "explanation": "",
        "points": 3,
        "image": "",
        "imageUrl": "",
        "options": [],
    }
    assert [(row["text"], row["isRight"]) for row in last["options"]] == [
        ("да", True),
        ("нет", False),
    ]


# --- Adding, copying, deleting, sorting ---------------------------------------------------------


@pytest.mark.parametrize(("after", "index"), [(0, 1), (2, 3), (None, 3)])
def test_a_new_question_is_stored_after_the_named_one(
    after: int | None, index: int, editor: Client, quiz: LessonTest
):
    ids = [state["id"] for state in states_of(editor, quiz)]
    named = None if after is None else ids[after]

    post(editor, quiz, "create", {"after": named, "content": content()})

    assert texts_of(quiz).index("Что проверяют?") == index
    quiz.refresh_from_db()
    assert quiz.questions_count == 4


def test_a_repeated_creation_stores_one_question(editor: Client, quiz: LessonTest):
    data = {"key": "a1", "content": content()}

    first, second = (post(editor, quiz, "create", data).json() for _time in range(2))
    post(editor, quiz, "create", data | {"key": "a2"})

    assert first["question"]["id"] == second["question"]["id"]
    assert quiz.questions.count() == 5


def test_a_final_test_has_the_editor_too(admin_client_for: Admin):
    test = factories.FinalTestFactory()

    post(admin_client_for("admin"), test, "create", {"content": content()})

    question = test.questions.get()
    assert (question.test_type, question.test_id) == ("final", test.pk)
    assert options_of(question) == [("масло", True), ("цвет", False)]


def test_a_copy_is_stored_after_its_original_with_new_answers(editor: Client, quiz: LessonTest):
    state = states_of(editor, quiz)[0]

    copy = post(editor, quiz, f"{state['id']}/duplicate", {}).json()["question"]

    assert texts_of(quiz) == ["Вопрос 0?", "Вопрос 0?", "Вопрос 1?", "Вопрос 2?"]
    assert states_of(editor, quiz)[1] == copy
    assert {row["id"] for row in copy["options"]} & {row["id"] for row in state["options"]} == set()
    assert [row["text"] for row in copy["options"]] == ["да", "нет"]


def test_a_deleted_question_is_restored_as_it_was(editor: Client, quiz: LessonTest):
    state = states_of(editor, quiz)[1]
    before = Question.objects.filter(pk=state["id"]).values().get()

    entry = post(editor, quiz, f"{state['id']}/delete", {"version": state["version"]}).json()
    gone, count = texts_of(quiz), LessonTest.objects.get().questions_count
    answers = [post(editor, quiz, f"{state['id']}/restore", entry) for _time in range(2)]

    assert (gone, count) == (["Вопрос 0?", "Вопрос 2?"], 2)
    after = Question.objects.filter(pk=state["id"]).values().get()
    assert after | {"updated_at": None} == before | {"updated_at": None}
    restored = states_of(editor, quiz)[1]
    assert restored["options"] == state["options"]
    assert answers[1].json()["order"] == [row["id"] for row in states_of(editor, quiz)]
    assert LessonTest.objects.get().questions_count == 3


def test_a_stale_deletion_is_refused(editor: Client, quiz: LessonTest):
    state = states_of(editor, quiz)[1]
    Question.objects.get(pk=state["id"]).save()

    response = post(editor, quiz, f"{state['id']}/delete", {"version": state["version"]})

    assert response.status_code == 409
    assert quiz.questions.count() == 3


def test_the_bin_names_who_deleted_a_question(editor: Client, quiz: LessonTest):
    state = states_of(editor, quiz)[1]

    post(editor, quiz, f"{state['id']}/delete", {"version": state["version"]})

    entry = BinEntry.objects.get()
    assert (entry.model, entry.object_id, entry.title) == (
        "question",
        str(state["id"]),
        "Вопрос 1?",
    )
    assert entry.deleted_by.role == "instructor"
    assert entry.counts == {"question": 1, "option": 2}
    assert Question.everything.filter(pk=state["id"]).exists()


@pytest.mark.parametrize("which", ["another entry", "another test", "emptied"])
def test_only_a_deletion_of_this_question_is_undone(which: str, editor: Client, quiz: LessonTest):
    first, second, _third = states_of(editor, quiz)
    entries = [
        post(editor, quiz, f"{row['id']}/delete", {"version": row["version"]}).json()["entry"]
        for row in (first, second)
    ]
    target: Any = factories.FinalTestFactory() if which == "another test" else quiz
    if which == "emptied":
        recycle_bin.purge(BinEntry.objects.get(pk=entries[0]))
    entry = entries[1] if which == "another entry" else entries[0]

    response = post(editor, target, f"{first['id']}/restore", {"entry": entry})

    assert (response.status_code, response.json()["code"]) == (409, "undo_expired")
    assert quiz.questions.count() == 1


def test_every_change_is_in_the_history(editor: Client, quiz: LessonTest):
    first, second, third = states_of(editor, quiz)
    ContentChange.objects.all().delete()

    post(editor, quiz, "sort", {"order": [second["id"], first["id"], third["id"]]})
    sorted_ = list(ContentChange.objects.order_by("object_id").values_list("kind", "object_id"))
    ContentChange.objects.all().delete()
    shown = post(editor, quiz, "paste", {"text": "1. Новый?\nа) да *\nб) нет"}).json()
    post(editor, quiz, "paste", {"payload": shown["payload"]})
    pasted = list(ContentChange.objects.order_by("pk").values_list("kind", "model"))

    assert sorted_ == [("change", str(first["id"])), ("change", str(second["id"]))]
    assert pasted == [("create", "question"), ("create", "option"), ("create", "option")]
    assert {change.user.role for change in ContentChange.objects.all()} == {"instructor"}


def test_sorting_keeps_the_versions(editor: Client, quiz: LessonTest):
    states = states_of(editor, quiz)
    order = [states[2]["id"], states[0]["id"], states[1]["id"]]

    response = post(editor, quiz, "sort", {"order": order})

    assert (response.status_code, response.json()) == (200, {})
    assert states_of(editor, quiz) == [states[2], states[0], states[1]]


@pytest.mark.parametrize("change", ["missing", "twice", "foreign"])
def test_an_order_of_other_questions_is_refused_with_the_stored_one(
    change: str, editor: Client, quiz: LessonTest
):
    ids = [state["id"] for state in states_of(editor, quiz)]
    order = {"missing": ids[:2], "twice": [ids[0], ids[1], ids[1]], "foreign": [*ids[:2], 10**6]}

    response = post(editor, quiz, "sort", {"order": order[change]})

    assert (response.status_code, response.json()["code"]) == (409, "question_order_changed")
    assert response.json()["stored"] == ids


@pytest.mark.parametrize("order", [None, "1,2", [1.5], ["1"], [True], [0], [None]])
def test_a_malformed_order_is_refused(order: Any, editor: Client, quiz: LessonTest):
    assert post(editor, quiz, "sort", {"order": order}).status_code == 400


# --- Pasting ------------------------------------------------------------------------------------


def test_a_pasted_text_is_shown_first_and_then_added(editor: Client, quiz: LessonTest):
    text = "1. Вопрос 0?\nа) да *\nб) нет\n\n2. Новый?\nа) да\nб) нет\nОтвет: б\n\n3. Пустой?"

    shown = post(editor, quiz, "paste", {"text": text}).json()
    stored_before = quiz.questions.count()
    added = post(editor, quiz, "paste", {"payload": shown["payload"]}).json()["questions"]

    assert shown["counts"] == {"new": 1, "repeated": 1, "refused": 1}
    assert [draft["state"] for draft in shown["drafts"]] == ["repeated", "new", "refused"]
    assert shown["drafts"][1] | {"reasons": []} == {
        "line": 5,
        "question": "Новый?",
        "options": ["да", "нет"],
        "rightIndex": 1,
        "state": "new",
        "reasons": [],
    }
    assert stored_before == 3
    assert added == states_of(editor, quiz)[3:]
    again = post(editor, quiz, "paste", {"payload": shown["payload"]})
    assert again.status_code == 409


@pytest.mark.parametrize("data", [{}, {"text": ""}, {"text": 1}, {"payload": ""}, {"payload": 1}])
def test_a_malformed_paste_is_refused(data: Any, editor: Client, quiz: LessonTest):
    assert post(editor, quiz, "paste", data).status_code == 400
    assert quiz.questions.count() == 3


# --- Cost ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["create", "save", "duplicate", "delete", "sort"])
def test_requests_cost_the_same_however_many_questions_there_are(
    action: str, editor: Client, quiz: LessonTest, django_assert_max_num_queries: Any
):
    for number in range(100):
        question = Question.objects.create(lesson_test=quiz, question=f"Ещё {number}?")
        Option.objects.create(question=question, option_text="да")
    states = states_of(editor, quiz)
    state = states[-1]
    data = {
        "version": state["version"],
        "content": content(),
        "after": states[0]["id"],
        "order": [row["id"] for row in reversed(states)],
    }
    path = action if action in {"create", "sort"} else f"{state['id']}/{action}"

    # Most of them are the history's, and the bin's for an answer that is left out.
    with django_assert_max_num_queries(45):
        assert post(editor, quiz, path, data).status_code == 200
