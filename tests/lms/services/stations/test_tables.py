"""Lists of a station as tables: out, changed, and in again."""

import csv
import io
import zipfile
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from lms.errors import UnreadableTable
from lms.models import BinEntry, ContentChange, SafetyFeature, Station
from lms.services import response_cache
from lms.services.stations import tables
from lms.services.stations.lists import LISTS
from media_admin.models import MediaFile
from portal.common.errors import AppError, Conflict, Invalid
from tests import factories

pytestmark = pytest.mark.django_db
EQUIPMENT = LISTS["equipment"]
SYSTEMS = LISTS["safety-systems"]
PHOTOS = LISTS["photos"]


@pytest.fixture
def station(db: None) -> Station:
    """Return a station with rows in every list."""
    station = factories.StationFactory()
    factories.EquipmentFactory(
        station=station, name="ГПА-16", model="М1", power="-16 МВт", description="а\r\nб"
    )
    factories.EquipmentFactory(station=station, name="ГПА-25", quantity=4, order_index=1)
    factories.SpecificationFactory(station=station, category="=2+3", value="+40")
    system = factories.SafetySystemFactory(station=station, name="Пожар")
    for place, name in enumerate(["дым", "пламя"]):
        SafetyFeature.objects.create(safety_system=system, feature_name=name, order_index=place)
    station.gas_sources.create(source_name="Север")
    station.photos.create(title="Зал", view="machine-hall", image_url="stations/hall.jpg")
    station.normative_documents.create(title="Правила", file_url="stations/rules.pdf")
    return station


def _xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _confirm(station: Station, made: Any, data: bytes) -> tables.Preview:
    payload = tables.preview(station, made, data).payload()
    return tables.confirm(station, made, payload, by=None)


@pytest.mark.parametrize("kind", tables.FORMATS)
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", LISTS)
def test_an_export_comes_back_as_unchanged_in_either_language(
    name: str, language: str, kind: str, station: Station
):
    with translation.override(language):
        data = tables.export(station, LISTS[name], kind=kind)
    with translation.override("en" if language == "ru" else "ru"):
        found = tables.preview(station, LISTS[name], data)

    assert {draft.state for draft in found.drafts} == {"unchanged"}
    assert len(found.drafts) == len(LISTS[name].rows(station))


def test_no_cell_is_a_formula(station: Station):
    made = LISTS["specifications"]
    data = tables.export(station, made, kind="xlsx")
    cells = [cell.value for cell in load_workbook(io.BytesIO(data)).active[3]]
    lines = list(csv.reader(io.StringIO(tables.export(station, made, kind="csv").decode())))

    assert cells[1:3] == ["'=2+3", "'+40"]
    assert lines[1][1:3] == ["'=2+3", "'+40"]


def test_a_workbook_names_its_columns_by_hidden_keys(station: Station):
    sheet = load_workbook(io.BytesIO(tables.export(station, EQUIPMENT, kind="xlsx"))).active

    assert [cell.value for cell in sheet[2]][:2] == ["id", "name"]
    assert sheet.row_dimensions[2].hidden


def test_lines_are_added_changed_left_and_refused_with_reasons(station: Station):
    first, second = EQUIPMENT.rows(station)
    data = _xlsx(
        ["id", "Name", "Quantity", "Power"],
        [first.pk, "ГПА-16М", 1, "-16 МВт"],
        [second.pk, "ГПА-25", 4, ""],
        ["", "Новый", 2.0, "5 МВт"],
        ["", "", 2, ""],
        ["", "Дробный", 2.5, ""],
        [second.pk, "ещё раз", 4, ""],
        ["abc", "чужой", 1, ""],
    )

    with translation.override("en"):
        found = tables.preview(station, EQUIPMENT, data)

    states = [draft.state for draft in found.drafts]
    assert states == ["changed", "unchanged", "new", *["refused"] * 4]
    assert found.drafts[0].changes == [("Name", "ГПА-16", "ГПА-16М")]
    assert [draft.line for draft in found.drafts] == [2, 3, 4, 5, 6, 7, 8]
    assert [draft.errors[0] for draft in found.drafts[3:]] == [
        "Name: This field cannot be blank.",
        "Quantity: Enter a whole number.",
        "The row with this number already appears above.",
        "“abc” is not the number of a row. Leave the cell empty to add a new row.",
    ]
    assert station.equipment.count() == 2


