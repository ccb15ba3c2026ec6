"""The builder's requests: what each act does, who may, and that people's facts stay as they are."""

import pytest
from django.apps import apps

from lms.models import (
    BinEntry,
    ContentChange,
    CourseProgram,
    Enrollment,
    FinalTest,
    Lesson,
    Option,
    Question,
    TestResult,
    TopicFile,
    TopicProgress,
)
from media_admin.services import objects
from tests import factories
from tests.lms.admin.courses.builder_requests import (
    builder_url,
    lesson_at,
    titles_of,
    topic_at,
    tree_of,
)

pytestmark = pytest.mark.django_db


def test_the_tree_holds_everything_in_seven_queries(editor, program, django_assert_max_num_queries):
    Lesson.objects.filter(title="Урок 2").update(is_active=False)
    with django_assert_max_num_queries(12):
        tree = tree_of(editor, program)

    assert [lesson["isActive"] for lesson in tree["lessons"]] == [True, True, False]
    file = tree["lessons"][0]["topics"][0]["files"][0]
    assert file["fileType"] == "main_pdf"
    assert file["url"].endswith(f"/topicfile/{file['id']}/change/")
    assert tree["tests"][0]["kind"] == "finaltest"
    assert tree["lessons"][0]["tests"][0]["questionsUrl"]


def test_a_lesson_is_added_in_its_place_with_a_key(send, editor, program):
    answer = send(act="add", kind="lesson", title=" Новый ", before=lesson_at(1).pk)

    assert [title for title, _topics in titles_of(editor, program)] == [
        "Урок 0",
        "Новый",
        "Урок 1",
        "Урок 2",
    ]
    assert Lesson.objects.get(pk=answer["node"]["id"]).lesson_key
    program.refresh_from_db()
    assert (program.lessons_count, answer["treeVersion"]) == (4, program.tree_version)


def test_topics_tests_and_files_are_added(send, editor, program):
    lesson = lesson_at(0)
    topic = send(act="add", kind="topic", parent=lesson.pk, title="Ещё")["node"]
    key = "stations/1/course_program/topics/5/1763_план.pdf"
    objects.store_bytes(key, b"%PDF-1.4", content_type="application/pdf")
    file = send(act="add", kind="file", parent=topic["id"], key=key, title="План")["node"]
    test = send(act="add", kind="lessontest", parent=lesson.pk, title="Проверка")["node"]
    final = send(act="add", kind="finaltest", title="Итог")["node"]

    assert (file["title"], file["fileType"], file["size"]) == ("План", "main_pdf", "8 Б")
    assert titles_of(editor, program)[0][1][-1] == "Ещё"
    assert (test["kind"], final["kind"]) == ("lessontest", "finaltest")


def test_a_file_that_the_store_does_not_have_is_refused(send):
    answer = send(400, act="add", kind="file", parent=topic_at("0.0").pk, key="no/such.pdf")

    assert answer["fields"]
    assert TopicFile.objects.count() == 9


def test_fields_are_saved_and_recorded(send, program):
    topic = topic_at("1.1")
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
    topic = topic_at("0.0")
    edit = {"act": "edit", "kind": "topic", "id": topic.pk, "version": topic.version}
    send(**edit, fields={"title": "Первый"})

    refused = send(409, **edit, fields={"title": "Второй"})

    assert (refused["code"], refused["stored"]["title"]) == ("stale", "Первый")
    kept = send(**edit | {"version": refused["stored"]["version"]}, fields={"title": "Второй"})
    assert kept["node"]["title"] == "Второй"


def test_topics_move_between_lessons_in_the_order_of_the_request(send, editor, program):
    moved = [topic_at("0.2").pk, topic_at("0.0").pk]
    send(act="move", kind="topic", ids=moved, parent=lesson_at(1).pk, before=topic_at("1.1").pk)

    assert titles_of(editor, program)[:2] == [
        ("Урок 0", ["Тема 0.1"]),
        ("Урок 1", ["Тема 1.0", "Тема 0.2", "Тема 0.0", "Тема 1.1", "Тема 1.2"]),
    ]


def test_moves_of_two_editors_both_hold_and_do_not_make_edits_stale(send, editor, program):
    topic = topic_at("0.0")
    send(act="move", kind="lesson", ids=[lesson_at(2).pk], before=lesson_at(0).pk)
    send(act="move", kind="topic", ids=[topic.pk], parent=lesson_at(0).pk, before=None)
    send(
        act="edit", kind="topic", id=topic.pk, version=topic.version, fields={"title": "Тема 0.0!"}
    )

    assert titles_of(editor, program) == [
        ("Урок 2", ["Тема 2.0", "Тема 2.1", "Тема 2.2"]),
        ("Урок 0", ["Тема 0.1", "Тема 0.2", "Тема 0.0!"]),
        ("Урок 1", ["Тема 1.0", "Тема 1.1", "Тема 1.2"]),
    ]


