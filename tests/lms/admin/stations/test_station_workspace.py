"""The page of a station, its copies and tables in the admin: what they show, who may."""

import html
import io
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from lms.models import BinEntry, ContentChange, Enrollment, SafetyFeature, Station, User
from lms.services.history import changes
from lms.services.stations.lists import LISTS
from tests import factories
from tests.selection import MANY_ROWS

pytestmark = pytest.mark.django_db
Admin = Callable[[str], Client]
ROLES = [("admin", 200), ("instructor", 200), ("hr", 403), ("user", 302)]


@pytest.fixture
def station(db: None) -> Station:
    """Return a station with rows in every list."""
    return _filled(2)


def _filled(count: int) -> Station:
    station = factories.StationFactory()
    with changes.without_history():
        for number in range(count):
            factories.EquipmentFactory(station=station, name=f"Агрегат {number}")
            factories.SpecificationFactory(station=station)
            system = factories.SafetySystemFactory(station=station)
            SafetyFeature.objects.create(safety_system=system, feature_name=f"Ф {number}")
            station.gas_sources.create(source_name=f"Газ {number}")
            station.photos.create(title=f"Вид {number}", image_url=f"stations/{number}.jpg")
            station.normative_documents.create(title=f"П {number}", file_url="stations/a.pdf")
            station.promo_videos.create(object_key="stations/a.mp4")
            program = factories.ProgramFactory(station=station, is_active=number == 0)
            learner = User.objects.create(username=uuid.uuid4().hex)
            Enrollment.objects.create(user=learner, course_program=program)
    return station


def _url(station: Station, page: str = "change/") -> str:
    return f"/admin/lms/station/{station.pk}/{page}"


def _table(*rows: list[Any]) -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile("список.xlsx", buffer.getvalue())


def _payload(response: Any) -> str:
    found = re.search(r'<textarea name="rows" hidden>(.*?)</textarea>', response.content.decode())
    assert found, "the page offers no confirmation"
    return html.unescape(found.group(1))


def _order(source: Station, *lists: str, mode: str = "add") -> dict[str, Any]:
    return {"source": source.pk, "lists": lists or list(LISTS), "mode": mode}


def _facts() -> tuple[int, ...]:
    counts = [made.model.objects.count() for made in LISTS.values()]
    return (*counts, ContentChange.objects.count(), BinEntry.objects.count())


def test_the_head_shows_programs_with_their_builder_and_learners(
    admin_client_for: Admin, station: Station
):
    page = admin_client_for("instructor").get(_url(station))

    head = page.context["station_head"]
    assert [program.learners_total for program in head["programs"]] == [1, 1]
    assert head["learners"] == 2
    program = head["programs"][0]
    assert f"/admin/lms/courseprogram/{program.pk}/builder/" in page.content.decode()


def test_a_person_in_two_programs_is_one_learner(admin_client_for: Admin, station: Station):
    first = Enrollment.objects.first()
    other = station.programs.exclude(pk=first.course_program_id).get()
    Enrollment.objects.filter(course_program=other).update(user=first.user)

    assert admin_client_for("admin").get(_url(station)).context["station_head"]["learners"] == 1


def test_tabs_carry_counts_and_lists_their_addresses(admin_client_for: Admin, station: Station):
    page = admin_client_for("instructor").get(_url(station))

    counts = {i.formset.prefix: i.formset.count for i in page.context["inline_admin_formsets"]}
    assert set(counts.values()) == {"2"}
    assert len(counts) == 7
    text = page.content.decode()
    for name in LISTS:
        assert _url(station, f"lists/{name}/import/") in text
        assert _url(station, f"lists/{name}/export.xlsx") in text
    assert _url(station, "copy-from/") in text
    assert "st-hint" not in text


def test_empty_tabs_teach(admin_client_for: Admin):
    page = admin_client_for("instructor").get(_url(factories.StationFactory())).content.decode()

    assert page.count('class="st-hint"') == 7


