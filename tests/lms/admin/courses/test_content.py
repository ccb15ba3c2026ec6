"""Programs, lessons, topics, files and tests are written in the admin through the services."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lms.models import (
    CourseProgram,
    Lesson,
    LessonTest,
    Question,
    Station,
    Topic,
    TopicFile,
    User,
)
from media_admin.models import MediaFile
from media_admin.services import objects

Admin = Callable[[str], Client]
MakeUser = Callable[..., User]


def _management(prefix: str, *, total: int, initial: int = 0) -> dict[str, Any]:
    return {
        f"{prefix}-TOTAL_FORMS": total,
        f"{prefix}-INITIAL_FORMS": initial,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }


@pytest.fixture
def station(db: None) -> Station:
    return Station.objects.create(name="КС Газли", short_name="GAZ")


@pytest.fixture
def topic(station: Station) -> Topic:
    program = CourseProgram.objects.create(station=station, title="Эксплуатация")
    lesson = Lesson.objects.create(course_program=program, title="Урок 1")
    return Topic.objects.create(lesson=lesson, title="Пуск")


def test_saving_a_program_counts_and_names_its_parts(admin_client_for: Admin, topic: Topic) -> None:
    lesson = topic.lesson
    LessonTest.objects.create(lesson=lesson, title="Тест")
    data = {
        "course_program": lesson.course_program_id,
        "title": "Урок первый",
        "is_active": "on",
        **_management("topics", total=2, initial=1),
        "topics-0-id": topic.pk,
        "topics-0-lesson": lesson.pk,
        "topics-0-title": "Пуск",
        "topics-0-is_active": "on",
        "topics-0-order_index": 0,
        "topics-1-lesson": lesson.pk,
        "topics-1-title": "Остановка",
        "topics-1-is_active": "on",
        "topics-1-order_index": 0,
        **_management("tests", total=0),
        **_management("materials", total=0),
    }

    response = admin_client_for("instructor").post(f"/admin/lms/lesson/{lesson.pk}/change/", data)

    assert response.status_code == 302
    program = CourseProgram.objects.get()
    assert (program.lessons_count, program.topics_count, program.tests_count) == (1, 2, 1)
    lesson.refresh_from_db()
    assert lesson.topics_count == 2
    added = Topic.objects.get(title="Остановка")
    assert (bool(added.topic_key), bool(lesson.lesson_key), added.order_index) == (True, True, 1)


def test_a_lesson_that_moves_is_counted_in_both_programs(
    admin_client_for: Admin, topic: Topic
) -> None:
    lesson = topic.lesson
    other = CourseProgram.objects.create(
        station=lesson.course_program.station, title="Вторая", is_active=False
    )
    data = {
        "course_program": other.pk,
        "title": lesson.title,
        "is_active": "on",
        **_management("topics", total=0),
        **_management("tests", total=0),
        **_management("materials", total=0),
    }

    admin_client_for("instructor").post(f"/admin/lms/lesson/{lesson.pk}/change/", data)

    counts = dict(CourseProgram.objects.values_list("title", "lessons_count"))
    assert counts == {"Эксплуатация": 0, "Вторая": 1}


def test_a_second_active_program_is_refused_beside_the_form(
    admin_client_for: Admin, topic: Topic
) -> None:
    station = topic.lesson.course_program.station
    data = {"station": station.pk, "title": "Ещё одна", "is_active": "on"}
    for prefix in ["lessons", "final_tests", "learning_outcomes", "requirements"]:
        data |= _management(prefix, total=0)
    data |= _management("target_audience", total=0)

    response = admin_client_for("instructor").post("/admin/lms/courseprogram/add/", data)

    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert CourseProgram.objects.count() == 1


def _file_form(topic: Topic, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    data = {"lesson": topic.lesson_id, "title": topic.title, "is_active": "on"}
    data |= _management("files", total=len(rows), initial=initial)
    for number, row in enumerate(rows):
        row = {"topic": topic.pk, "is_active": "on", "order_index": number, **row}
        data |= {f"files-{number}-{name}": value for name, value in row.items()}
    return data


def _upload(key: str, *, kind: str = "pdf", state: str = "ready") -> MediaFile:
    return MediaFile.objects.create(
        key=key,
        original_name="Лекция №1.pdf",
        kind=kind,
        content_type="video/mp4" if kind == "video" else "application/pdf",
        size_bytes=2 * 1024 * 1024,
        state=state,
    )


def test_a_topic_file_fills_itself_from_its_upload(admin_client_for: Admin, topic: Topic) -> None:
    _upload("topics/1/a.pdf")
    _upload("topics/1/b.mp4", kind="video")
    url = f"/admin/lms/topic/{topic.pk}/change/"
    data = _file_form(
        topic,
        {"minio_object_name": "topics/1/a.pdf", "file_type": ""},
        {"minio_object_name": "topics/1/b.mp4", "file_type": ""},
    )

    response = admin_client_for("instructor").post(url, data)

    assert response.status_code == 302
    first, second = TopicFile.objects.order_by("pk")
    assert (first.file_type, first.original_name) == ("main_pdf", "Лекция №1.pdf")
    assert (first.file_size, first.mime_type) == (2097152, "application/pdf")
    assert first.size_formatted.startswith("2.0 ")
    assert (second.file_type, second.order_index) == ("additional_video", 1)


def test_a_second_pdf_becomes_a_document(admin_client_for: Admin, topic: Topic) -> None:
    _upload("topics/1/a.pdf")
    _upload("topics/1/b.pdf")
    data = _file_form(
        topic,
        {"minio_object_name": "topics/1/a.pdf", "file_type": ""},
        {"minio_object_name": "topics/1/b.pdf", "file_type": ""},
    )

    admin_client_for("instructor").post(f"/admin/lms/topic/{topic.pk}/change/", data)

    types = list(TopicFile.objects.order_by("pk").values_list("file_type", flat=True))
    assert types == ["main_pdf", "additional_document"]


def test_an_unfinished_upload_is_refused_beside_its_field(
    admin_client_for: Admin, topic: Topic
) -> None:
    _upload("topics/1/a.pdf", state="pending")
    data = _file_form(topic, {"minio_object_name": "topics/1/a.pdf", "file_type": ""})

    response = admin_client_for("instructor").post(f"/admin/lms/topic/{topic.pk}/change/", data)

    formset = response.context["inline_admin_formsets"][0].formset
    assert response.status_code == 200
    assert list(formset.errors[0]) == ["minio_object_name"]
    assert TopicFile.objects.count() == 0


@pytest.mark.parametrize(
    ("key", "status", "saved"),
    [
        ("old/plan.pdf", 302, [("plan.pdf", 13, "main_pdf")]),
        ("old/none.pdf", 200, []),
        ("../x.pdf", 200, []),
        ("", 200, []),
    ],
)
def test_a_file_of_the_store_is_named_by_hand_on_its_own_page(
    key: str,
    status: int,
    saved: list[tuple[str, int, str]],
    admin_client_for: Admin,
    topic: Topic,
) -> None:
    objects.store_bytes("old/plan.pdf", b"%PDF-1.7 plan", content_type="application/pdf")
    data = {"topic": topic.pk, "stored_key": key, "is_active": "on"}

    response = admin_client_for("instructor").post("/admin/lms/topicfile/add/", data)

    found = list(TopicFile.objects.values_list("original_name", "file_size", "file_type"))
    assert (response.status_code, found) == (status, saved)


def test_a_key_that_no_upload_brought_is_refused_on_the_page_of_a_topic(
    admin_client_for: Admin, topic: Topic
) -> None:
    objects.store_bytes("certificates/1.pdf", b"%PDF-1.7 x", content_type="application/pdf")
    data = _file_form(topic, {"minio_object_name": "certificates/1.pdf", "file_type": ""})

    response = admin_client_for("instructor").post(f"/admin/lms/topic/{topic.pk}/change/", data)

    assert (response.status_code, TopicFile.objects.count()) == (200, 0)


def test_two_main_pdfs_are_refused_and_two_files_may_change_places(
    admin_client_for: Admin, topic: Topic
) -> None:
    client = admin_client_for("instructor")
    url = f"/admin/lms/topic/{topic.pk}/change/"
    files = [
        TopicFile.objects.create(
            topic=topic, file_type=kind, original_name="a", minio_object_name=f"old/{kind}.pdf"
        )
        for kind in ["main_pdf", "additional_document"]
    ]
    rows = [{"id": file.pk, "minio_object_name": file.minio_object_name} for file in files]

    both = [{**row, "file_type": "main_pdf"} for row in rows]
    refused = client.post(url, _file_form(topic, *both, initial=2))
    swapped = [
        {**rows[0], "file_type": "additional_document"},
        {**rows[1], "file_type": "main_pdf"},
    ]
    accepted = client.post(url, _file_form(topic, *swapped, initial=2))

    assert (refused.status_code, accepted.status_code) == (200, 302)
    types = list(TopicFile.objects.order_by("pk").values_list("file_type", flat=True))
    assert types == ["additional_document", "main_pdf"]


def _question_form(test: LessonTest, right: list[bool]) -> dict[str, Any]:
    data = {
        "lesson": test.lesson_id,
        "title": test.title,
        "passing_score": 70,
        "time_limit": 30,
        "is_active": "on",
        **_management("questions", total=1),
        "questions-0-question": "Давление на выходе?",
        "questions-0-points": 1,
        "questions-0-order_index": 0,
        **_management("questions-0-options", total=len(right)),
    }
    for number, is_right in enumerate(right):
        data[f"questions-0-options-{number}-option_text"] = f"{number} МПа"
        data[f"questions-0-options-{number}-order_index"] = 0
        if is_right:
            data[f"questions-0-options-{number}-is_correct"] = "on"
    return data


def test_a_question_is_made_with_its_answers_on_the_page_of_the_test(
    admin_client_for: Admin, topic: Topic
) -> None:
    test = LessonTest.objects.create(lesson=topic.lesson, title="Тест")
    url = f"/admin/lms/lessontest/{test.pk}/change/"

    response = admin_client_for("instructor").post(url, _question_form(test, [False, True, False]))

    assert response.status_code == 302
    question = Question.objects.get()
    options = list(question.options.values_list("option_text", "is_correct", "order_index"))
    assert options == [("0 МПа", False, 0), ("1 МПа", True, 1), ("2 МПа", False, 2)]
    assert (question.test_type, question.test_id) == ("lesson", test.pk)
    test.refresh_from_db()
    assert test.questions_count == 1


@pytest.mark.parametrize("right", [[], [True], [False, False], [True, True]])
def test_a_question_without_exactly_one_right_answer_is_refused(
    right: list[bool], admin_client_for: Admin, topic: Topic
) -> None:
    test = LessonTest.objects.create(lesson=topic.lesson, title="Тест")
    url = f"/admin/lms/lessontest/{test.pk}/change/"

    response = admin_client_for("instructor").post(url, _question_form(test, right))

    assert response.status_code == 200
    assert Question.objects.count() == 0


def test_a_topic_with_peoples_progress_goes_to_the_bin_and_the_progress_stays(
    admin_client_for: Admin, topic: Topic, make_user: MakeUser
) -> None:
    make_user("karimov").topic_progress.create(topic=topic, completed=True)
    url = f"/admin/lms/topic/{topic.pk}/delete/"

    response = admin_client_for("instructor").post(url, {"post": "yes"})

    assert response.status_code == 302
    assert not Topic.objects.filter(pk=topic.pk).exists()
    assert Topic.everything.get(pk=topic.pk).progress.count() == 1


def test_dropped_photos_take_their_titles_from_their_files(
    admin_client_for: Admin, station: Station
) -> None:
    MediaFile.objects.create(
        key="stations/1/photos/1_a.jpg",
        original_name="Машинный зал.jpg",
        kind="image",
        content_type="image/jpeg",
        size_bytes=10,
        state="ready",
    )
    data = {"name": station.name, "short_name": station.short_name, "status": "active"}
    for prefix in ["equipment", "specifications", "safety_systems", "gas_sources"]:
        data |= _management(prefix, total=0)
    data |= _management("normative_documents", total=0) | _management("promo_videos", total=0)
    data |= _management("photos", total=1)
    data |= {"photos-0-image_url": "stations/1/photos/1_a.jpg", "photos-0-order_index": 0}

    response = admin_client_for("instructor").post(f"/admin/lms/station/{station.pk}/change/", data)

    assert response.status_code == 302
    assert list(station.photos.values_list("title", flat=True)) == ["Машинный зал"]
