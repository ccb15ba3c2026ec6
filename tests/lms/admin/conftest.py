"""Builds a given number of rows of every model, for the tests of the admin's pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from lms import models
from lms.services.history import changes, recycle_bin
from tests import factories
from tests.lms.admin.courses.builder_requests import builder_url


def _stations(count: int) -> models.Station:
    for number in range(count):
        station = models.Station.objects.create(name=f"КС {number}", short_name=f"KS{number}")
        models.Department.objects.create(name=f"Служба {number}", short_name=f"D{number}")
    for number in range(count):
        models.StationEquipment.objects.create(station=station, name=f"Агрегат {number}")
        models.StationSpecification.objects.create(station=station, category=f"Мощность {number}")
        system = models.SafetySystem.objects.create(station=station, name=f"Система {number}")
        # The last one has many; a page of stations shows them all.
        for feature in range(count if number == count - 1 else 1):
            models.SafetyFeature.objects.create(safety_system=system, feature_name=f"Ф{feature}")
        models.GasSource.objects.create(station=station, source_name=f"Газопровод {number}")
        models.StationPhoto.objects.create(station=station, title=f"Вид {number}", image_url="a")
        models.NormativeDocument.objects.create(station=station, title=f"П{number}", file_url="a")
        models.PromoVideo.objects.create(station=station, object_key=f"video-{number}.mp4")
    return station


def _program(station: models.Station, count: int) -> models.Lesson:
    for number in range(count):
        program = models.CourseProgram.objects.create(
            station=station, title=f"Программа {number}", is_active=number == count - 1
        )
        models.Course.objects.create(title=f"Курс {number}", station=station)
    for number in range(count):
        models.LearningOutcome.objects.create(
            course_program=program, outcome_text=f"Умеет {number}"
        )
        models.ProgramRequirement.objects.create(
            course_program=program, requirement_text=f"{number}"
        )
        models.TargetAudience.objects.create(course_program=program, audience_text=f"{number}")
        models.FinalTest.objects.create(course_program=program, title=f"Итог {number}")
        lesson = models.Lesson.objects.create(course_program=program, title=f"Урок {number}")
    return lesson


def _lesson(lesson: models.Lesson, count: int) -> models.LessonTest:
    for number in range(count):
        models.LessonMaterial.objects.create(lesson=lesson, material_name=f"Схема {number}")
        test = models.LessonTest.objects.create(lesson=lesson, title=f"Тест {number}")
        topic = models.Topic.objects.create(lesson=lesson, title=f"Тема {number}")
    for number in range(count):
        models.TopicFile.objects.create(
            topic=topic,
            file_type="additional_document",
            original_name=f"{number}.docx",
            minio_object_name=f"topics/{number}.docx",
        )
        question = models.Question.objects.create(lesson_test=test, question=f"Вопрос {number}?")
        # The last one has many, as with the features above.
        for option in range(count if number == count - 1 else 2):
            models.Option.objects.create(
                question=question, option_text=f"Ответ {option}", is_correct=option == 0
            )
    return test


def _people(count: int, test: models.LessonTest) -> None:
    now = timezone.now()
    program = test.lesson.course_program
    topic = test.lesson.topics.first()
    course = models.Course.objects.first()
    for number in range(count):
        user = models.User.objects.create(username=f"u{number}", full_name=f"Имя {number}")
        models.Profile.objects.create(
            user=user,
            station=program.station,
            department=models.Department.objects.first(),
        )
        models.UserStats.objects.create(user=user)
        models.Mail.objects.create(user=user, kind="digest", status="failed", error="550")
        models.UserSession.objects.create(
            user=user, session_token=f"digest-{number}", expires_at=now + timedelta(days=1)
        )
        models.LdapTempSession.objects.create(ldap_email="a@b.uz", ldap_username=f"ldap{number}")
        models.Enrollment.objects.create(user=user, course_program=program)
        models.CourseEnrollment.objects.create(user=user, course=course)
        models.TopicProgress.objects.create(
            user=user, topic=topic, completed=True, completed_at=now
        )
        models.TestResult.objects.create(user=user, lesson_test=test, score=80, passed=True)
        models.Certificate.objects.create(user=user, course=course, title="Сертификат")
        # Places that are gone: rows of older installations name lessons and stations without one.
        models.Comment.objects.create(user=user, station_id=99999, comment_text="Опечатка")
        for model, kind in [(models.CompletedMaterial, "pdf"), (models.MaterialProgress, "video")]:
            extra = {"topic_id": 99999} if model is models.MaterialProgress else {}
            model.objects.create(
                user=user,
                course_program=program,
                material_type=kind,
                material_key="a",
                **extra,
            )


@pytest.fixture(autouse=True)
def _no_list_of_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare each page Django's own list of models, which no page of ours shows.

    The sidebar is made from lms/admin/navigation.py. The list took a sixth of the time of a page.
    """
    monkeypatch.setattr(admin.site, "get_app_list", lambda request, app_label=None: [])


