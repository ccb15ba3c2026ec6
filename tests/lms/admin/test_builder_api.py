"""The builder's requests: what each act does, who may, and that people's facts stay as they are."""

import json

import pytest
from django.apps import apps
from django.urls import reverse

from lms.models import (
    BinEntry,
    ContentChange,
    CourseProgram,
    Enrollment,
    FinalTest,
    Lesson,
    LessonTest,
    Option,
    Question,
    TestResult,
    Topic,
    TopicFile,
    TopicProgress,
)
from media_admin.services import objects
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> CourseProgram:
    """Three lessons of three topics, a file in each topic, tests."""
    program = factories.ProgramFactory()
    for place in range(3):
        lesson = factories.LessonFactory(
            course_program=program, order_index=place, title=f"Урок {place}"
        )
        factories.LessonTestFactory(lesson=lesson)
        for n in range(3):
            topic = factories.TopicFactory(lesson=lesson, order_index=n, title=f"Тема {place}.{n}")
            factories.TopicFileFactory(topic=topic, file_type="main_pdf")
    factories.FinalTestFactory(course_program=program)
    return program


@pytest.fixture
def editor(admin_client_for):
    """A browser signed in as an instructor."""
    return admin_client_for("instructor")


@pytest.fixture
def send(editor, program):
    """Return a sender of acts that checks the status and returns the answer."""

    def act(status: int = 200, **data):
        answer = editor.post(_url(program, "act"), data, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    return act


def _url(program: CourseProgram, part: str) -> str:
    return reverse("admin:lms_courseprogram_builder", args=[program.pk]) + part


def _tree(editor, program) -> dict:
    return editor.get(_url(program, "tree")).json()["program"]


def _titles(editor, program) -> list[tuple[str, list[str]]]:
    lessons = _tree(editor, program)["lessons"]
    return [(each["title"], [topic["title"] for topic in each["topics"]]) for each in lessons]


def _lesson(place: int) -> Lesson:
    return Lesson.objects.get(title=f"Урок {place}")


def _topic(name: str) -> Topic:
    return Topic.objects.get(title=f"Тема {name}")


def test_the_tree_holds_everything_in_seven_queries(editor, program, django_assert_max_num_queries):
    Lesson.objects.filter(title="Урок 2").update(is_active=False)
    with django_assert_max_num_queries(12):
        tree = _tree(editor, program)

    assert [lesson["isActive"] for lesson in tree["lessons"]] == [True, True, False]
    file = tree["lessons"][0]["topics"][0]["files"][0]
    assert file["fileType"] == "main_pdf"
    assert file["url"].endswith(f"/topicfile/{file['id']}/change/")
    assert tree["tests"][0]["kind"] == "finaltest"
    assert tree["lessons"][0]["tests"][0]["questionsUrl"]


def test_a_lesson_is_added_in_its_place_with_a_key(send, editor, program):
    answer = send(act="add", kind="lesson", title=" Новый ", before=_lesson(1).pk)

    assert [title for title, _topics in _titles(editor, program)] == [
        "Урок 0",
        "Новый",
        "Урок 1",
        "Урок 2",
    ]
    assert Lesson.objects.get(pk=answer["node"]["id"]).lesson_key
    program.refresh_from_db()
    assert (program.lessons_count, answer["treeVersion"]) == (4, program.tree_version)


def test_topics_tests_and_files_are_added(send, editor, program):
    lesson = _lesson(0)
    topic = send(act="add", kind="topic", parent=lesson.pk, title="Ещё")["node"]
    key = "stations/1/course_program/topics/5/1763_план.pdf"
    objects.store_bytes(key, b"%PDF-1.4", content_type="application/pdf")
    file = send(act="add", kind="file", parent=topic["id"], key=key, title="План")["node"]
    test = send(act="add", kind="lessontest", parent=lesson.pk, title="Проверка")["node"]
    final = send(act="add", kind="finaltest", title="Итог")["node"]

    assert (file["title"], file["fileType"], file["size"]) == ("План", "main_pdf", "8 Б")
    assert _titles(editor, program)[0][1][-1] == "Ещё"
    assert (test["kind"], final["kind"]) == ("lessontest", "finaltest")


def test_a_file_that_the_store_does_not_have_is_refused(send):
    answer = send(400, act="add", kind="file", parent=_topic("0.0").pk, key="no/such.pdf")

    assert answer["fields"]
    assert TopicFile.objects.count() == 9


def test_fields_are_saved_and_recorded(send, program):
    topic = _topic("1.1")
    node = send(
        act="edit",
        kind="topic",
        id=topic.pk,
        version=topic.version,
        fields={"title": "Пуск", "code": "2.1", "duration": "", "isActive": False},
    )["node"]

    topic.refresh_from_db()
    assert (topic.title, topic.code, topic.duration, topic.is_active) == (
        "Пуск",
        "2.1",
        None,
        False,
    )
    assert node["version"] == topic.version == 1
    change = ContentChange.objects.filter(model="topic", kind="change").get()
    assert change.user.role == "instructor"
    assert change.root_id == str(program.pk)


def test_two_editors_do_not_overwrite_each_other(send, program):
    topic = _topic("0.0")
    edit = {"act": "edit", "kind": "topic", "id": topic.pk, "version": topic.version}
    send(**edit, fields={"title": "Первый"})

    refused = send(409, **edit, fields={"title": "Второй"})

    assert (refused["code"], refused["stored"]["title"]) == ("stale", "Первый")
    kept = send(**edit | {"version": refused["stored"]["version"]}, fields={"title": "Второй"})
    assert kept["node"]["title"] == "Второй"


def test_topics_move_between_lessons_in_the_order_of_the_request(send, editor, program):
    moved = [_topic("0.2").pk, _topic("0.0").pk]
    send(act="move", kind="topic", ids=moved, parent=_lesson(1).pk, before=_topic("1.1").pk)

    assert _titles(editor, program)[:2] == [
        ("Урок 0", ["Тема 0.1"]),
        ("Урок 1", ["Тема 1.0", "Тема 0.2", "Тема 0.0", "Тема 1.1", "Тема 1.2"]),
    ]


def test_moves_of_two_editors_both_hold_and_do_not_make_edits_stale(send, editor, program):
    topic = _topic("0.0")
    send(act="move", kind="lesson", ids=[_lesson(2).pk], before=_lesson(0).pk)
    send(act="move", kind="topic", ids=[topic.pk], parent=_lesson(0).pk, before=None)
    send(
        act="edit", kind="topic", id=topic.pk, version=topic.version, fields={"title": "Тема 0.0!"}
    )

    assert _titles(editor, program) == [
        ("Урок 2", ["Тема 2.0", "Тема 2.1", "Тема 2.2"]),
        ("Урок 0", ["Тема 0.1", "Тема 0.2", "Тема 0.0!"]),
        ("Урок 1", ["Тема 1.0", "Тема 1.1", "Тема 1.2"]),
    ]


def test_a_second_main_pdf_becomes_a_document_when_it_moves_in(send):
    file = _topic("0.0").files.get()
    send(act="move", kind="file", ids=[file.pk], parent=_topic("0.1").pk)

    file.refresh_from_db()
    assert (file.file_type, file.topic.title) == ("additional_document", "Тема 0.1")


def test_what_is_gone_is_said_and_nothing_moves(send, editor, program):
    lesson = _lesson(1)
    entry = send(act="delete", kind="lesson", id=lesson.pk)
    before = _titles(editor, program)

    for act in (
        {"act": "move", "kind": "topic", "ids": [_topic("0.0").pk], "parent": lesson.pk},
        {"act": "move", "kind": "lesson", "ids": [_lesson(2).pk], "before": lesson.pk},
        {"act": "edit", "kind": "lesson", "id": lesson.pk, "version": 0, "fields": {"title": "x"}},
        {"act": "add", "kind": "topic", "parent": lesson.pk, "title": "x"},
        {"act": "delete", "kind": "lesson", "id": lesson.pk},
        {"act": "restore", "entry": entry["entry"] + 1},
    ):
        assert send(409, **act)["code"] == "gone"
    assert _titles(editor, program) == before


def test_a_deletion_is_undone_whole(send, editor, program):
    before = _tree(editor, program)
    deleted = send(act="delete", kind="lesson", id=_lesson(1).pk)
    assert deleted["touched"]["counts"]["topic"] == 3
    assert len(_tree(editor, program)["lessons"]) == 2

    back = send(act="restore", entry=deleted["entry"])

    assert (back["kind"], back["notes"]) == ("lesson", [])
    assert _tree(editor, program) == before
    assert not BinEntry.objects.exists()


def test_a_copy_of_a_lesson_has_everything_and_keys_of_its_own(send, editor, program):
    lesson = _lesson(0)
    question = Question.objects.create(question="Что?", lesson_test=lesson.tests.get())
    Option.objects.create(question=question, option_text="да", is_correct=True)

    node = send(act="duplicate", kind="lesson", id=lesson.pk)["node"]

    assert [title for title, _t in _titles(editor, program)][:2] == ["Урок 0", "Урок 0 (копия)"]
    copy = Lesson.objects.get(pk=node["id"])
    assert copy.topics.count() == TopicFile.objects.filter(topic__lesson=copy).count() == 3
    assert copy.tests.get().pk != lesson.tests.get().pk
    assert copy.tests.get().questions.get().options.get().is_correct
    keys = [each.lesson_key for each in (lesson, copy)]
    assert len(set(keys)) == 2 and copy.lesson_key
    assert not {t.topic_key for t in copy.topics.all()} & {t.topic_key for t in lesson.topics.all()}


def test_the_queries_of_a_copy_do_not_follow_its_size(send, program, django_assert_max_num_queries):
    lesson = _lesson(0)
    topics = factories.TopicFactory.create_batch(30, lesson=lesson)
    for topic in topics:
        factories.TopicFileFactory(topic=topic, file_type="main_pdf")

    with django_assert_max_num_queries(60):
        send(act="duplicate", kind="lesson", id=lesson.pk)


def test_a_program_is_copied_to_another_station_switched_off(editor, program):
    other = factories.StationFactory()
    answer = editor.post(_url(program, "copy"), {"station": other.pk}, "application/json")

    assert answer.status_code == 200
    copy = CourseProgram.objects.get(station=other)
    assert answer.json()["url"] == _url(copy, "")
    assert (copy.is_active, copy.title) == (False, program.title)
    assert (copy.lessons_count, copy.topics_count, copy.tests_count) == (3, 9, 4)
    assert (
        editor.post(_url(program, "copy"), {"station": 99999}, "application/json").status_code
        == 404
    )


def test_an_edit_of_the_tree_leaves_people_as_they_are(send, program, make_user):
    """1,000 facts, byte for byte, through every act."""
    people = [make_user(f"person{n}") for n in range(250)]
    test = FinalTest.objects.get(course_program=program)
    quiz = _lesson(0).tests.get()
    topic = _topic("0.0")
    for person in people:
        Enrollment.objects.create(user=person, course_program=program, progress_percent=40)
        TestResult.objects.create(user=person, final_test=test, score=70)
        TestResult.objects.create(user=person, lesson_test=quiz, score=70)
        TopicProgress.objects.create(user=person, topic=topic, completed=True)
    before = _facts()

    send(act="move", kind="topic", ids=[topic.pk], parent=_lesson(2).pk)
    send(act="edit", kind="topic", id=topic.pk, version=0, fields={"title": "Иначе"})
    send(act="edit", kind="lesson", id=_lesson(1).pk, version=0, fields={"isActive": False})
    send(act="duplicate", kind="lesson", id=_lesson(0).pk)
    preview = send(act="preview", kind="finaltest", id=test.pk)
    deleted = [
        send(act="delete", kind="finaltest", id=test.pk),
        send(act="delete", kind="lesson", id=_lesson(0).pk),
    ]

    assert preview["touched"]["people"] == deleted[0]["touched"]["people"] == 250
    assert _facts() == before
    for each in reversed(deleted):
        send(act="restore", entry=each["entry"])
    assert _facts() == before


def _facts() -> dict[str, list[tuple]]:
    names = ("Enrollment", "TestResult", "TopicProgress")
    return {
        name: list(apps.get_model("lms", name).objects.order_by("pk").values_list())
        for name in names
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'"act"',
        json.dumps({"act": "burn"}),
        json.dumps({"act": ["add"]}),
        json.dumps({"act": "add", "kind": "program", "title": "x"}),
        json.dumps({"act": "add", "kind": "lesson", "title": 5}),
        json.dumps({"act": "add", "kind": "lesson", "title": "x\0"}),
        json.dumps({"act": "add", "kind": "lesson", "title": "x" * 501}),
        json.dumps({"act": "add", "kind": "lesson", "title": "x" * 100_000}),
        json.dumps({"act": "add", "kind": "lesson", "title": ""}),
        json.dumps({"act": "add", "kind": "lesson", "title": "x", "before": "1"}),
        json.dumps({"act": "add", "kind": "topic", "title": "x"}),
        json.dumps({"act": "edit", "kind": "lesson", "id": 1, "version": 0, "fields": {}}),
        json.dumps(
            {"act": "edit", "kind": "lesson", "id": True, "version": 0, "fields": {"title": "x"}}
        ),
        json.dumps({"act": "move", "kind": "lessontest", "ids": [1]}),
        json.dumps({"act": "move", "kind": "lesson", "ids": []}),
        json.dumps({"act": "move", "kind": "lesson", "ids": [1, 1]}),
        json.dumps({"act": "move", "kind": "lesson", "ids": [2**40]}),
        json.dumps({"act": "delete", "kind": "program", "id": 1}),
        json.dumps({"act": "restore"}),
        json.dumps({"act": "preview", "kind": {}, "id": 1}),
    ],
)
def test_bad_input_is_400_and_changes_nothing(editor, program, body):
    before = _tree(editor, program)

    answer = editor.post(_url(program, "act"), body, content_type="application/json")

    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert _tree(editor, program) == before


