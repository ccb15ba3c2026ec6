"""Cached responses of public reads: no query when warm, fresh after every change, 304."""

import gzip

import pytest

from lms.models import Station, StationEquipment
from lms.services import response_cache
from tests import factories

pytestmark = pytest.mark.django_db

PATHS = ["/stations/", "/stations/{id}", "/stations/{id}/course-program"]


@pytest.fixture
def station(db) -> Station:
    return factories.ProgramFactory().station


def _path(path: str, station: Station) -> str:
    return path.replace("{id}", str(station.pk))


@pytest.mark.parametrize("path", PATHS)
def test_a_warm_read_costs_no_query_and_says_the_same(
    api_client, station, path, django_assert_num_queries
):
    cold = api_client.get(_path(path, station))

    with django_assert_num_queries(0):
        warm = api_client.get(f"/api{_path(path, station)}")

    assert warm.content == cold.content
    assert warm["ETag"] == cold["ETag"]
    assert warm["Content-Type"] == "application/json"


def test_views_with_the_same_argument_have_answers_of_their_own(api_client, station):
    detail, program = (api_client.get(_path(path, station)).json() for path in PATHS[1:])

    assert (detail["station"]["id"], program["courseProgram"]["stationId"]) == (station.pk,) * 2


@pytest.mark.parametrize("path", PATHS)
def test_a_known_answer_is_304_without_a_body(api_client, station, path):
    etag = api_client.get(_path(path, station))["ETag"]

    known = api_client.get(_path(path, station), HTTP_IF_NONE_MATCH=f'"x", {etag}')
    other = api_client.get(_path(path, station), HTTP_IF_NONE_MATCH='"x"')

    assert (known.status_code, known.content) == (304, b"")
    assert other.status_code == 200


def test_a_change_shows_in_the_next_answer(api_client, station, django_capture_on_commit_callbacks):
    before = api_client.get(f"/stations/{station.pk}")

    with django_capture_on_commit_callbacks(execute=True):
        StationEquipment.objects.create(station=station, name="ГПА-16")
    after = api_client.get(f"/stations/{station.pk}", HTTP_IF_NONE_MATCH=before["ETag"])

    assert after.status_code == 200
    assert [row["name"] for row in after.json()["equipment"]] == ["ГПА-16"]


def test_a_deletion_shows_in_the_next_answer(
    api_client, station, django_capture_on_commit_callbacks
):
    api_client.get("/stations/")

    with django_capture_on_commit_callbacks(execute=True):
        station.delete()

    assert api_client.get("/stations/").json() == {"data": []}


def test_a_change_that_is_rolled_back_keeps_the_version(
    station, django_capture_on_commit_callbacks
):
    before = response_cache.version()

    with django_capture_on_commit_callbacks(execute=False):
        station.save()

    assert response_cache.version() == before


def test_a_slow_reader_cannot_store_an_old_state(station, django_capture_on_commit_callbacks):
    at = response_cache.version()
    with django_capture_on_commit_callbacks(execute=True):
        station.save()

    response_cache.store("stations", at, b"old")

    assert response_cache.stored("stations", response_cache.version()) is None


def test_an_unknown_station_is_not_remembered(api_client, django_capture_on_commit_callbacks):
    assert api_client.get("/stations/1").status_code == 404

    with django_capture_on_commit_callbacks(execute=True):
        factories.StationFactory(pk=1)

    assert api_client.get("/stations/1").status_code == 200


def test_a_lost_cache_is_refilled(api_client, station):
    from django.core.cache import cache

    first = api_client.get("/stations/")
    cache.clear()

    assert api_client.get("/stations/").content == first.content


def test_two_routes_of_one_station_never_share_their_bytes(api_client, station):
    for _time in range(2):
        assert "station" in api_client.get(f"/stations/{station.pk}").json()
        body = api_client.get(f"/stations/{station.pk}/course-program").json()
        assert list(body) == ["courseProgram"]


@pytest.mark.parametrize("path", PATHS[1:])
def test_who_takes_gzip_gets_it_with_a_tag_of_its_own(api_client, station, path):
    path = _path(path, station)
    factories.LessonFactory.create_batch(20, course_program=station.programs.get())
    StationEquipment.objects.bulk_create(
        StationEquipment(station=station, name=f"Агрегат {n}") for n in range(20)
    )
    response_cache.bump()
    plain = api_client.get(path)

    for accepted in ("gzip, deflate, br", "br;q=1.0, GZIP;q=0.5"):
        zipped = api_client.get(path, HTTP_ACCEPT_ENCODING=accepted)
        assert zipped["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.content) == plain.content
        assert len(zipped.content) < len(plain.content) / 3
        assert zipped["ETag"] not in {plain["ETag"], ""}
        known = api_client.get(
            path, HTTP_ACCEPT_ENCODING=accepted, HTTP_IF_NONE_MATCH=zipped["ETag"]
        )
        assert known.status_code == 304

    for refused in ("", "identity", "gzip;q=0", "gzip; q=0.0, br"):
        answer = api_client.get(path, HTTP_ACCEPT_ENCODING=refused)
        assert "Content-Encoding" not in answer
        assert answer["ETag"] == plain["ETag"]
        assert "Accept-Encoding" in answer["Vary"]


def test_an_answer_from_memory_has_the_headers_of_every_other(api_client, station):
    path = f"/stations/{station.pk}"
    first, second = api_client.get(path), api_client.get(path)

    names = {name for name, _value in first.items()} - {"X-Request-ID"}
    assert {name: first[name] for name in names} == {name: second[name] for name in names}
    assert {"X-Content-Type-Options", "Content-Security-Policy", "X-Frame-Options"} <= names


def test_an_answer_from_memory_is_for_our_own_hosts_only(api_client, station):
    path = f"/stations/{station.pk}"
    api_client.get(path)

    assert api_client.get(path, HTTP_HOST="evil.example").status_code == 400


def test_only_reads_are_answered_from_memory(api_client, station):
    path = f"/stations/{station.pk}"
    api_client.get(path)

    assert api_client.head(path).status_code == 200
    assert api_client.post(path, {}, format="json").status_code == 405


def test_memory_is_bounded_in_bytes(monkeypatch):
    monkeypatch.setattr(response_cache, "LOCAL_BYTES", 100)
    for number in range(5):
        response_cache.store(f"body{number}", "v1", b"x" * 40)

    held = [n for n in range(5) if response_cache.in_memory(f"body{n}", "v1")]
    assert held == [3, 4]
    assert response_cache.stored("body0", "v1").body == b"x" * 40
