"""A file counts once it was opened and delivered, in either order; a delivery never fails."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms.models import (
    Certificate,
    CompletedMaterial,
    CourseProgram,
    Enrollment,
    FileDelivery,
    TopicProgress,
    User,
)
from lms.selectors.progress import enrollments as figures
from lms.services.progress import completions, deliveries, recompute
from media_admin.services import objects
from tests import factories, learning

pytestmark = [pytest.mark.django_db, pytest.mark.both]

BODY = b"%PDF-1.7\n" + bytes(200)
KEYS = ("stations/1/доставка/а.pdf", "stations/1/доставка/б.mp4")


@pytest.fixture
def program(db: None) -> CourseProgram:
    """Return a program of one topic with two files that the store has."""
    topic = factories.TopicFactory()
    for key in KEYS:
        factories.TopicFileFactory(topic=topic, minio_object_name=key)
        objects.store_bytes(key, BODY, content_type=objects.guessed_type(key))
    return topic.lesson.course_program


@pytest.fixture
def learner(make_user: Callable[..., User]) -> User:
    """Return a learner."""
    return make_user("learner")


def _report(user: User, program: CourseProgram, *keys: str) -> int:
    for key in keys:
        progress = completions.complete_material(
            user.pk, program.pk, material_type="pdf", material_key=key
        )
    return progress.completed_count


def _percent() -> int | None:
    return Enrollment.objects.get().progress_percent


def test_a_file_that_is_only_reported_does_not_count(learner, program):
    assert _report(learner, program, *KEYS, *KEYS) == 0

    assert _percent() == 0
    assert TopicProgress.objects.count() == 0
    assert figures.my_figures(learner.pk)["materials"]["pdf"] == 0
    assert list(CompletedMaterial.objects.values_list("is_confirmed", flat=True)) == [False] * 2


def test_a_file_that_is_only_delivered_does_not_count(learner, program):
    Enrollment.objects.create(user=learner, course_program=program)
    learning.deliver(learner, KEYS[0])

    assert CompletedMaterial.objects.count() == 0
    assert _percent() == 0


def test_reported_first_it_counts_from_the_delivery_on(learner, program):
    _report(learner, program, *KEYS)
    learning.deliver(learner, KEYS[0])
    half = _percent()
    learning.deliver(learner, KEYS[1])

    assert (half, _percent()) == (50, 100)
    assert Enrollment.objects.get().status == "completed"
    assert TopicProgress.objects.get().completed
    assert Certificate.objects.get().user == learner
    assert figures.my_figures(learner.pk)["materials"]["pdf"] == 2


def test_delivered_first_it_counts_when_it_is_reported(learner, program):
    learning.deliver(learner, KEYS[0])

    assert _report(learner, program, KEYS[0]) == 1
    assert _percent() == 50


def test_the_delivery_to_another_person_does_not_count(learner, program, make_user):
    _report(learner, program, KEYS[0])
    learning.deliver(make_user("other"), KEYS[0])

    assert _percent() == 0


def test_topics_and_files_at_other_addresses_need_no_delivery(learner, program):
    elsewhere = "https://example.com/c.pdf"
    factories.TopicFileFactory(topic=factories.TopicFactory(lesson=program.lessons.get()))
    program.lessons.get().topics.last().files.update(minio_object_name=elsewhere)

    completions.complete_material(
        learner.pk,
        program.pk,
        material_type="text",
        material_key=f"topic:{program.lessons.get().topics.first().topic_key}",
    )
    count = _report(learner, program, elsewhere)

    assert count == 1
    assert not CompletedMaterial.objects.filter(is_confirmed=False).exists()


def test_rows_from_before_the_rule_and_of_other_tools_count(learner, program):
    Enrollment.objects.create(user=learner, course_program=program)
    user_id = learner.pk.hex if connection.vendor == "sqlite" else learner.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO user_course_materials "
            "(user_id, course_program_id, material_type, material_key, is_completed) "
            "VALUES (%s, %s, 'pdf', %s, %s)",
            [user_id, program.pk, KEYS[0], True],
        )

    assert recompute.recompute_all()[0] > 0
    assert _percent() == 50


def test_in_a_program_that_is_switched_off_the_file_is_confirmed_and_counted_later(
    learner, program, django_capture_on_commit_callbacks
):
    _report(learner, program, KEYS[0])
    with django_capture_on_commit_callbacks(execute=True):
        CourseProgram.objects.filter(pk=program.pk).update(is_active=False)

    learning.deliver(learner, KEYS[0])
    CourseProgram.objects.filter(pk=program.pk).update(is_active=True)
    before = _percent()
    recompute.recompute_all()

    assert (before, _percent()) == (0, 50)


def _stream(client: Any, key: str, kind: str = "stream", **headers: str) -> int:
    response = client.get(f"/files/{kind}/{key}", headers=headers)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def test_every_way_of_reading_a_file_is_a_delivery(sign_in, program):
    people = {way: sign_in(username=way) for way in ("whole", "range", "link", "known")}
    link = people["link"].get("/files/presign", {"key": KEYS[0]}).json()["url"]
    etag = objects.stat(KEYS[0]).etag

    codes = [
        _stream(people["whole"], KEYS[0]),
        _stream(people["range"], KEYS[0], "video", Range="bytes=0-"),
        _stream(people["known"], KEYS[0], if_none_match=f'"{etag}"'),
    ]
    answer = Client().get(link)
    b"".join(answer.streaming_content)

    # An unchanged file is shown from the browser's memory, perhaps that of another person.
    assert (codes, answer.status_code) == ([200, 206, 304], 200)
    rows = FileDelivery.objects.values_list("user__username", "object_key", "etag", "delivered_on")
    today = timezone.localdate()
    assert set(rows) == {(way, KEYS[0], etag, today) for way in people}


def test_what_sends_nothing_is_no_delivery(sign_in, program):
    client = sign_in()
    client.head(f"/files/stream/{KEYS[0]}")
    link = client.get("/files/presign", {"key": KEYS[0]}).json()["url"]
    Client().head(link)
    codes = [
        _stream(client, KEYS[0], Range="bytes=99999-"),
        _stream(client, KEYS[0], if_match='"other"'),
        _stream(client, "stations/1/нет.pdf"),
        _stream(Client(), KEYS[0]),
    ]

    assert codes == [416, 412, 404, 401]
    assert FileDelivery.objects.count() == 0


def test_nginx_is_told_what_to_send_and_that_is_a_delivery(sign_in, program, settings):
    if not settings.OBJECT_STORAGE["BACKEND"].endswith("S3ObjectStorage"):
        return
    settings.MEDIA_DELIVERY = "nginx"
    client = sign_in()

    answer = client.get(f"/files/stream/{KEYS[0]}")

    assert answer["X-Accel-Redirect"]
    assert learning.was_delivered(client.user, KEYS[0])


def test_a_link_for_everybody_names_nobody(api_client, sign_in, program):
    program.station.image = "stations/1/доставка/общий.jpg"
    program.station.save()
    objects.store_bytes(program.station.image, BODY, content_type="image/jpeg")
    query = {"key": program.station.image}

    links = {
        client.get("/files/presign", query).json()["url"] for client in (api_client, sign_in())
    }

    assert len(links) == 1
    b"".join(Client().get(links.pop()).streaming_content)
    assert FileDelivery.objects.count() == 0


def test_a_delivery_costs_queries_once_a_day(learner, monkeypatch):
    with CaptureQueriesContext(connection) as first:
        learning.deliver(learner, KEYS[0])
    with CaptureQueriesContext(connection) as second:
        learning.deliver(learner, KEYS[0])
    tomorrow, now = timezone.localdate() + timedelta(days=1), time.time()
    monkeypatch.setattr(deliveries.timezone, "localdate", lambda: tomorrow)
    monkeypatch.setattr(deliveries.time, "time", lambda: now + 86400)
    learning.deliver(learner, KEYS[0])

    # Inside a transaction the insert has a savepoint around it.
    assert len(first) <= 4
    assert len(second) == 0
    assert FileDelivery.objects.count() == 2


def test_another_process_stores_no_second_row(learner):
    learning.deliver(learner, KEYS[0])
    deliveries.forget()
    learning.deliver(learner, KEYS[0])

    assert FileDelivery.objects.count() == 1


def test_a_database_that_refuses_the_row_does_not_refuse_the_file(
    sign_in, program, monkeypatch, caplog
):
    def refuse(*_arguments: object, **_options: object) -> None:
        raise DatabaseError("disk full")

    client = sign_in()
    monkeypatch.setattr(deliveries, "_store", refuse)
    refused = _stream(client, KEYS[0])
    monkeypatch.undo()
    again = _stream(client, KEYS[0])

    assert (refused, again) == (200, 200)
    assert "delivery not stored" in caplog.text
    assert learning.was_delivered(client.user, KEYS[0])
