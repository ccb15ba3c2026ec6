"""Deletion in the admin goes to the bin; the bin brings back, or deletes for good."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms.models import (
    BinEntry,
    CourseProgram,
    Department,
    Enrollment,
    LearningOutcome,
    Lesson,
    Station,
    Topic,
)
from lms.services.history import recycle_bin
from tests import factories
from tests.selection import MANY_ROWS

pytestmark = pytest.mark.django_db
BIN = "/admin/lms/binentry/"
RESTORE = f"{BIN}restore/"


@pytest.fixture
def program(make_user) -> CourseProgram:
    """A program with two lessons, three topics and one learner."""
    program = factories.ProgramFactory(title="Эксплуатация ГТК")
    first = factories.LessonFactory(course_program=program, title="Пуск")
    factories.LessonFactory(course_program=program, title="Останов")
    for place in range(3):
        factories.TopicFactory(lesson=first, order_index=place)
    Enrollment.objects.create(user=make_user("learner"), course_program=program)
    return program


@pytest.fixture
def instructor(admin_client_for) -> Client:
    return admin_client_for("instructor")


def _undo(client: Client, page: str):
    """Press the button of the message as the browser would."""
    form = re.search(
        r'<form method="post" action="([^"]*)" class="portal-undo-form">(.*?)</form>', page
    )
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form.group(2))
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post(form.group(1), data, follow=True)


def test_the_confirmation_says_what_goes_to_the_bin_and_changes_nothing(program, instructor):
    page = instructor.get(f"/admin/lms/courseprogram/{program.pk}/delete/").content.decode()

    assert "Уроки: 2" in page
    assert "Темы: 3" in page
    assert ": 1 (" in page
    assert str(Enrollment._meta.verbose_name_plural) not in page
    assert CourseProgram.objects.filter(pk=program.pk).exists()
    assert not BinEntry.objects.exists()


def test_a_deletion_goes_to_the_bin_and_undo_brings_it_back(program, instructor):
    address = f"/admin/lms/courseprogram/{program.pk}/delete/"

    page = instructor.post(address, {"post": "yes"}, follow=True).content.decode()
    entry = BinEntry.objects.get()
    assert (entry.object_id, entry.deleted_by.username) == (str(program.pk), "instructor-admin")
    assert not CourseProgram.objects.exists()
    assert Enrollment.objects.count() == 1
    response = _undo(instructor, page)

    assert response.redirect_chain == [(f"/admin/lms/courseprogram/{program.pk}/change/", 302)]
    assert (Lesson.objects.count(), Topic.objects.count()) == (2, 3)
    assert not BinEntry.objects.exists()


def test_selected_lessons_go_to_the_bin_and_undo_brings_all_back(program, instructor):
    data = {"action": "delete_selected", "_selected_action": [x.pk for x in Lesson.objects.all()]}

    asked = instructor.post("/admin/lms/lesson/", data)
    assert "Темы: 3" in asked.content.decode()
    assert Lesson.objects.count() == 2
    page = instructor.post("/admin/lms/lesson/", {**data, "post": "yes"}, follow=True)
    assert (Lesson.objects.count(), BinEntry.objects.count()) == (0, 2)
    program.refresh_from_db()
    assert program.lessons_count == 0
    _undo(instructor, page.content.decode())

    assert (Lesson.objects.count(), BinEntry.objects.count()) == (2, 0)
    program.refresh_from_db()
    assert program.lessons_count == 2


def test_a_row_deleted_on_its_parents_page_goes_to_the_bin(program, instructor):
    outcome = LearningOutcome.objects.create(course_program=program, outcome_text="Умеет")
    page = instructor.get(f"/admin/lms/courseprogram/{program.pk}/change/")
    data = _form_data(page)
    data["learning_outcomes-0-DELETE"] = "on"
    assert data["learning_outcomes-0-id"] == outcome.pk

    response = instructor.post(f"/admin/lms/courseprogram/{program.pk}/change/", data)

    assert response.status_code == 302
    entry = BinEntry.objects.get()
    assert (entry.model, entry.object_id) == ("learningoutcome", str(outcome.pk))
    assert entry.deleted_by.username == "instructor-admin"


def _form_data(page) -> dict:
    """Return what the form would send if nobody typed anything."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        for name in form.fields:
            value = form[name].value()
            if value is not None and value is not False:
                data[form.add_prefix(name)] = value
    return data


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("instructor", 200), ("hr", 403)])
def test_who_may_see_the_bin(program, admin_client_for, role, status):
    entry = recycle_bin.put(program, by=None)
    client = admin_client_for(role)

    assert client.get(BIN).status_code == status
    assert client.get(f"{BIN}{entry.pk}/change/").status_code == status
    assert (BIN in client.get("/admin/lms/station/").content.decode()) == (status == 200)


@pytest.mark.parametrize(
    ("role", "restored"), [("admin", 1), ("instructor", 1), ("hr", 0), ("user", 0)]
)
def test_who_may_restore(program, admin_client_for, role, restored):
    entry = recycle_bin.put(program, by=None)

    response = admin_client_for(role).post(RESTORE, {"entry": entry.pk})

    assert response.status_code == (403 if role == "hr" else 302)
    assert CourseProgram.objects.count() == restored


def test_a_restoration_needs_the_token_of_the_form(program, make_user):
    entry = recycle_bin.put(program, by=None)
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("admin", role="admin"))

    assert client.post(RESTORE, {"entry": entry.pk}).status_code == 403
    assert not CourseProgram.objects.exists()


