"""Lists of one station copied to another."""

from typing import Any

import pytest

from lms.models import BinEntry, ContentChange, SafetyFeature, Station
from lms.services import response_cache
from lms.services.history import recycle_bin
from lms.services.history.changes import without_history
from lms.services.stations import copying
from lms.services.stations.lists import LISTS
from portal.common.errors import Conflict, Invalid
from tests import factories

pytestmark = pytest.mark.django_db
ALL = list(LISTS.values())


@pytest.fixture
def source(db: None) -> Station:
    """Return a station with rows in every list."""
    station = factories.StationFactory()
    factories.EquipmentFactory(station=station, name="Б", order_index=1, quantity=4)
    factories.EquipmentFactory(station=station, name="А", order_index=0)
    factories.SpecificationFactory(station=station, category="Давление", value="9,8")
    system = factories.SafetySystemFactory(station=station, name="Пожар")
    for place, name in enumerate(["дым", "пламя"]):
        SafetyFeature.objects.create(safety_system=system, feature_name=name, order_index=place)
    station.gas_sources.create(source_name="Север")
    station.photos.create(title="Зал", view="machine-hall", image_url="stations/hall.jpg")
    station.normative_documents.create(title="Правила", file_url="stations/rules.pdf")
    return station


@pytest.fixture
def target(db: None) -> Station:
    """Return a station with one machine and one safety system."""
    station = factories.StationFactory()
    factories.EquipmentFactory(station=station, name="Старый", order_index=7)
    system = factories.SafetySystemFactory(station=station, name="Старая система")
    factories.SafetyFeatureFactory(safety_system=system)
    return station


def _copy(
    source: Station, target: Station, *, lists: Any = ALL, replace: bool = False
) -> copying.Plan:
    state = copying.plan(source, target, lists, replace=replace).state
    return copying.copy(source, target, lists, replace=replace, state=state, by=None)


def test_rows_go_behind_those_of_the_target_with_all_their_values(source: Station, target: Station):
    _copy(source, target)

    rows = LISTS["equipment"].rows(target)
    assert [(row.name, row.quantity, row.order_index) for row in rows] == [
        ("Старый", 1, 7),
        ("А", 1, 8),
        ("Б", 4, 9),
    ]
    copied = LISTS["safety-systems"].rows(target)[-1]
    assert [feature.feature_name for feature in copied.features.all()] == ["дым", "пламя"]
    photo = target.photos.get()
    assert (photo.title, photo.view, photo.image_url) == (
        "Зал",
        "machine-hall",
        "stations/hall.jpg",
    )
    assert target.normative_documents.get().file_url == "stations/rules.pdf"
    assert target.gas_sources.get().source_name == "Север"
    assert target.specifications.get().value == "9,8"
    assert source.equipment.count() == 2


def test_replaced_rows_are_in_the_bin_and_come_back(source: Station, target: Station):
    old = target.safety_systems.get()

    plan = _copy(source, target, replace=True)

    assert (plan.added, plan.removed) == (7, 2)
    assert [system.name for system in target.safety_systems.all()] == ["Пожар"]
    recycle_bin.restore(BinEntry.objects.get(object_id=str(old.pk), model="safetysystem"), by=None)
    old.refresh_from_db()
    assert old.features.count() == 1


def test_a_list_that_the_source_lacks_is_not_emptied(source: Station, target: Station):
    source.equipment.all().delete()

    _copy(source, target, replace=True)

    assert target.equipment.get().name == "Старый"


def test_a_row_in_the_bin_is_not_copied(source: Station, target: Station):
    recycle_bin.put(source.equipment.get(name="А"), by=None)

    _copy(source, target, lists=[LISTS["equipment"]])

    assert sorted(target.equipment.values_list("name", flat=True)) == ["Б", "Старый"]


def test_every_row_has_its_history_and_the_cache_is_replaced(
    source: Station, target: Station, django_capture_on_commit_callbacks: Any
):
    ContentChange.objects.all().delete()
    version = response_cache.version()

    with django_capture_on_commit_callbacks(execute=True):
        _copy(source, target)

    changes = ContentChange.objects.filter(kind="create", root_id=str(target.pk))
    assert changes.count() == 9  # features included
    assert response_cache.version() != version


def test_planning_stores_nothing(source: Station, target: Station):
    before = ContentChange.objects.count()

    plan = copying.plan(source, target, ALL, replace=True)

    assert (plan.added, plan.removed) == (7, 2)
    assert ContentChange.objects.count() == before
    assert target.equipment.count() == 1


@pytest.mark.parametrize("which", ["source", "target"])
def test_what_changed_since_the_plan_is_not_copied(which: str, source: Station, target: Station):
    state = copying.plan(source, target, ALL, replace=True).state
    {"source": source, "target": target}[which].equipment.update(power="1")

    with pytest.raises(Conflict):
        copying.copy(source, target, ALL, replace=True, state=state, by=None)

    assert target.equipment.get().name == "Старый"


def test_a_failure_on_the_way_leaves_all_as_it_was(
    source: Station, target: Station, monkeypatch: pytest.MonkeyPatch
):
    state = copying.plan(source, target, ALL, replace=True).state

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(response_cache, "bump", fail)
    with pytest.raises(RuntimeError):
        copying.copy(source, target, ALL, replace=True, state=state, by=None)

    assert target.equipment.get().name == "Старый"
    assert target.photos.count() == 0


def test_nothing_is_copied_to_itself_or_without_lists_or_from_nothing(
    source: Station, target: Station
):
    empty = factories.StationFactory()
    for stations, lists in [
        ((source, source), ALL),
        ((source, target), []),
        ((empty, target), ALL),
    ]:
        with pytest.raises(Invalid):
            copying.plan(*stations, lists, replace=False)


def test_two_thousand_rows_are_the_limit_and_take_few_queries(
    source: Station, target: Station, django_assert_max_num_queries: Any
):
    made = LISTS["gas-sources"]
    with without_history():
        made.model.objects.bulk_create(
            made.model(station=source, source_name=str(number)) for number in range(1999)
        )
    with django_assert_max_num_queries(50):
        _copy(source, target, lists=[made])
    assert target.gas_sources.count() == 2000

    made.model.objects.create(station=source, source_name="ещё")
    with pytest.raises(Invalid, match=r"2.000"):
        copying.plan(source, target, [made], replace=False)
