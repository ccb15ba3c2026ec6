"""The data of the benchmarks: 8 large programs, 2,000 people, 100,000 progress rows."""

import itertools

from django.contrib.auth.hashers import make_password
from django.db import connection

from lms import models

STATIONS = 8
LESSONS = 10
TOPICS = 60
FILES = 90
PEOPLE = 2000
PROGRESS_ROWS = 100_000


def build(password: str) -> None:
    """Fill an empty database; everybody has the same password."""
    topics = [topic for number in range(STATIONS) for topic in _station(number + 1)]
    hashed = make_password(password)
    people = models.User.objects.bulk_create(
        models.User(username=f"person{n}", full_name=f"Сотрудник {n}", password=hashed)
        for n in range(PEOPLE)
    )
    programs = list(models.CourseProgram.objects.all())
    models.Enrollment.objects.bulk_create(
        (
            models.Enrollment(
                user=person,
                course_program=program,
                progress_percent=(n * 7) % 100,
                status="in_progress",
            )
            for n, person in enumerate(people)
            for program in (programs[n % STATIONS], programs[(n + 3) % STATIONS])
        ),
        batch_size=2000,
    )
    pairs = itertools.islice(
        itertools.product(people, topics[: PROGRESS_ROWS // PEOPLE]), PROGRESS_ROWS
    )
    models.TopicProgress.objects.bulk_create(
        (models.TopicProgress(user=person, topic=topic, completed=True) for person, topic in pairs),
        batch_size=5000,
    )
    # PostgreSQL looks at its tables by itself, but not before a minute after they were filled.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _station(number: int) -> list[models.Topic]:
    station = models.Station.objects.create(
        name=f"Компрессорная станция {number}",
        short_name=f"KS{number}",
        description="Линейная станция магистрального газопровода. " * 6,
        image=f"stations/{number}/images/1763000000000_вид.jpg",
    )
    _children(station)
    program = models.CourseProgram.objects.create(station=station, title=f"Программа {number}")
    models.LearningOutcome.objects.bulk_create(
        models.LearningOutcome(course_program=program, outcome_text=f"Уметь {n}", order_index=n)
        for n in range(8)
    )
    models.FinalTest.objects.create(course_program=program, title="Итог", questions_count=10)
    topics: list[models.Topic] = []
    for place in range(LESSONS):
        lesson = models.Lesson.objects.create(
            course_program=program, title=f"Урок № {place}", order_index=place
        )
        models.LessonTest.objects.create(lesson=lesson, title="Проверка", questions_count=5)
        topics += models.Topic.objects.bulk_create(
            models.Topic(
                lesson=lesson,
                title=f"Тема {place}.{n}",
                order_index=n,
                topic_key=f"t{number}-{place}-{n}",
            )
            for n in range(TOPICS // LESSONS)
        )
    models.TopicFile.objects.bulk_create(
        models.TopicFile(
            topic=topics[n % TOPICS],
            file_type="additional_document",
            original_name=f"Порядок пуска агрегата № {n}.pdf",
            minio_object_name=f"stations/{number}/course_program/topics/t{n}/Порядок_{n}.pdf",
            mime_type="application/pdf",
            file_size=2_483_112 + n,
            order_index=n,
        )
        for n in range(FILES)
    )
    return topics


def _children(station: models.Station) -> None:
    for n in range(10):
        models.StationEquipment.objects.create(
            station=station,
            name=f"Агрегат {n}",
            model="ГПА-16",
            manufacturer="Завод",
            order_index=n,
        )
        models.StationSpecification.objects.create(
            station=station, category=f"Показатель {n}", value="9,6", unit="МПа", order_index=n
        )
        system = models.SafetySystem.objects.create(station=station, name=f"Система {n}")
        models.SafetyFeature.objects.create(safety_system=system, feature_name="Останов агрегата")
        models.GasSource.objects.create(station=station, source_name=f"Нитка {n}")
        models.StationPhoto.objects.create(
            station=station, title=f"Фото {n}", image_url=f"stations/{station.pk}/photos/{n}.jpg"
        )