def test_confirming_stores_what_was_shown_with_its_history(
    station: Station, django_capture_on_commit_callbacks: Any
):
    first, second = EQUIPMENT.rows(station)
    data = _xlsx(
        ["id", "name", "power"],
        [first.pk, "ГПА-16М", ""],
        ["", "Новый", "'-5 МВт"],
        [second.pk, "ГПА-25", ""],
        ["", "", ""],
    )
    ContentChange.objects.all().delete()
    version = response_cache.version()

    with django_capture_on_commit_callbacks(execute=True):
        _confirm(station, EQUIPMENT, data)

    rows = [(r.name, r.power, r.model, r.order_index) for r in EQUIPMENT.rows(station)]
    assert rows == [
        ("ГПА-16М", None, "М1", 0),
        ("ГПА-25", None, None, 1),
        ("Новый", "-5 МВт", None, 2),
    ]
    kinds = ContentChange.objects.order_by("pk").values_list("kind", "title", "root_id")
    assert sorted(kinds) == [
        ("change", "ГПА-16М", str(station.pk)),
        ("create", "Новый", str(station.pk)),
    ]
    assert response_cache.version() != version


def test_features_are_lines_of_a_cell(station: Station):
    system = station.safety_systems.get()
    smoke, flame = system.features.order_by("order_index")
    data = _xlsx(
        ["id", "name", "features"],
        [system.pk, "Пожар", "пламя\nтепло"],
        ["", "Газ", "датчики\n\n вытяжка "],
    )

    _confirm(station, SYSTEMS, data)

    old, new = SYSTEMS.rows(station)
    assert [(f.pk == flame.pk, f.feature_name) for f in old.features.all()] == [
        (True, "пламя"),
        (False, "тепло"),
    ]
    assert [f.feature_name for f in new.features.all()] == ["датчики", "вытяжка"]
    assert BinEntry.objects.get().object_id == str(smoke.pk)


def test_a_column_that_is_not_there_stays(station: Station):
    system = station.safety_systems.get()

    _confirm(station, SYSTEMS, _xlsx(["id", "name"], [system.pk, "Пожар и дым"]))

    system.refresh_from_db()
    assert (system.name, system.features.count()) == ("Пожар и дым", 2)


def test_a_row_of_another_station_is_added_not_changed(station: Station):
    other = factories.StationFactory()
    data = tables.export(station, EQUIPMENT, kind="xlsx")

    found = _confirm(other, EQUIPMENT, data)

    assert found.counts["new"] == 2
    assert [row.name for row in EQUIPMENT.rows(other)] == ["ГПА-16", "ГПА-25"]
    assert station.equipment.count() == 2


def test_a_key_must_be_a_file_that_the_portal_knows(station: Station):
    ready = {"state": MediaFile.State.READY, "size_bytes": 1, "content_type": "a"}
    MediaFile.objects.create(key="stations/new.jpg", original_name="n", kind="image", **ready)
    MediaFile.objects.create(key="secret/exam.pdf", original_name="n", kind="pdf", **ready)
    data = _xlsx(
        ["title", "view", "image_url"],
        ["Новое", "Machine hall", "stations/new.jpg"],
        ["Снова", "", "stations/hall.jpg"],
        ["Чужой тип", "", "secret/exam.pdf"],
        ["Нет такого", "", "secret/none.jpg"],
        ["Вид", "мимо", "stations/new.jpg"],
    )

    found = tables.preview(station, PHOTOS, data)

    assert [draft.state for draft in found.drafts] == ["new", "new", *["refused"] * 3]
    assert found.drafts[0].values["view"] == "machine-hall"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"PK\x03\x04nonsense",
        b"\x00\x01\x02\x03\x00\x00",
        b"name;colour\na;red",
        b"name;name\na;b",
        b"id\n5",
        b"name\n",
        b"x" * (tables.MAX_BYTES + 1),
        b"name\n" + b"a\n" * 2001,
        b"name\n" + b"\n" * 30000 + b"a",
    ],
)
def test_a_file_of_no_use_is_refused_as_a_whole(data: bytes, station: Station):
    with pytest.raises(UnreadableTable):
        tables.preview(station, EQUIPMENT, data)


