"""The latest edits on the start page: what the builder and editors did too, in few rows."""

from collections.abc import Callable

import pytest
from django.test import Client

from lms.models import User
from lms.services.courses import builder
from lms.services.history import changes
from tests.factories import LessonFactory, ProgramFactory, StationFactory

pytestmark = pytest.mark.django_db
Admin = Callable[..., Client]


def _edits(client: Client) -> list[dict]:
    return client.get("/admin/").context["edits"]


@pytest.fixture
def editor(make_user: Callable[..., User]) -> User:
    return make_user("aziz", role="instructor", full_name="Азиз Каримов")


def test_what_one_person_builds_on_a_day_is_one_row(admin_client_for: Admin, editor: User) -> None:
    program = ProgramFactory(title="Пуск")
    other = ProgramFactory(title="Останов")
    for number in range(30):
        with changes.audit_context(editor):
            lesson = builder.add_lesson(program, title=f"Урок {number}", before=None)
            builder.add_topic(program, lesson_id=lesson.pk, title="Тема", before=None)
    with changes.audit_context(editor):
        builder.edit(other, version=other.version, fields={"title": "Ремонт"})

    first, second, *_others = _edits(admin_client_for("instructor"))

    assert (first["what"], first["verb"], str(first["person"])) == (
        "Ремонт",
        "изменено",
        "Азиз Каримов",
    )
    assert first["url"] == f"/admin/lms/courseprogram/{other.pk}/change/"
    assert (second["what"], second["verb"]) == ("Пуск", "60 изменений")
    assert second["url"] == f"/admin/lms/courseprogram/{program.pk}/change/"


def test_edits_of_forms_are_listed_once_and_accounts_too(admin_client_for: Admin) -> None:
    client = admin_client_for("admin")
    client.post("/admin/lms/department/add/", {"name": "Охрана труда", "short_name": "ОТ"})
    station = StationFactory(name="Газли")
    station.name = "Газли-2"
    station.save()

    rows = [(str(row["what"]), row["kind"]) for row in _edits(client)]

    assert len(rows) == len(set(rows))
    assert any(what == "Газли-2" for what, _kind in rows)


def test_what_was_deleted_leads_nowhere(admin_client_for: Admin, editor: User) -> None:
    client = admin_client_for("instructor")
    lesson = LessonFactory(title="Лишний")
    with changes.audit_context(editor):
        builder.delete(lesson, by=editor)

    row = _edits(client)[0]

    assert (str(row["what"]), row["url"]) == (str(lesson), None)


@pytest.mark.parametrize(("role", "sees"), [("admin", True), ("instructor", True), ("hr", False)])
def test_who_sees_edits_of_content(role: str, sees: bool, admin_client_for: Admin) -> None:
    ProgramFactory(title="Пуск")

    page = admin_client_for(role).get("/admin/")

    assert bool(page.context.get("edits")) == sees


def test_the_feed_costs_as_much_for_many_changes(
    admin_client_for: Admin, editor: User, django_assert_max_num_queries
) -> None:
    client = admin_client_for("admin")
    for number in range(12):
        with changes.audit_context(editor):
            program = ProgramFactory(title=f"Программа {number}")
            builder.edit(program, version=program.version, fields={"title": f"{number}"})
    client.get("/admin/")

    with django_assert_max_num_queries(25):
        client.get("/admin/")