def test_a_field_that_nobody_may_set_is_refused(send):
    lesson = _lesson(0)
    for name in ("version", "courseProgram", "lesson_key", "order_index"):
        send(400, act="edit", kind="lesson", id=lesson.pk, version=0, fields={name: "5"})


def test_a_second_active_program_is_refused_with_the_reason(send, program):
    other = factories.ProgramFactory(station=program.station, is_active=False)
    CourseProgram.objects.filter(pk=program.pk).update(is_active=False)
    CourseProgram.objects.filter(pk=other.pk).update(is_active=True)

    answer = send(
        400, act="edit", kind="program", id=program.pk, version=0, fields={"isActive": True}
    )

    assert "действующая" in answer["error"].lower()


def test_parts_of_another_program_are_out_of_reach(send, program):
    other = factories.LessonFactory()
    send(409, act="delete", kind="lesson", id=other.pk)
    send(409, act="move", kind="topic", ids=[_topic("0.0").pk], parent=other.pk)
    assert Lesson.objects.filter(pk=other.pk).exists()


def test_who_may_and_who_may_not(client, admin_client_for, program):
    act = {"act": "add", "kind": "lesson", "title": "x"}
    for role, allowed in (("admin", True), ("instructor", True), ("hr", False)):
        browser = admin_client_for(role)
        answer = browser.post(_url(program, "act"), act, content_type="application/json")
        assert answer.status_code == (200 if allowed else 403), role
        for part in ("", "tree", "version"):
            status = browser.get(_url(program, part)).status_code
            assert (status == 200) == allowed, (role, part)
        page = browser.get(reverse("admin:lms_courseprogram_as_employee", args=[program.pk]))
        assert (page.status_code == 200) == allowed, role
    assert client.post(_url(program, "act"), act, content_type="application/json").status_code in {
        302,
        401,
        403,
    }
    assert Lesson.objects.filter(title="x").count() == 2


def test_a_get_changes_nothing_and_a_post_needs_the_csrf_token(editor, program, make_user):
    assert editor.get(_url(program, "act")).status_code == 405
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user("boss", role="admin"))
    answer = strict.post(
        _url(program, "act"),
        {"act": "add", "kind": "lesson", "title": "x"},
        content_type="application/json",
    )
    assert answer.status_code == 403
    assert Lesson.objects.count() == 3


def test_view_as_employee_shows_what_the_api_gives(editor, program):
    LessonTest.objects.filter(lesson__title="Урок 1").update(is_active=False)
    Topic.objects.filter(title="Тема 0.1").update(is_active=False)
    page = editor.get(reverse("admin:lms_courseprogram_as_employee", args=[program.pk]))

    given = editor.get(f"/api/stations/{program.station_id}/course-program").json()
    assert page.context["shown"] == given["courseProgram"]
    assert "Тема 0.1" not in page.content.decode()