def test_a_second_main_pdf_becomes_a_document_when_it_moves_in(send):
    file = topic_at("0.0").files.get()
    send(act="move", kind="file", ids=[file.pk], parent=topic_at("0.1").pk)

    file.refresh_from_db()
    assert (file.file_type, file.topic.title) == ("additional_document", "Тема 0.1")


def test_what_is_gone_is_said_and_nothing_moves(send, editor, program):
    lesson = lesson_at(1)
    entry = send(act="delete", kind="lesson", id=lesson.pk)
    before = titles_of(editor, program)

    for act in (
        {"act": "move", "kind": "topic", "ids": [topic_at("0.0").pk], "parent": lesson.pk},
        {"act": "move", "kind": "lesson", "ids": [lesson_at(2).pk], "before": lesson.pk},
        {"act": "edit", "kind": "lesson", "id": lesson.pk, "version": 0, "fields": {"title": "x"}},
        {"act": "add", "kind": "topic", "parent": lesson.pk, "title": "x"},
        {"act": "delete", "kind": "lesson", "id": lesson.pk},
        {"act": "restore", "entry": entry["entry"] + 1},
    ):
        assert send(409, **act)["code"] == "gone"
    assert titles_of(editor, program) == before


def test_a_deletion_is_undone_whole(send, editor, program):
    before = tree_of(editor, program)
    deleted = send(act="delete", kind="lesson", id=lesson_at(1).pk)
    assert deleted["impact"]["counts"]["topic"] == 3
    assert len(tree_of(editor, program)["lessons"]) == 2

    back = send(act="restore", entry=deleted["entry"])

    assert (back["kind"], back["notes"]) == ("lesson", [])
    assert tree_of(editor, program) == before
    assert not BinEntry.objects.exists()


def test_a_copy_of_a_lesson_has_everything_and_keys_of_its_own(send, editor, program):
    lesson = lesson_at(0)
    question = Question.objects.create(question="Что?", lesson_test=lesson.tests.get())
    Option.objects.create(question=question, option_text="да", is_correct=True)

    node = send(act="duplicate", kind="lesson", id=lesson.pk)["node"]

    assert [title for title, _t in titles_of(editor, program)][:2] == ["Урок 0", "Урок 0 (копия)"]
    copy = Lesson.objects.get(pk=node["id"])
    assert copy.topics.count() == TopicFile.objects.filter(topic__lesson=copy).count() == 3
    assert copy.tests.get().pk != lesson.tests.get().pk
    assert copy.tests.get().questions.get().options.get().is_correct
    keys = [each.lesson_key for each in (lesson, copy)]
    assert len(set(keys)) == 2
    assert copy.lesson_key
    assert not {t.topic_key for t in copy.topics.all()} & {t.topic_key for t in lesson.topics.all()}


def test_the_queries_of_a_copy_do_not_follow_its_size(send, program, django_assert_max_num_queries):
    lesson = lesson_at(0)
    topics = factories.TopicFactory.create_batch(30, lesson=lesson)
    for topic in topics:
        factories.TopicFileFactory(topic=topic, file_type="main_pdf")

    with django_assert_max_num_queries(60):
        send(act="duplicate", kind="lesson", id=lesson.pk)


def test_a_program_is_copied_to_another_station_switched_off(editor, program):
    other = factories.StationFactory()
    answer = editor.post(builder_url(program, "copy"), {"station": other.pk}, "application/json")

    assert answer.status_code == 200
    copy = CourseProgram.objects.get(station=other)
    assert answer.json()["url"] == builder_url(copy, "")
    assert (copy.is_active, copy.title) == (False, program.title)
    assert (copy.lessons_count, copy.topics_count, copy.tests_count) == (3, 9, 4)
    assert (
        editor.post(
            builder_url(program, "copy"), {"station": 99999}, "application/json"
        ).status_code
        == 404
    )


def test_an_edit_of_the_tree_leaves_people_as_they_are(send, program, make_user):
    """1,000 facts, byte for byte, through every act."""
    people = [make_user(f"person{n}") for n in range(250)]
    test = FinalTest.objects.get(course_program=program)
    quiz = lesson_at(0).tests.get()
    topic = topic_at("0.0")
    for person in people:
        Enrollment.objects.create(user=person, course_program=program, progress_percent=40)
        TestResult.objects.create(user=person, final_test=test, score=70)
        TestResult.objects.create(user=person, lesson_test=quiz, score=70)
        TopicProgress.objects.create(user=person, topic=topic, completed=True)
    before = _facts()

    send(act="move", kind="topic", ids=[topic.pk], parent=lesson_at(2).pk)
    send(act="edit", kind="topic", id=topic.pk, version=0, fields={"title": "Иначе"})
    send(act="edit", kind="lesson", id=lesson_at(1).pk, version=0, fields={"isActive": False})
    send(act="duplicate", kind="lesson", id=lesson_at(0).pk)
    preview = send(act="preview", kind="finaltest", id=test.pk)
    deleted = [
        send(act="delete", kind="finaltest", id=test.pk),
        send(act="delete", kind="lesson", id=lesson_at(0).pk),
    ]

    assert preview["impact"]["people"] == deleted[0]["impact"]["people"] == 250
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
