"""Many rows are recorded with few queries; imports, migrations and rolled back changes are not."""

import pytest
from django.db import NotSupportedError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F

from lms.models import (
    ContentChange,
    Course,
    CourseProgram,
    Lesson,
    Station,
    StationEquipment,
    Topic,
    TopicFile,
)
from lms.services import program_tree
from lms.services.history import changes
from tests import factories
from tests.lms.services.history.content_rows import changes_of

pytestmark = pytest.mark.django_db


def test_an_update_of_many_rows_is_one_look_and_one_insert(django_assert_num_queries):
    files = [factories.TopicFileFactory() for _number in range(20)]
    ContentChange.objects.all().delete()

    with django_assert_num_queries(3):
        TopicFile.objects.update(title="Новое")

    found = changes_of(TopicFile)
    assert {change.after["title"] for change in found} == {"Новое"}
    assert {(change.root_model, change.root_id) for change in found} == {
        ("courseprogram", str(file.topic.lesson.course_program_id)) for file in files
    }


def test_a_bulk_update_of_many_rows_is_one_look_and_one_insert(django_assert_num_queries):
    rows = [factories.LessonFactory() for _number in range(20)]
    ContentChange.objects.all().delete()
    for row in rows:
        row.title += " *"

    with django_assert_num_queries(3):
        Lesson.objects.bulk_update(rows, ["title"])

    found = changes_of(Lesson)
    assert [change.after["title"] for change in found] == [row.title for row in rows]
    assert {change.root_id for change in found} == {str(row.course_program_id) for row in rows}


def test_many_new_rows_are_one_more_insert(django_assert_num_queries):
    program = factories.ProgramFactory()

    with django_assert_num_queries(2):
        Lesson.objects.bulk_create(
            Lesson(course_program=program, title=f"Урок {number}") for number in range(20)
        )

    assert len(changes_of(Lesson)) == 20


def test_a_deletion_of_many_rows_is_one_more_insert(django_assert_num_queries):
    station = factories.StationFactory()
    for number in range(20):
        StationEquipment.objects.create(station=station, name=f"ГПА {number}")
    ContentChange.objects.all().delete()

    with django_assert_num_queries(3):
        StationEquipment.objects.all().delete()

    assert [change.kind for change in changes_of(StationEquipment)] == ["delete"] * 20


def test_an_update_that_changes_nothing_is_not_recorded():
    lesson = factories.LessonFactory(title="Урок")
    ContentChange.objects.all().delete()

    Lesson.objects.update(title="Урок")
    Lesson.objects.bulk_update([lesson], ["title"])

    assert changes_of(Lesson) == []


def test_stored_numbers_are_not_recorded_but_renew_the_cache(committed, django_assert_num_queries):
    program = factories.TopicFactory().lesson.course_program
    ContentChange.objects.all().delete()

    assert committed(lambda: program_tree.recount_programs([program.pk]))
    with django_assert_num_queries(1):
        CourseProgram.objects.update(tree_version=F("tree_version") + 1)

    assert not ContentChange.objects.exists()


def test_a_second_main_pdf_that_makes_room_is_recorded(committed):
    file = factories.TopicFileFactory(file_type="main_pdf")
    ContentChange.objects.all().delete()

    assert committed(lambda: program_tree.release_main_pdf([file.pk]))

    (change,) = changes_of(TopicFile)
    assert change.after["file_type"] == "additional_document"


def test_rows_that_django_itself_updates_are_recorded():
    station = factories.StationFactory()
    course = Course.objects.create(title="Курс", station=station)
    lesson, topic = factories.LessonFactory(), factories.TopicFactory()
    ContentChange.objects.all().delete()

    lesson.topics.add(topic)
    station.delete()

    (moved,) = changes_of(Topic)
    assert moved.after["lesson_id"] == lesson.pk
    assert moved.root_id == str(lesson.course_program_id)
    (cut,) = changes_of(Course)
    assert (cut.object_id, cut.before["station_id"], cut.after["station_id"]) == (
        str(course.pk),
        station.pk or cut.before["station_id"],
        None,
    )


def test_an_update_by_related_rows_takes_these_rows_alone():
    active, other = factories.TopicFactory(), factories.TopicFactory()
    Lesson.objects.filter(pk=other.lesson_id).update(is_active=False)
    ContentChange.objects.all().delete()

    count = Topic.objects.filter(lesson__is_active=True).update(title="Новое", lesson=other.lesson)

    assert count == 1
    (change,) = changes_of(Topic)
    assert (change.object_id, change.after["lesson_id"]) == (str(active.pk), other.lesson_id)


def test_rows_that_may_exist_already_are_refused():
    station = Station(pk=1, name="А", short_name="A")

    for options in (
        {"ignore_conflicts": True},
        {"update_conflicts": True, "unique_fields": ["id"], "update_fields": ["name"]},
    ):
        with pytest.raises(NotSupportedError):
            Station.objects.bulk_create([station], **options)

    assert not Station.objects.exists()


def test_an_import_records_nothing_but_renews_the_cache(committed):
    station = Station(pk=1, name="А", short_name="A")

    def import_rows() -> None:
        with changes.without_history():
            Station.objects.bulk_create([station])
            Station.objects.bulk_create([station], ignore_conflicts=True)
            Station.objects.update(name="Б")
            station.save()

    assert committed(import_rows)

    assert not ContentChange.objects.exists()


def test_a_migration_records_nothing():
    station = factories.StationFactory()
    ContentChange.objects.all().delete()
    state = MigrationExecutor(connection).loader.project_state()
    historical = state.apps.get_model("lms", "Station")

    historical.objects.filter(pk=station.pk).update(name="Б")
    historical.objects.get(pk=station.pk).save()
    historical.objects.bulk_create([historical(name="В", short_name="V")])

    assert not ContentChange.objects.exists()


def test_a_change_that_is_rolled_back_leaves_no_record(committed):
    factories.LessonFactory(title="Урок")
    ContentChange.objects.all().delete()

    @transaction.atomic
    def update_and_fail() -> None:
        Lesson.objects.update(title="Новое")
        raise ZeroDivisionError

    def catch() -> None:
        with pytest.raises(ZeroDivisionError):
            update_and_fail()

    assert not committed(catch)

    assert not ContentChange.objects.exists()
