"""The history pages tell what happened to content, and put an earlier state back."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.models import ContentChange, CourseProgram, Lesson, Topic
from lms.selectors.history import changes as selectors
from lms.services.history import recycle_bin
from lms.services.history.changes import audit_context
from tests import factories

pytestmark = pytest.mark.django_db
HISTORY = "/admin/lms/contentchange/"


@pytest.fixture
def lesson(make_user) -> Lesson:
    """A lesson whose title was changed by a person."""
    lesson = factories.LessonFactory(title="Пуск агрегата", is_active=True)
    with audit_context(make_user("aziz", role="instructor", full_name="Азиз Каримов")):
        lesson.title, lesson.is_active = "Пуск и останов агрегата", False
        lesson.save()
    return lesson


@pytest.fixture
def change(lesson) -> ContentChange:
    return selectors.changes_of("lesson", lesson.pk).first()


@pytest.fixture
def instructor(admin_client_for) -> Client:
    return admin_client_for("instructor")


def _undo(client: Client, page: str):
    """Press the button of the message as the browser would."""
    form = re.search(
        r'class="portal-undo">.*?action="([^"]*)" class="portal-undo-form">', page, re.DOTALL
    )
    return client.post(form.group(1), follow=True)


def test_a_difference_names_fields_and_words(change):
    rows = {row.name: row for row in selectors.difference(change)}

    assert set(rows) == {"Название", "Действует"}
    assert rows["Название"].words == [
        ("same", "Пуск "),
        ("added", "и останов "),
        ("same", "агрегата"),
    ]
    assert (rows["Действует"].before, rows["Действует"].after) == ("да", "нет")


def test_a_difference_shows_titles_choices_and_file_names():
    first, second = factories.TopicFactory(title="Смазка"), factories.TopicFactory(title="Масло")
    file = factories.TopicFileFactory(
        topic=first, file_type="main_pdf", minio_object_name="topics/1/old.pdf"
    )
    file.topic, file.file_type = second, "additional_document"
    file.minio_object_name = "topics/2/new.pdf"
    file.save()
    recycle_bin.put(first, by=None)

    change = selectors.changes_of("topicfile", file.pk).first()
    rows = {row.name: (row.before, row.after) for row in selectors.difference(change)}

    labels = dict(type(file).FileType.choices)
    assert (str(first), str(second)) in rows.values()
    assert (str(labels["main_pdf"]), str(labels["additional_document"])) in rows.values()
    assert ("old.pdf", "new.pdf") in rows.values()
    assert len(rows) == 3


def test_very_long_texts_are_compared_without_much_work(make_user):
    program = factories.ProgramFactory(description="слово " * 20_000)
    program.description = "другое " * 20_000
    program.save()

    row = selectors.difference(selectors.changes_of("courseprogram", program.pk).first())[0]

    assert row.words == []
    assert len(row.after) <= 600


def test_differences_of_a_page_cost_one_query_for_each_model_pointed_at(
    django_assert_max_num_queries,
):
    for number in range(20):
        topic = factories.TopicFactory()
        topic.lesson = factories.LessonFactory(title=f"Урок {number}")
        topic.save()
    changes = list(ContentChange.objects.filter(model="topic", kind="change"))

    with django_assert_max_num_queries(1):
        found = selectors.differences(changes)

    assert len(found) == 20
    assert all(len(rows) == 1 for rows in found.values())


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("instructor", 200), ("hr", 403), ("user", 302)]
)
def test_who_may_see_the_history(change, lesson, admin_client_for, role, status):
    client = admin_client_for(role)
    station = lesson.course_program.station_id

    for page in (
        HISTORY,
        f"{HISTORY}{change.pk}/change/",
        f"/admin/lms/lesson/{lesson.pk}/history/",
        f"/admin/lms/station/{station}/history/",
    ):
        assert client.get(page).status_code == status, page


@pytest.mark.parametrize("role", ["admin", "instructor"])
def test_nobody_writes_or_deletes_history(change, admin_client_for, role):
    client = admin_client_for(role)

    assert client.get(f"{HISTORY}add/").status_code == 403
    assert client.post(f"{HISTORY}{change.pk}/change/", {"title": "x"}).status_code == 403
    assert client.post(f"{HISTORY}{change.pk}/delete/", {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [change.pk], "post": "yes"}
    client.post(HISTORY, data)
    assert ContentChange.objects.filter(pk=change.pk, title=change.title).exists()


@pytest.mark.parametrize(
    ("role", "title"),
    [
        ("admin", "Пуск агрегата"),
        ("instructor", "Пуск агрегата"),
        ("hr", "Пуск и останов агрегата"),
        ("user", "Пуск и останов агрегата"),
    ],
)
def test_who_may_restore_an_earlier_state(change, lesson, admin_client_for, role, title):
    response = admin_client_for(role).post(f"{HISTORY}{change.pk}/restore/")

    assert response.status_code == (403 if role == "hr" else 302)
    lesson.refresh_from_db()
    assert lesson.title == title


def test_a_restoration_can_be_undone(change, lesson, instructor):
    page = instructor.post(f"{HISTORY}{change.pk}/restore/", follow=True)
    assert page.redirect_chain == [(f"/admin/lms/lesson/{lesson.pk}/change/", 302)]
    _undo(instructor, page.content.decode())

    lesson.refresh_from_db()
    assert (lesson.title, lesson.is_active) == ("Пуск и останов агрегата", False)
    last = selectors.changes_of("lesson", lesson.pk).first()
    assert last.user.username == "instructor-admin"


def test_restoring_twice_says_that_nothing_changes(change, instructor):
    instructor.post(f"{HISTORY}{change.pk}/restore/", follow=True)
    before = ContentChange.objects.count()

    response = instructor.post(f"{HISTORY}{change.pk}/restore/", follow=True)

    assert ContentChange.objects.count() == before
    assert "portal-undo" not in response.content.decode()
    assert len(response.context["messages"]) == 1


def test_what_cannot_be_restored_leaves_a_message(lesson, change, instructor):
    recycle_bin.put(lesson, by=None)
    created = selectors.changes_of("lesson", lesson.pk).last()

    for row in (change, created):
        response = instructor.post(f"{HISTORY}{row.pk}/restore/", {"next": HISTORY}, follow=True)
        assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_looking_changes_nothing(change, lesson, instructor):
    count = ContentChange.objects.count()

    assert instructor.get(f"{HISTORY}{change.pk}/restore/").status_code == 405
    for page in (HISTORY, f"{HISTORY}{change.pk}/change/"):
        assert instructor.get(page).status_code == 200

    assert ContentChange.objects.count() == count
    lesson.refresh_from_db()
    assert lesson.title == "Пуск и останов агрегата"


def test_a_restoration_needs_the_token_of_the_form(change, lesson, make_user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("admin", role="admin"))

    assert client.post(f"{HISTORY}{change.pk}/restore/").status_code == 403


def test_the_page_of_an_object_shows_its_changes_alone(change, lesson, instructor):
    page = instructor.get(f"/admin/lms/lesson/{lesson.pk}/history/").content.decode()

    assert "<ins>и останов </ins>" in page
    assert "Азиз Каримов" in page
    assert f"{HISTORY}{change.pk}/restore/" in page
    assert "Смазка" not in page


def test_the_page_of_a_program_shows_what_happened_below_it(lesson, instructor):
    program = lesson.course_program
    topic = factories.TopicFactory(lesson=lesson, title="Смазка")
    recycle_bin.put(topic, by=None)
    other = factories.TopicFactory(title="Чужая")

    response = instructor.get(f"/admin/lms/courseprogram/{program.pk}/history/")

    page = response.content.decode()
    titles = [act["row"]["change"].title for act in response.context["acts"]]
    assert "Смазка" in " ".join(titles)
    assert str(other) not in titles
    assert "/admin/lms/binentry/restore/" in page


def test_a_deletion_can_be_restored_from_the_history(lesson, instructor):
    topic = factories.TopicFactory(lesson=lesson)
    recycle_bin.put(topic, by=None)
    address = f"/admin/lms/courseprogram/{lesson.course_program_id}/history/"
    page = instructor.get(address).content.decode()
    entry = re.search(r'name="entry" value="(\d+)"', page).group(1)

    response = instructor.post("/admin/lms/binentry/restore/", {"entry": entry, "next": address})

    assert response["Location"] == address
    assert Topic.objects.filter(pk=topic.pk).exists()


def test_the_list_names_person_object_and_program(change, lesson, instructor):
    page = instructor.get(f"{HISTORY}?kind__exact=change&model=lesson").content.decode()

    assert "Азиз Каримов" in page
    assert "Пуск и останов агрегата" in page
    assert lesson.course_program.title in page


def test_other_models_keep_their_own_history(make_user, admin_client_for):
    person = make_user("learner")

    assert admin_client_for("admin").get(f"/admin/lms/user/{person.pk}/history/").status_code == 200


@pytest.mark.parametrize("count", [10, 100])
def test_the_pages_keep_their_budget(count, instructor):
    program = factories.ProgramFactory()
    for place in range(count):
        lesson = factories.LessonFactory(course_program=program, title=f"Урок {place}")
        topic = factories.TopicFactory(lesson=lesson)
        topic.title = "Другое"
        topic.save()
    pages = [
        HISTORY,
        f"{HISTORY}{ContentChange.objects.first().pk}/change/",
        f"/admin/lms/courseprogram/{program.pk}/history/",
        f"/admin/lms/topic/{topic.pk}/history/",
    ]
    for page in pages:
        with CaptureQueriesContext(connection) as queries:
            assert instructor.get(page).status_code == 200
        assert len(queries) <= 20, page


def test_a_long_history_has_pages(instructor):
    program = factories.ProgramFactory()
    for place in range(30):
        program.title = f"Название {place}"
        program.save()
    address = f"/admin/lms/courseprogram/{program.pk}/history/"

    first, last = instructor.get(address), instructor.get(f"{address}?p=99")

    assert [len(page.context["acts"]) for page in (first, last)] == [25, 6]
    assert CourseProgram.objects.count() == 1


def test_an_operation_is_one_row_with_its_other_changes_below_it(instructor):
    program = factories.ProgramFactory()
    with audit_context(None):
        lesson = factories.LessonFactory(course_program=program, title="Урок")
        topics = [factories.TopicFactory(lesson=lesson, title=f"Тема {n}") for n in range(14)]
    topics[0].title = "Другая"
    topics[0].save()

    response = instructor.get(f"/admin/lms/courseprogram/{program.pk}/history/")

    acts = response.context["acts"]
    assert [(act["count"], len(act["others"]), act["more"]) for act in acts[:2]] == [
        (1, 0, 0),
        (15, 9, 5),
    ]
    assert acts[1]["row"]["change"].title == str(lesson)
    page = response.content.decode()
    assert "и ещё 14 объектов" in page
    assert f"compare/?since={acts[1]['first']}&amp;until={acts[1]['last']}" in page
    shown = instructor.get(
        f"/admin/lms/courseprogram/{program.pk}/history/compare/"
        f"?since={acts[1]['first']}&until={acts[1]['last']}"
    )
    assert len(shown.context["changes"]) == 15
