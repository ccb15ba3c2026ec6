"""Who changed what and when; restoring an earlier state; bulk paths in one INSERT."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from lms.errors import ChangeNotRestorable
from lms.models import (
    ChangeKind,
    ContentChange,
    Option,
    Question,
    Station,
    StationEquipment,
)
from lms.services import program_tree
from lms.services.history import changes, recycle_bin
from media_admin.services import objects
from tests import factories

pytestmark = pytest.mark.django_db


def _changes(**conditions) -> list[ContentChange]:
    return list(ContentChange.objects.filter(**conditions).order_by("pk"))


def test_a_save_is_recorded_with_its_columns_and_its_person(make_user):
    lesson = factories.LessonFactory(title="Урок 1")
    ContentChange.objects.all().delete()
    person = make_user("admin", role="admin")

    with changes.audit_context(person) as operation:
        lesson.title = "Урок 2"
        lesson.save()

    (change,) = _changes()
    assert (change.kind, change.user, change.act_id) == (ChangeKind.CHANGED, person, operation.id)
    assert (change.before["title"], change.after["title"]) == ("Урок 1", "Урок 2")
    assert (change.model, change.object_id) == ("lesson", str(lesson.pk))
    assert (change.root_model, change.root_id) == ("courseprogram", str(lesson.course_program_id))


def test_a_save_that_changes_nothing_leaves_no_trace():
    lesson = factories.LessonFactory()
    ContentChange.objects.all().delete()

    lesson.save()
    lesson.topics_count = 9
    lesson.save()

    assert _changes() == []


def test_a_creation_and_a_deletion_have_one_side_only():
    station = Station.objects.create(name="А", short_name="A")
    row = StationEquipment.objects.create(station=station, name="ГПА")
    ContentChange.objects.exclude(model="stationequipment").delete()
    row.delete()

    created, deleted = _changes()
    assert (created.kind, created.before, created.after["name"]) == ("create", None, "ГПА")
    assert (deleted.kind, deleted.before["name"], deleted.after) == ("delete", "ГПА", None)
    assert {(c.root_model, c.root_id) for c in (created, deleted)} == {("station", str(station.pk))}


def test_a_deletion_into_the_bin_and_the_return_are_one_change_each():
    program = factories.ProgramFactory()
    factories.LessonFactory.create_batch(5, course_program=program)
    ContentChange.objects.all().delete()

    recycle_bin.restore(recycle_bin.put(program, by=None), by=None)

    assert [(c.kind, c.model) for c in _changes()] == [
        ("delete", "courseprogram"),
        ("restore", "courseprogram"),
    ]


def test_an_earlier_state_comes_back_as_a_change_of_its_own():
    lesson = factories.LessonFactory(title="Первое", duration="1 час")
    lesson.title, lesson.duration = "Второе", None
    lesson.save()
    lesson.title = "Третье"
    lesson.save()
    second = _changes(model="lesson", kind="change")[0]

    changes.restore(second)

    lesson.refresh_from_db()
    assert (lesson.title, lesson.duration) == ("Первое", "1 час")
    assert _changes(model="lesson")[-1].after["title"] == "Первое"


def test_a_state_that_names_what_is_gone_is_refused_whole():
    first, second = factories.LessonFactory(), factories.LessonFactory()
    topic = factories.TopicFactory(lesson=first, title="До")
    topic.lesson, topic.title = second, "После"
    topic.save()
    recycle_bin.put(first, by=None)
    (change,) = _changes(model="topic", kind="change")

    with pytest.raises(ChangeNotRestorable):
        changes.restore(change)

    topic.refresh_from_db()
    assert topic.title == "После"


def test_a_creation_has_no_earlier_state():
    factories.LessonFactory()

    with pytest.raises(ChangeNotRestorable):
        changes.restore(_changes(model="lesson")[0])


def test_one_save_costs_two_queries_more(django_assert_max_num_queries):
    test = factories.LessonTestFactory()
    question = Question.objects.create(lesson_test=test, question="Что?")
    option = Option.objects.create(question=question, option_text="да")
    # The program lies four tables away, and nothing of the way is loaded.
    option = Option.objects.get(pk=option.pk)
    option.option_text = "нет"

    with django_assert_max_num_queries(3):
        option.save()

    change = _changes(model="option", kind="change")[0]
    assert (change.root_model, change.root_id) == (
        "courseprogram",
        str(test.lesson.course_program_id),
    )


def test_saves_in_a_batch_cost_a_read_each_and_one_insert(django_assert_max_num_queries):
    lesson = factories.LessonFactory()
    topics = factories.TopicFactory.create_batch(100, lesson=lesson)

    with django_assert_max_num_queries(2 * len(topics) + 2), changes.batch():
        for topic in topics:
            topic.title += " *"
            topic.save()

    assert len(_changes(model="topic", kind="change")) == 100


def test_saves_of_one_object_in_a_batch_are_one_change():
    lesson, other = factories.LessonFactory(title="А"), factories.LessonFactory(title="Б")
    ContentChange.objects.all().delete()

    with changes.batch():
        for row, titles in ((lesson, ["В", "Г"]), (other, ["Д", "Б"])):
            for title in titles:
                row.title = title
                row.save()

    (change,) = _changes()
    assert (change.before["title"], change.after["title"]) == ("А", "Г")


def test_an_error_leaves_nothing_of_a_batch():
    lesson = factories.LessonFactory()
    ContentChange.objects.all().delete()

    @changes.batch()
    def save_and_fail() -> None:
        lesson.title = "Новое"
        lesson.save()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save_and_fail()

    assert _changes() == []


def test_a_row_that_moves_is_part_of_where_it_went():
    topic, elsewhere = factories.TopicFactory(), factories.LessonFactory()
    topic.lesson = elsewhere
    topic.save()

    (change,) = _changes(model="topic", kind="change")
    assert change.root_id == str(elsewhere.course_program_id)


def test_an_earlier_state_counts_again():
    topic = factories.TopicFactory()
    program = topic.lesson.course_program
    program_tree.recount_programs([program.pk])
    topic.is_active = False
    topic.save()
    program_tree.recount_programs([program.pk])

    changes.restore(_changes(model="topic", kind="change")[0])

    program.refresh_from_db()
    assert program.topics_count == 1


def test_a_state_that_a_rule_refuses_now_is_refused_whole():
    program = factories.ProgramFactory(title="До")
    program.title, program.is_active = "После", False
    program.save()
    factories.ProgramFactory(station=program.station)

    with pytest.raises(ChangeNotRestorable):
        changes.restore(_changes(model="courseprogram", kind="change")[0])

    program.refresh_from_db()
    assert program.title == "После"


def test_a_state_whose_file_is_gone_is_refused():
    # The store of the services may have the objects of an earlier run.
    old_key = f"topics/{uuid4()}/old.pdf"
    file = factories.TopicFileFactory(minio_object_name=old_key)
    file.minio_object_name = "topics/1/new.pdf"
    file.save()
    (change,) = _changes(model="topicfile", kind="change")

    with pytest.raises(ChangeNotRestorable):
        changes.restore(change)
    objects.store_bytes(old_key, b"%PDF-1.4", content_type="application/pdf")
    assert changes.restore(change).minio_object_name == old_key


def test_old_changes_are_forgotten_and_the_content_stays(monkeypatch, capsys):
    monkeypatch.setattr(changes, "_FORGOTTEN_AT_ONCE", 2)
    lesson = factories.LessonFactory(title="Старый")
    long_ago = timezone.now() - timedelta(days=731)
    ContentChange.objects.update(happened_at=long_ago)
    old = ContentChange.objects.count()
    lesson.title = "Новый"
    lesson.save()

    call_command("forget_history", days=730)

    assert [change.after["title"] for change in _changes()] == ["Новый"]
    assert f"{old} changes" in capsys.readouterr().out
    lesson.refresh_from_db()
    assert lesson.title == "Новый"


@pytest.mark.parametrize("days", [0, 29, -1])
def test_the_latest_changes_cannot_be_forgotten(days):
    factories.LessonFactory()

    with pytest.raises(CommandError, match="30"):
        call_command("forget_history", days=days)

    assert ContentChange.objects.exists()