def test_a_new_station_has_no_head_and_no_tables(admin_client_for: Admin):
    page = admin_client_for("instructor").get("/admin/lms/station/add/")

    assert page.status_code == 200
    assert "st-head" not in page.content.decode()
    assert "/lists/" not in page.content.decode()


def test_hr_sees_the_figures_but_no_way_to_change(admin_client_for: Admin, station: Station):
    page = admin_client_for("hr").get(_url(station))

    text = page.content.decode()
    assert page.status_code == 200
    assert page.context["station_head"]["learners"] == 2
    for part in ("/import/", "/export.", "copy-from", "/builder/"):
        assert part not in text


def test_the_page_takes_at_most_twenty_queries_however_many_rows_there_are(admin_client_for: Admin):
    client = admin_client_for("instructor")
    counts = []
    for count in (5, 5, MANY_ROWS):
        station = _filled(count)
        with CaptureQueriesContext(connection) as queries:
            client.get(_url(station))
        counts.append(len(queries))

    assert counts[1] == counts[2] <= 20


@pytest.mark.parametrize(("role", "status"), ROLES)
def test_who_may_open_which_page(role: str, status: int, admin_client_for: Admin, station: Station):
    client, before = admin_client_for(role), _facts()
    ends = ("import/", "export.xlsx", "export.csv")
    pages = ["copy-from/", *(f"lists/{name}/{end}" for name in LISTS for end in ends)]

    answers = {page: client.get(_url(station, page)).status_code for page in pages}

    assert answers == dict.fromkeys(pages, status)
    assert _facts() == before


@pytest.mark.parametrize(("role", "status"), [("hr", 403), ("user", 302)])
def test_who_may_not_import_or_copy_does_not_by_post_either(
    role: str, status: int, admin_client_for: Admin, station: Station
):
    editor, client = admin_client_for("admin"), admin_client_for(role)
    url = _url(station, "lists/equipment/import/")
    payload = _payload(editor.post(url, {"file": _table(["name"], ["Новый"])}))
    target = factories.StationFactory()
    plan = editor.post(_url(target, "copy-from/"), _order(station)).context["plan"]
    before = _facts()

    answers = [
        client.post(url, {"rows": payload}),
        client.post(url, {"file": _table(["name"], ["Новый"])}),
        client.post(_url(target, "copy-from/"), _order(station) | {"state": plan.state}),
    ]

    assert [answer.status_code for answer in answers] == [status] * 3
    assert _facts() == before


def test_nothing_is_taken_without_the_token_of_the_form(admin_client_for: Admin, station: Station):
    client = admin_client_for("admin")
    client.handler.enforce_csrf_checks = True

    for page in ("copy-from/", "lists/equipment/import/"):
        assert client.post(_url(station, page), {"rows": "{}"}).status_code == 403


def test_a_table_is_looked_at_then_stored(admin_client_for: Admin, station: Station):
    client, url = admin_client_for("instructor"), _url(station, "lists/equipment/import/")
    first = LISTS["equipment"].rows(station)[0]
    before = _facts()

    looked = client.post(
        url,
        {"file": _table(["id", "name", "quantity"], [first.pk, "Турбина", 1], ["", "", 1])},
    )
    assert _facts() == before
    text = looked.content.decode()
    assert 'data-state="changed"' in text
    assert "<del>Агрегат 0</del>" in text
    assert "<ins>Турбина</ins>" in text
    assert 'data-line="3" data-state="refused"' in text

    done = client.post(url, {"rows": _payload(looked)})

    assert done.url == _url(station) + "#equipment"
    first.refresh_from_db()
    assert first.name == "Турбина"
    change = ContentChange.objects.get(object_id=str(first.pk), model="stationequipment")
    assert change.user.role == "instructor"
    message = [str(m) for m in client.get(_url(station)).context["messages"]]
    assert len(message) == 1
    assert "1" in message[0]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"file": SimpleUploadedFile("a.xlsx", b"PK nonsense")},
        {"file": SimpleUploadedFile("a.csv", b"x" * (2 * 1024 * 1024 + 1))},
        {"file": SimpleUploadedFile("a.csv", b"colour\nred")},
    ],
)
def test_a_bad_file_is_an_error_at_its_field(
    data: dict[str, Any], admin_client_for: Admin, station: Station
):
    page = admin_client_for("admin").post(_url(station, "lists/equipment/import/"), data)

    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert page.context["preview"] is None


