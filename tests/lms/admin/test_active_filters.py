"""Above a list stand the filters in use, in words, each with a way to the list without it."""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.common.active_filters import ActiveFilter
from tests.factories import LessonFactory, ProgramFactory, TopicFactory

pytestmark = pytest.mark.django_db
Admin = Callable[[str], Client]


def _filters(client: Client, address: str) -> list[ActiveFilter]:
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    return page.context["cl"].active_filters


def test_each_filter_is_named_and_can_be_removed_alone(admin_client_for: Admin) -> None:
    client = admin_client_for("admin")
    ProgramFactory(title="Пуск", is_active=True)
    ProgramFactory(title="Пуск зимой", is_active=False)

    search, active = _filters(client, "/admin/lms/courseprogram/?q=Пуск&is_active__exact=1&o=1")

    assert (search.title, search.value) == ("Поиск", "«Пуск»")
    assert (active.title, active.value) == ("Действует", "Да")
    assert client.get(f"/admin/lms/courseprogram/{active.url}").context["cl"].result_count == 2
    assert "is_active__exact=1" in search.url
    assert "q=" not in search.url
    page = client.get("/admin/lms/courseprogram/?q=Пуск&is_active__exact=1&o=1").content.decode()
    assert "Найдено: 1" in page
    assert 'href="?o=1"' in page


def test_a_list_without_filters_says_nothing(admin_client_for: Admin) -> None:
    client = admin_client_for("admin")

    assert _filters(client, "/admin/lms/courseprogram/") == []
    assert "portal-limits" not in client.get("/admin/lms/courseprogram/").content.decode()


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("completed_at_from=2026-11-01", "с 01.11.2026"),
        ("completed_at_from=2026-11-01&completed_at_to=2026-11-30", "с 01.11.2026 по 30.11.2026"),
        ("completed_at_to=30.11.2026", "по 30.11.2026"),
        ("completed_at_from=вчера", "с вчера"),
    ],
)
def test_days_are_written_as_people_write_them(
    query: str, value: str, admin_client_for: Admin
) -> None:
    (found,) = _filters(admin_client_for("hr"), f"/admin/lms/testresult/?{query}")

    assert found.value == value
    assert "completed_at" not in found.url


def test_objects_are_shown_by_their_names(admin_client_for: Admin) -> None:
    topic = TopicFactory(lesson=LessonFactory(title="Смазка узлов"))
    query = f"lesson__id__exact={topic.lesson_id}"

    (found,) = _filters(admin_client_for("instructor"), f"/admin/lms/topic/?{query}")

    assert "Смазка узлов" in found.value


@pytest.mark.parametrize(
    "address",
    [
        "/admin/lms/topic/?lesson__id__exact=999999",
        "/admin/lms/topic/?lesson__course_program__id__exact=999999",
        "/admin/lms/enrollment/?status__exact=nonsense",
        "/admin/lms/enrollment/?stopped=1",
        "/admin/lms/courseprogram/?file=without",
        "/admin/media_admin/mediafile/?upload=abandoned&kind__exact=pdf",
        "/admin/lms/contentchange/?model=lesson",
        "/admin/lms/courseprogram/?q=" + "я" * 500,
    ],
)
def test_whatever_an_address_names_is_shown_and_bounded(
    address: str, admin_client_for: Admin
) -> None:
    LessonFactory()  # Else there are no kinds to filter by.

    found = _filters(admin_client_for("admin"), address)

    assert found
    assert all(0 < len(one.value) <= 62 for one in found)


def test_what_was_typed_cannot_become_markup(admin_client_for: Admin) -> None:
    address = "/admin/lms/courseprogram/?q=<script>alert(1)</script>"

    page = admin_client_for("admin").get(address).content.decode()

    assert "<script>alert(1)" not in page