@pytest.fixture
def build_rows(db: None) -> Callable[[int], None]:
    """Return a builder of `count` rows per model; parents have `count` children too."""

    def build(count: int) -> None:
        with changes.without_history():
            _build(count)

    return build


def _build(count: int) -> None:
    """Build `count` rows of each model."""
    lesson = _program(_stations(count), count)
    _people(count, _lesson(lesson, count))
    models.SiteSettings.objects.create(pk=1)
    gone = []
    for number in range(count):
        gone.append(models.Topic.objects.create(lesson=lesson, title=f"Удалённая тема {number}"))
        models.ContentChange.objects.create(
            kind="change",
            user=models.User.objects.first(),
            model="lesson",
            object_id=str(lesson.pk),
            title=lesson.title,
            root_model="courseprogram",
            root_id=str(lesson.course_program_id),
            before=changes.state_of(lesson) | {"title": f"Прежде {number}"},
            after=changes.state_of(lesson),
        )
        models.HeroSliderImage.objects.create(key=f"slide-{number}.jpg")
        models.VideoTranscodeJob.objects.create(
            target_type="topic_file", target_id=number, source_object_key=f"{number}.mp4"
        )
    recycle_bin.put_all(gone, by=None)


@pytest.fixture
def rows_of() -> Callable[[str], Any]:
    """Return a finder of the last row of a model by its name; it has the most children."""

    def find(name: str) -> Any:
        if name == "user":
            return models.Profile.objects.order_by("user__username").last().user
        return next(
            model.objects.order_by("pk").last()
            for model in map(models.__dict__.get, models.__all__)
            if hasattr(model, "_meta")
            and not model._meta.abstract
            and model._meta.model_name == name
        )

    return find


@pytest.fixture
def program() -> models.CourseProgram:
    """Three lessons of three topics, a file in each topic, tests."""
    program = factories.ProgramFactory()
    for place in range(3):
        lesson = factories.LessonFactory(
            course_program=program, order_index=place, title=f"Урок {place}"
        )
        factories.LessonTestFactory(lesson=lesson)
        for n in range(3):
            topic = factories.TopicFactory(lesson=lesson, order_index=n, title=f"Тема {place}.{n}")
            factories.TopicFileFactory(topic=topic, file_type="main_pdf")
    factories.FinalTestFactory(course_program=program)
    return program


@pytest.fixture
def editor(admin_client_for: Callable[[str], Client]) -> Client:
    """Return a browser signed in as an instructor."""
    return admin_client_for("instructor")


@pytest.fixture
def send(editor: Client, program: models.CourseProgram) -> Callable[..., dict[str, Any]]:
    """Return a sender of acts to the builder that checks the status and returns the answer."""

    def act(status: int = 200, **data: Any) -> dict[str, Any]:
        url = builder_url(program, "act")
        answer = editor.post(url, data, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    return act