def test_a_forged_confirmation_is_a_message(admin_client_for: Admin, station: Station):
    client, before = admin_client_for("admin"), _facts()

    page = client.post(
        _url(station, "lists/equipment/import/"), {"rows": '{"rows": 7}'}, follow=True
    )

    assert page.status_code == 200
    assert _facts() == before
    assert len(page.context["messages"]) == 1


def test_an_exported_list_is_a_file_with_a_plain_name(admin_client_for: Admin, station: Station):
    answer = admin_client_for("admin").get(_url(station, "lists/safety-systems/export.xlsx"))

    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet["E3"].value == "Ф 0"
    assert re.search(
        r'filename="ks\d+-safety-systems-[-0-9]+\.xlsx"', answer["Content-Disposition"]
    )


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_sample_can_be_had(kind: str, admin_client_for: Admin, station: Station):
    url = _url(station, f"lists/equipment/import/?sample={kind}")

    assert "attachment" in admin_client_for("admin").get(url)["Content-Disposition"]


@pytest.mark.parametrize(
    "page", ["lists/none/import/", "lists/none/export.xlsx", "lists/photos/export.pdf"]
)
def test_a_list_or_format_that_is_none_is_not_found(
    page: str, admin_client_for: Admin, station: Station
):
    assert admin_client_for("admin").get(_url(station, page)).status_code == 404


def test_a_station_that_is_gone(admin_client_for: Admin, station: Station):
    client, urls = admin_client_for("admin"), {}
    for page in ("copy-from/", "lists/photos/import/", "lists/photos/export.xlsx"):
        urls[page] = _url(station, page)
    station.delete()

    assert [client.get(url).status_code for url in urls.values()] == [302, 302, 404]


def test_an_export_is_read_only(admin_client_for: Admin, station: Station):
    url = _url(station, "lists/photos/export.xlsx")

    assert admin_client_for("admin").post(url).status_code == 405


def test_lists_are_copied_after_a_look(admin_client_for: Admin, station: Station):
    client, target = admin_client_for("instructor"), factories.StationFactory()
    factories.EquipmentFactory(station=target, name="Прежний")
    url, order = _url(target, "copy-from/"), _order(station, mode="replace")
    before = _facts()

    looked = client.post(url, order)
    assert _facts() == before
    text = looked.content.decode()
    assert "Агрегат 1" in text
    assert "Прежний" in text

    done = client.post(url, order | {"state": looked.context["plan"].state})

    assert done.url == _url(target) + "#equipment"
    names = [row.name for row in LISTS["equipment"].rows(target)]
    assert names == ["Агрегат 0", "Агрегат 1"]
    entry = BinEntry.objects.get()
    assert (entry.title, entry.deleted_by.role) == ("Прежний", "instructor")
    again = client.post(url, order | {"state": looked.context["plan"].state}, follow=True)
    assert len(LISTS["equipment"].rows(target)) == 2
    assert again.status_code == 200


@pytest.mark.parametrize(
    "change", [{"source": "99999"}, {"source": "x"}, {"lists": ["none"]}, {"mode": "burn"}]
)
def test_a_choice_that_is_none_is_an_error_of_the_form(
    change: dict[str, Any], admin_client_for: Admin, station: Station
):
    target, before = factories.StationFactory(), _facts()

    page = admin_client_for("admin").post(
        _url(target, "copy-from/"), _order(station) | change | {"state": "x"}
    )

    assert page.status_code == 200
    assert page.context["form"].errors
    assert _facts() == before


def test_a_station_without_rows_has_nothing_to_copy(admin_client_for: Admin, station: Station):
    empty = factories.StationFactory()

    page = admin_client_for("admin").post(_url(station, "copy-from/"), _order(empty))

    assert page.context["form"].non_field_errors()
    assert page.context["plan"] is None