def test_looking_changes_nothing(program, admin_client_for):
    entry = recycle_bin.put(program, by=None)
    client = admin_client_for("admin")

    assert client.get(RESTORE, {"entry": entry.pk}).status_code == 405
    for page in ("", f"{entry.pk}/change/", f"{entry.pk}/delete/"):
        assert client.get(f"{BIN}{page}").status_code == 200

    assert BinEntry.objects.count() == 1
    assert not CourseProgram.objects.exists()


@pytest.mark.parametrize("value", ["", "abc", "0", "9" * 40, "²"])
def test_an_entry_that_is_not_there_leaves_a_message(instructor, value):
    response = instructor.post(RESTORE, {"entry": value}, follow=True)

    assert response.status_code == 200
    assert len(response.context["messages"]) == 1


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_a_restoration_leads_nowhere_outside(program, instructor, following):
    entry = recycle_bin.put(program, by=None)

    response = instructor.post(RESTORE, {"entry": entry.pk, "next": following})

    assert response["Location"] == f"/admin/lms/courseprogram/{program.pk}/change/"


def test_a_part_waits_for_its_parent(program, instructor):
    own = recycle_bin.put(program.lessons.first(), by=None)
    recycle_bin.put(program, by=None)

    page = instructor.post(RESTORE, {"entry": own.pk}, follow=True).content.decode()

    assert program.title in page
    assert BinEntry.objects.count() == 2


def test_parts_and_parents_come_back_together(program, instructor):
    own = recycle_bin.put(program.lessons.first(), by=None)
    whole = recycle_bin.put(program, by=None)
    data = {"action": "restore_selected", "_selected_action": [own.pk, whole.pk], "post": "yes"}

    instructor.post(BIN, data)

    assert (Lesson.objects.count(), BinEntry.objects.count()) == (2, 0)


def test_the_list_says_what_an_entry_holds_and_for_how_long(program, instructor):
    recycle_bin.put(program, by=None)

    page = instructor.get(BIN).content.decode()

    assert "Уроки: 2" in page
    assert "29" in page
    assert f'formaction="{RESTORE}"' in page


def test_the_empty_bin_says_so(instructor):
    assert "portal-lead-note" in instructor.get(BIN).content.decode()


def test_the_filters_keep_kind_person_and_period(program, make_user, instructor):
    admin = make_user("admin", role="admin")
    recycle_bin.put(program.lessons.first(), by=admin)
    recycle_bin.put(program, by=None)
    BinEntry.objects.filter(model="lesson").update(deleted_at=timezone.now() - timedelta(days=9))
    week = (timezone.now() - timedelta(days=7)).date()

    def found(query: str) -> list[str]:
        return [row.model for row in instructor.get(f"{BIN}?{query}").context["cl"].result_list]

    assert found("model=lesson") == ["lesson"]
    assert found(f"person={admin.pk}") == ["lesson"]
    assert found(f"deleted_at_from={week:%Y-%m-%d}") == ["courseprogram"]
    assert found("q=Эксплуатация") == ["courseprogram"]
    assert found("person=nonsense") == ["courseprogram", "lesson"]


@pytest.mark.parametrize(("role", "status"), [("admin", 302), ("instructor", 403), ("hr", 403)])
def test_only_administrators_delete_for_good(program, admin_client_for, role, status):
    entry = recycle_bin.put(program, by=None)

    response = admin_client_for(role).post(f"{BIN}{entry.pk}/delete/", {"post": "yes"})

    assert response.status_code == status
    assert CourseProgram.everything.exists() == (role != "admin")
    assert Enrollment.objects.exists() == (role != "admin")


def test_deleting_for_good_names_what_people_did(program, admin_client_for):
    entry = recycle_bin.put(program, by=None)

    page = admin_client_for("admin").get(f"{BIN}{entry.pk}/delete/").content.decode()

    assert f"{Enrollment._meta.verbose_name_plural}: 1".lower() in page.lower()


def test_nobody_may_write_entries(program, admin_client_for):
    entry = recycle_bin.put(program, by=None)
    client = admin_client_for("admin")

    assert client.get(f"{BIN}add/").status_code == 403
    assert client.post(f"{BIN}{entry.pk}/change/", {"title": "x"}).status_code == 403


@pytest.mark.parametrize("count", [10, MANY_ROWS])
def test_the_pages_keep_their_budget(count, instructor):
    for place in range(count):
        recycle_bin.put(factories.ProgramFactory(title=f"П {place}"), by=None)
    station = factories.LessonFactory().course_program.station
    pages = [
        BIN,
        f"{BIN}{BinEntry.objects.first().pk}/change/",
        f"/admin/lms/station/{station.pk}/delete/",
    ]
    for page in pages:
        with CaptureQueriesContext(connection) as queries:
            instructor.get(page)
        assert len(queries) <= 20, page


@pytest.mark.parametrize(("model", "name"), [(Station, "station"), (Department, "department")])
def test_a_short_name_in_the_bin_is_said_beside_the_field(model, name, instructor):
    row = model.objects.create(name="Галля-Арал", short_name="GAL")
    recycle_bin.put(row, by=None)
    data = _form_data(instructor.get(f"/admin/lms/{name}/add/"))

    response = instructor.post(
        f"/admin/lms/{name}/add/", {**data, "name": "Другая", "short_name": "GAL"}
    )

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["short_name"]
    assert not model.objects.exists()
