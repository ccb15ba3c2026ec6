"""Cached answers of public reads: no query when warm, fresh after every change, 304, nginx."""

import gzip
import time
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache

from lms.models import Station, StationEquipment
from lms.services import response_cache
from tests import factories

pytestmark = pytest.mark.django_db

PATHS = ["/stations/", "/stations/{id}", "/stations/{id}/course-program"]


class UnreliableCache:
    """The cache; while it is down it ignores every command, as IGNORE_EXCEPTIONS makes it do."""

    def __init__(self) -> None:
        self.is_down = False
        self.timeouts: dict[str, int | None] = {}

    def __getattr__(self, name: str) -> Any:
        """Return a command."""
        return (lambda *_arguments, **_named: None) if self.is_down else getattr(cache, name)

    def set(self, key: str, value: object, timeout: int | None = None) -> None:
        """Store a value and note how long it is kept."""
        if not self.is_down:
            self.timeouts[key] = timeout
            cache.set(key, value, timeout=timeout)


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

    response_cache.store("stations", at, b"old", is_gzipped=False)

    assert response_cache.find("stations", response_cache.version(), is_gzipped=False) is None


def test_an_unknown_station_is_not_remembered(api_client, django_capture_on_commit_callbacks):
    assert api_client.get("/stations/1").status_code == 404

    with django_capture_on_commit_callbacks(execute=True):
        factories.StationFactory(pk=1)

    assert api_client.get("/stations/1").status_code == 200


def test_a_lost_cache_is_refilled(api_client, station):
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


def test_a_cached_answer_has_the_headers_of_every_other(api_client, station):
    path = f"/stations/{station.pk}"
    first, second = api_client.get(path), api_client.get(path)

    names = {name for name, _value in first.items()} - {"X-Request-ID"}
    assert {name: first[name] for name in names} == {name: second[name] for name in names}
    assert {"X-Content-Type-Options", "Content-Security-Policy", "X-Frame-Options"} <= names


def test_a_cached_answer_is_for_our_own_hosts_only(api_client, station):
    path = f"/stations/{station.pk}"
    api_client.get(path)

    assert api_client.get(path, HTTP_HOST="evil.example").status_code == 400


def test_only_reads_are_answered_from_the_cache(api_client, station):
    path = f"/stations/{station.pk}"
    api_client.get(path)

    assert api_client.head(path).status_code == 200
    assert api_client.post(path, {}, format="json").status_code == 405


@pytest.mark.parametrize("condition", ["*", "W/{etag}", '"x", {etag}', '"x",W/{etag},"y"'])
def test_conditions_are_read_as_the_standard_says(api_client, station, condition):
    etag = api_client.get("/stations/")["ETag"]

    known = api_client.get("/stations/", HTTP_IF_NONE_MATCH=condition.replace("{etag}", etag))

    assert known.status_code == 304
    assert known["ETag"] == etag


@pytest.mark.parametrize("path", PATHS)
def test_nginx_may_keep_an_answer_until_the_second_ends(api_client, station, path):
    for _time in ("cold", "warm"):
        before, answer, after = time.time(), api_client.get(_path(path, station)), time.time()
        kept = answer["X-Accel-Expires"]
        assert int(before) <= int(kept.removeprefix("@")) <= int(after)
        assert kept.startswith("@")


def test_nginx_keeps_nothing_but_the_three_public_reads(api_client, station, sign_in):
    unknown = api_client.get(f"/stations/{station.pk + 1}")
    others = [
        api_client.get(path)
        for path in (f"/stations/{station.pk}/equipment", "/stations/departments", "/health")
    ]
    personal = sign_in().get("/courses/me/programs")

    assert unknown.status_code == 404
    assert [one.status_code for one in (*others, personal)] == [200] * 4
    assert not any("X-Accel-Expires" in answer for answer in (unknown, *others, personal))


@pytest.mark.parametrize("path", PATHS)
def test_everybody_gets_the_same_answer(api_client, sign_in, station, path):
    path = _path(path, station)
    learner, admin = sign_in(), sign_in("admin")
    answers = []
    for client, token in (
        (api_client, None),
        (api_client, "Bearer no-token"),
        (api_client, "Basic YTpi"),
        (learner, None),
        (admin, None),
    ):
        cache.clear()
        answers.append(client.get(path, **({"HTTP_AUTHORIZATION": token} if token else {})))

    own = {"X-Request-ID", "X-Accel-Expires"}
    headers = [
        {name: value for name, value in answer.items() if name not in own} for answer in answers
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert all(each == headers[0] for each in headers)
    assert not any(answer.cookies for answer in answers)


def test_an_edit_committed_while_the_cache_is_down_shows_when_it_is_back(
    api_client, station, monkeypatch, django_capture_on_commit_callbacks
):
    unreliable = UnreliableCache()
    monkeypatch.setattr(response_cache, "cache", unreliable)
    path = f"/stations/{station.pk}"
    api_client.get(path)

    unreliable.is_down = True
    with django_capture_on_commit_callbacks(execute=True):
        StationEquipment.objects.create(station=station, name="ГПА-16")
    during = api_client.get(path)
    unreliable.is_down = False
    after = [api_client.get(path) for _time in range(2)]

    for answer in (during, *after):
        assert [row["name"] for row in answer.json()["equipment"]] == ["ГПА-16"]


def test_without_a_second_try_an_old_answer_lasts_a_minute(api_client, station, monkeypatch):
    unreliable = UnreliableCache()
    monkeypatch.setattr(response_cache, "cache", unreliable)

    api_client.get(f"/stations/{station.pk}")

    answers = {key: kept for key, kept in unreliable.timeouts.items() if "answer" in key}
    assert list(answers.values()) == [60]


@pytest.mark.parametrize("name", ["station", "topicfile", "question", "herosliderimage", "option"])
def test_a_change_of_content_replaces_the_version(name):
    assert response_cache.is_in_answers(apps.get_model("lms", name))


@pytest.mark.parametrize("name", ["comment", "videotranscodejob", "binentry", "user", "profile"])
def test_a_change_of_anything_else_keeps_the_version(name):
    assert not response_cache.is_in_answers(apps.get_model("lms", name))


def test_a_comment_keeps_every_cached_answer(sign_in, station, django_capture_on_commit_callbacks):
    client = sign_in()
    before = response_cache.version()

    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(
            "/courses/comments",
            {"station_id": station.pk, "lesson_index": 0, "topic_index": 0, "comment_text": "Да"},
            format="json",
        )

    assert sent.status_code == 201
    assert response_cache.version() == before
