"""Every change of content is recorded and renews the cached responses, whichever way it comes."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import NotSupportedError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test.utils import isolate_apps

from lms.models import (
    ContentChange,
    Course,
    CourseProgram,
    Lesson,
    Question,
    Station,
    StationEquipment,
    Topic,
    TopicFile,
)
from lms.models.content import ContentModel, ContentQuerySet
from lms.models.roles import CONTENT_MODELS
from lms.services import program_tree, response_cache
from lms.services.history import changes
from tests import factories
from tests.lms.services.history.content_rows import CONTENT, new_row, stored_row, text_column

# Instructors may edit these, but they are records, remarks or files: nothing to restore.
RECORDS = {"comment", "videotranscodejob", "mediafile", "binentry", "contentchange"}
PEOPLE = {
    "attemptcounter",
    "filedelivery",
    "mail",
    "notice",
    *("user", "profile", "userstats", "usersession", "ldaptempsession"),
    *("enrollment", "courseenrollment", "topicprogress", "completedmaterial", "materialprogress"),
    *("teststart", "testresult", "certificate", "certificatecounter"),
}


def _save(model: type[ContentModel], row: ContentModel, column: str) -> None:
    setattr(row, column, "new")
    row.save()


def _bulk_update(model: type[ContentModel], row: ContentModel, column: str) -> None:
    setattr(row, column, "new")
    model.objects.bulk_update([row], [column])


def _save_instead(model: type[ContentModel], row: ContentModel, column: str) -> None:
    model.objects.update_or_create(pk=row.pk, defaults={column: "new"})


CHANGES: dict[str, Callable[[type[ContentModel], ContentModel, str], object]] = {
    "save": _save,
    "update_or_create": _save_instead,
    "update": lambda model, row, column: model.objects.filter(pk=row.pk).update(**{column: "new"}),
    "update with an expression": lambda model, row, column: model.objects.update(
        **{column: Concat(Value("n"), Value("ew"))}
    ),
    "bulk_update": _bulk_update,
    "bulk_update with an expression": lambda model, row, column: (
        setattr(row, column, Concat(Value("n"), Value("ew"))),
        model.objects.bulk_update([row], [column]),
    ),
    "base manager": lambda model, row, column: model._base_manager.update(**{column: "new"}),
}


@pytest.fixture
def committed(django_capture_on_commit_callbacks) -> Callable[[Callable[[], object]], bool]:
    """Return a function that runs a change, and tells whether the cached responses are renewed."""

    def run(change: Callable[[], object]) -> bool:
        before = response_cache.version()
        with django_capture_on_commit_callbacks(execute=True):
            change()
        return response_cache.version() != before

    return run


def _changes_of(model: type[ContentModel]) -> list[ContentChange]:
    return list(ContentChange.objects.filter(model=model._meta.model_name).order_by("pk"))


@pytest.mark.django_db
@pytest.mark.parametrize("way", CHANGES)
@pytest.mark.parametrize("model", CONTENT, ids=lambda model: model.__name__)
def test_a_change_is_recorded_and_renews_the_cache(model, way, committed):
    column = text_column(model)
    row = stored_row(model, **{column: "old"})
    ContentChange.objects.all().delete()

    assert committed(lambda: CHANGES[way](model, row, column))

    (change,) = _changes_of(model)
    assert (change.kind, change.object_id) == ("change", str(row.pk))
    assert (change.before[column], change.after[column]) == ("old", "new")


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["save", "create", "bulk_create"])
@pytest.mark.parametrize("model", CONTENT, ids=lambda model: model.__name__)
def test_a_creation_is_recorded_and_renews_the_cache(model, way, committed):
    row = new_row(model)
    ContentChange.objects.all().delete()
    ways = {
        "save": row.save,
        "create": lambda: model.objects.create(
            **{
                c.attname: getattr(row, c.attname)
                for c in model._meta.concrete_fields
                if row.pk or not c.primary_key
            }
        ),
        "bulk_create": lambda: model.objects.bulk_create([row]),
    }

    assert committed(ways[way])

    (change,) = _changes_of(model)
    stored = model.objects.get()
    assert (change.kind, change.object_id, change.before) == ("create", str(stored.pk), None)
    assert change.after[text_column(model)] == getattr(stored, text_column(model))
    assert change.title == str(stored)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["row", "queryset", "cascade"])
@pytest.mark.parametrize("model", CONTENT, ids=lambda model: model.__name__)
def test_a_deletion_is_recorded_and_renews_the_cache(model, way, committed):
    row = stored_row(model)
    pk, title = row.pk, str(row)
    parents = [
        column
        for column in model._meta.concrete_fields
        if column.remote_field
        and column.remote_field.on_delete is models.CASCADE
        and getattr(row, column.attname)
    ]
    ContentChange.objects.all().delete()
    ways = {
        "row": row.delete,
        "queryset": model.objects.all().delete,
        "cascade": getattr(row, parents[0].name).delete if parents else row.delete,
    }

    assert committed(ways[way])

    (change,) = _changes_of(model)
    assert (change.kind, change.object_id, change.after) == ("delete", str(pk), None)
    assert change.title == title


def _escapes(model: type[models.Model]) -> list[str]:
    """Return the managers of a model whose bulk changes nobody would record."""
    managers = [*model._meta.managers, model._base_manager, model._default_manager]
    is_content = issubclass(model, ContentModel)
    return [
        manager.name
        for manager in managers
        if not (is_content and isinstance(manager.get_queryset(), ContentQuerySet))
    ]


def test_what_instructors_edit_is_content_or_named_here():
    names = {model._meta.model_name for model in CONTENT}

    assert names == CONTENT_MODELS - RECORDS == changes.RECORDED_MODELS


def test_a_new_model_is_content_or_named_here():
    names = {model._meta.model_name for model in apps.get_app_config("lms").get_models()}

    assert names - {model._meta.model_name for model in CONTENT} - RECORDS == PEOPLE


@pytest.mark.parametrize("model", CONTENT, ids=lambda model: model.__name__)
def test_no_manager_of_content_escapes(model):
    assert _escapes(model) == []


@isolate_apps("lms")
def test_content_with_a_manager_of_its_own_would_be_found():
    class Pump(ContentModel):
        every = models.Manager()

        class Meta:
            app_label = "lms"

        def __str__(self) -> str:
            return "pump"

    assert set(_escapes(Pump)) == {"every"}


@pytest.mark.django_db
def test_an_update_of_many_rows_is_one_look_and_one_insert(django_assert_num_queries):
    files = [factories.TopicFileFactory() for _number in range(20)]
    ContentChange.objects.all().delete()

    with django_assert_num_queries(3):
        TopicFile.objects.update(title="Новое")

    found = _changes_of(TopicFile)
    assert {change.after["title"] for change in found} == {"Новое"}
    assert {(change.root_model, change.root_id) for change in found} == {
        ("courseprogram", str(file.topic.lesson.course_program_id)) for file in files
    }


@pytest.mark.django_db
def test_a_bulk_update_of_many_rows_is_one_look_and_one_insert(django_assert_num_queries):
    rows = [factories.LessonFactory() for _number in range(20)]
    ContentChange.objects.all().delete()
    for row in rows:
        row.title += " *"

    with django_assert_num_queries(3):
        Lesson.objects.bulk_update(rows, ["title"])

    found = _changes_of(Lesson)
    assert [change.after["title"] for change in found] == [row.title for row in rows]
    assert {change.root_id for change in found} == {str(row.course_program_id) for row in rows}


@pytest.mark.django_db
def test_many_new_rows_are_one_more_insert(django_assert_num_queries):
    program = factories.ProgramFactory()

    with django_assert_num_queries(2):
        Lesson.objects.bulk_create(
            Lesson(course_program=program, title=f"Урок {number}") for number in range(20)
        )

    assert len(_changes_of(Lesson)) == 20


@pytest.mark.django_db
def test_a_deletion_of_many_rows_is_one_more_insert(django_assert_num_queries):
    station = factories.StationFactory()
    for number in range(20):
        StationEquipment.objects.create(station=station, name=f"ГПА {number}")
    ContentChange.objects.all().delete()

    with django_assert_num_queries(3):
        StationEquipment.objects.all().delete()

    assert [change.kind for change in _changes_of(StationEquipment)] == ["delete"] * 20


@pytest.mark.django_db
def test_an_update_that_changes_nothing_is_not_recorded():
    lesson = factories.LessonFactory(title="Урок")
    ContentChange.objects.all().delete()

    Lesson.objects.update(title="Урок")
    Lesson.objects.bulk_update([lesson], ["title"])

    assert _changes_of(Lesson) == []


@pytest.mark.django_db
def test_stored_numbers_are_not_recorded_but_renew_the_cache(committed, django_assert_num_queries):
    program = factories.TopicFactory().lesson.course_program
    ContentChange.objects.all().delete()

    assert committed(lambda: program_tree.recount_programs([program.pk]))
    with django_assert_num_queries(1):
        CourseProgram.objects.update(tree_version=F("tree_version") + 1)

    assert not ContentChange.objects.exists()


@pytest.mark.django_db
def test_a_second_main_pdf_that_makes_room_is_recorded(committed):
    file = factories.TopicFileFactory(file_type="main_pdf")
    ContentChange.objects.all().delete()

    assert committed(lambda: program_tree.release_main_pdf([file.pk]))

    (change,) = _changes_of(TopicFile)
    assert change.after["file_type"] == "additional_document"


@pytest.mark.django_db
def test_rows_that_django_itself_updates_are_recorded():
    station = factories.StationFactory()
    course = Course.objects.create(title="Курс", station=station)
    lesson, topic = factories.LessonFactory(), factories.TopicFactory()
    ContentChange.objects.all().delete()

    lesson.topics.add(topic)
    station.delete()

    (moved,) = _changes_of(Topic)
    assert moved.after["lesson_id"] == lesson.pk
    assert moved.root_id == str(lesson.course_program_id)
    (cut,) = _changes_of(Course)
    assert (cut.object_id, cut.before["station_id"], cut.after["station_id"]) == (
        str(course.pk),
        station.pk or cut.before["station_id"],
        None,
    )


@pytest.mark.django_db
def test_an_update_by_related_rows_takes_these_rows_alone():
    active, other = factories.TopicFactory(), factories.TopicFactory()
    Lesson.objects.filter(pk=other.lesson_id).update(is_active=False)
    ContentChange.objects.all().delete()

    count = Topic.objects.filter(lesson__is_active=True).update(title="Новое", lesson=other.lesson)

    assert count == 1
    (change,) = _changes_of(Topic)
    assert (change.object_id, change.after["lesson_id"]) == (str(active.pk), other.lesson_id)


@pytest.mark.django_db
def test_rows_that_may_exist_already_are_refused():
    station = Station(pk=1, name="А", short_name="A")

    for options in (
        {"ignore_conflicts": True},
        {"update_conflicts": True, "unique_fields": ["id"], "update_fields": ["name"]},
    ):
        with pytest.raises(NotSupportedError):
            Station.objects.bulk_create([station], **options)

    assert not Station.objects.exists()


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_a_migration_records_nothing():
    station = factories.StationFactory()
    ContentChange.objects.all().delete()
    state = MigrationExecutor(connection).loader.project_state()
    historical = state.apps.get_model("lms", "Station")

    historical.objects.filter(pk=station.pk).update(name="Б")
    historical.objects.get(pk=station.pk).save()
    historical.objects.bulk_create([historical(name="В", short_name="V")])

    assert not ContentChange.objects.exists()


@pytest.mark.django_db
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", CHANGES)
def test_a_change_that_cannot_be_recorded_is_not_stored(way, monkeypatch):
    question = stored_row(Question, question="old")

    def fail(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(changes, "_store", fail)
    with pytest.raises(ZeroDivisionError):
        CHANGES[way](Question, question, "question")

    assert Question.objects.get().question == "old"