def test_a_workbook_that_unpacks_to_too_much_is_refused(station: Station):
    buffer = io.BytesIO(_xlsx(["name"], ["Новый"]))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.bin", b" " * 50 * 1024 * 1024)
    assert len(buffer.getvalue()) < tables.MAX_BYTES

    with pytest.raises(UnreadableTable):
        tables.preview(station, EQUIPMENT, buffer.getvalue())


def test_features_count_to_the_limit(station: Station):
    data = _xlsx(["name", "features"], ["Газ", "\n".join(map(str, range(2000)))])

    with pytest.raises(UnreadableTable, match=r"2.000"):
        tables.preview(station, SYSTEMS, data)


def test_what_changed_since_the_preview_is_not_overwritten(station: Station):
    payload = tables.preview(station, EQUIPMENT, _xlsx(["name"], ["Новый"])).payload()
    station.equipment.update(power="1")

    with pytest.raises(Conflict):
        tables.confirm(station, EQUIPMENT, payload, by=None)

    assert station.equipment.count() == 2


def test_a_second_confirmation_adds_nothing(station: Station):
    payload = tables.preview(station, EQUIPMENT, _xlsx(["name"], ["Новый"])).payload()
    tables.confirm(station, EQUIPMENT, payload, by=None)

    with pytest.raises(Conflict):
        tables.confirm(station, EQUIPMENT, payload, by=None)

    assert station.equipment.count() == 3


def test_one_wrong_line_in_a_confirmation_stores_nothing(station: Station):
    payload = tables.preview(station, EQUIPMENT, _xlsx(["name"], ["Первый"], ["Второй"])).payload()

    with pytest.raises(Invalid):
        tables.confirm(station, EQUIPMENT, payload.replace("Второй", "я" * 300), by=None)

    assert station.equipment.count() == 2


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"state": "", "columns": ["name"], "rows": []}',
        '{"state": "", "columns": ["name"], "rows": [["a", ["b"]]]}',
        '{"state": "", "columns": ["bin_entry"], "rows": [[1, ["b"]]]}',
        '{"state": "", "columns": [], "rows": [[1, ["b"]]]}',
        '{"state": "", "columns": ["name"], "rows": [[Infinity, ["b"]]]}',
        "[" * 100_000,
    ],
)
def test_a_confirmation_that_is_none_is_refused(payload: str, station: Station):
    with pytest.raises(AppError):
        tables.confirm(station, EQUIPMENT, payload, by=None)


def test_two_thousand_lines_take_few_queries(station: Station, django_assert_max_num_queries: Any):
    lines = [["", f"Агрегат {number}"] for number in range(1998)]
    rows = [[row.pk, f"{row.name} новый"] for row in EQUIPMENT.rows(station)]
    payload = tables.preview(station, EQUIPMENT, _xlsx(["id", "name"], *rows, *lines)).payload()

    with django_assert_max_num_queries(60):
        tables.confirm(station, EQUIPMENT, payload, by=None)

    assert station.equipment.count() == 2000


@pytest.mark.parametrize("kind", tables.FORMATS)
@pytest.mark.parametrize("name", sorted(set(LISTS) - {"photos", "documents"}))
def test_a_sample_can_be_imported(name: str, kind: str, station: Station):
    found = tables.preview(station, LISTS[name], tables.sample(LISTS[name], kind=kind))

    assert [draft.state for draft in found.drafts] == ["new"]
