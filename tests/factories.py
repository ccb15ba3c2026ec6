"""One factory per model that tests build often; defaults make a valid row, nothing more."""

import factory
from factory.django import DjangoModelFactory

from lms import models

PASSWORD = "correct-horse-7"


class StationFactory(DjangoModelFactory):
    """A station."""

    class Meta:
        model = models.Station

    name = factory.Sequence(lambda n: f"Компрессорная станция {n}")
    short_name = factory.Sequence(lambda n: f"KS{n}")


class EquipmentFactory(DjangoModelFactory):
    """A machine of a station."""

    class Meta:
        model = models.StationEquipment

    station = factory.SubFactory(StationFactory)
    name = factory.Sequence(lambda n: f"Агрегат {n}")


class SpecificationFactory(DjangoModelFactory):
    """A figure of a station."""

    class Meta:
        model = models.StationSpecification

    station = factory.SubFactory(StationFactory)
    category = factory.Sequence(lambda n: f"Показатель {n}")


class SafetySystemFactory(DjangoModelFactory):
    """A safety system of a station."""

    class Meta:
        model = models.SafetySystem

    station = factory.SubFactory(StationFactory)
    name = factory.Sequence(lambda n: f"Система {n}")


class SafetyFeatureFactory(DjangoModelFactory):
    """A feature of a safety system."""

    class Meta:
        model = models.SafetyFeature

    safety_system = factory.SubFactory(SafetySystemFactory)
    feature_name = factory.Sequence(lambda n: f"Функция {n}")


class ProgramFactory(DjangoModelFactory):
    """An active program of a station of its own."""

    class Meta:
        model = models.CourseProgram

    station = factory.SubFactory(StationFactory)
    title = factory.Sequence(lambda n: f"Программа {n}")


class LessonFactory(DjangoModelFactory):
    """A lesson."""

    class Meta:
        model = models.Lesson

    course_program = factory.SubFactory(ProgramFactory)
    title = factory.Sequence(lambda n: f"Урок № {n}")
    lesson_key = factory.Sequence(lambda n: f"lesson_{n}")


class TopicFactory(DjangoModelFactory):
    """A topic."""

    class Meta:
        model = models.Topic

    lesson = factory.SubFactory(LessonFactory)
    title = factory.Sequence(lambda n: f"Тема {n}")
    topic_key = factory.Sequence(lambda n: f"topic_{n}")


class TopicFileFactory(DjangoModelFactory):
    """A document of a topic."""

    class Meta:
        model = models.TopicFile

    topic = factory.SubFactory(TopicFactory)
    file_type = "additional_document"
    original_name = factory.Sequence(lambda n: f"Файл {n}.pdf")
    minio_object_name = factory.Sequence(lambda n: f"stations/1/course_program/topics/t/{n}.pdf")
    mime_type = "application/pdf"


class LessonTestFactory(DjangoModelFactory):
    """A lesson's test."""

    class Meta:
        model = models.LessonTest

    lesson = factory.SubFactory(LessonFactory)
    title = "Проверка"


class FinalTestFactory(DjangoModelFactory):
    """A program's test."""

    class Meta:
        model = models.FinalTest

    course_program = factory.SubFactory(ProgramFactory)
    title = "Итоговая проверка"
