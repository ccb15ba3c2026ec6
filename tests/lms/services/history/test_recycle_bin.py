"""Restoring from the bin brings back identical rows, and never changes people's progress."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from lms.errors import InUse, NotInBin, ParentInBin
from lms.models import (
    BinEntry,
    CompletedMaterial,
    Course,
    CourseEnrollment,
    CourseProgram,
    Department,
    Enrollment,
    FinalTest,
    Lesson,
    LessonTest,
    NormativeDocument,
    Option,
    Profile,
    Question,
    Station,
    TestResult,
    Topic,
    TopicFile,
    TopicProgress,
    User,
    UserStats,
)
from lms.selectors import files
from lms.selectors.progress.program_content import topic_material_key
from lms.services import program_tree
from lms.services.history import recycle_bin
from lms.services.progress import completions, enrollments
from media_admin.services import objects
from tests import factories

pytestmark = pytest.mark.django_db
LESSONS, FILES, PEOPLE = 10, 200, 50


@pytest.fixture
def large_program(db: None) -> CourseProgram:
    """Build a large program with tests and files, and people with progress in it."""
    program = factories.ProgramFactory()
    for place in range(LESSONS):
        lesson = factories.LessonFactory(course_program=program, order_index=place)
        topics = [factories.TopicFactory(lesson=lesson, order_index=n) for n in range(4)]
        TopicFile.objects.bulk_create(
            factories.TopicFileFactory.build(
                topic=topics[n % 4], minio_object_name=f"stations/1/course_program/{place}/{n}.pdf"
            )
            for n in range(FILES // LESSONS)
        )
        _question(lesson_test=factories.LessonTestFactory(lesson=lesson))
    test = factories.FinalTestFactory(course_program=program)
    _question(final_test=test)
    people = User.objects.bulk_create(User(username=f"person{n}") for n in range(PEOPLE))
    learners = [{"user": person, "course_program": program} for person in people]
    material = {"material_type": "pdf", "material_key": "k"}
    for rows in (
        [Enrollment(**row, progress_percent=n) for n, row in enumerate(learners)],
        [TestResult(user=person, final_test=test, score=80, passed=True) for person in people],
        [TopicProgress(user=person, topic=topics[0], completed=True) for person in people],
        [CompletedMaterial(**row, **material) for row in learners],
    ):
        type(rows[0]).objects.bulk_create(rows)
    return program


def _question(**test) -> None:
    question = Question.objects.create(question="Что это?", **test)
    Option.objects.create(question=question, option_text="да", is_correct=True)
    Option.objects.create(question=question, option_text="нет")


def _dump() -> dict[str, list[tuple]]:
    """Return all columns of all rows, except those of the bin and the history."""
    rows = {}
    for model in apps.get_app_config("lms").get_models():
        if model._meta.db_table in {"bin_entries", "content_changes"}:
            continue
        columns = [c.attname for c in model._meta.concrete_fields if c.attname != "tree_version"]
        rows[model.__name__] = sorted(model._base_manager.values_list(*columns), key=repr)
    return rows


def test_a_large_program_comes_back_identical(large_program, make_user):
    admin = make_user("admin", role="admin")
    program_tree.recount_programs([large_program.pk])
    before = _dump()

    entry = recycle_bin.put(large_program, by=admin)
    assert _progress_rows(before) == _progress_rows(_dump())
    assert not CourseProgram.objects.exists()
    assert not TopicFile.objects.exists()
    recycle_bin.restore(entry, by=admin)

    assert _dump() == before
    assert not BinEntry.objects.exists()


def _progress_rows(rows: dict) -> dict:
    names = ("Enrollment", "TestResult", "TopicProgress", "CompletedMaterial")
    return {name: rows[name] for name in names}


def test_an_entry_says_what_it_holds_and_whom_it_affects(large_program, make_user):
    impact = recycle_bin.preview([large_program])
    entry = recycle_bin.put(large_program, by=make_user("admin", role="admin"))

    assert impact.counts == entry.counts
    assert (entry.counts["lesson"], entry.counts["topicfile"]) == (LESSONS, FILES)
    assert (entry.counts["question"], entry.counts["option"]) == (LESSONS + 1, 2 * (LESSONS + 1))
    assert entry.people == impact.people == PEOPLE
    assert (entry.title, entry.deleted_by.username) == (large_program.title, "admin")
    assert entry.expires_at - entry.deleted_at > timedelta(days=29)


def test_the_number_of_queries_does_not_follow_the_number_of_rows(
    large_program, django_assert_max_num_queries
):
    with django_assert_max_num_queries(50):
        entry = recycle_bin.put(large_program, by=None)
    with django_assert_max_num_queries(50):
        recycle_bin.restore(entry, by=None)


def test_employees_do_not_see_it_meanwhile(
    large_program, sign_in, django_capture_on_commit_callbacks
):
    client = sign_in("user")
    Enrollment.objects.create(user=client.user, course_program=large_program)
    key = TopicFile.objects.first().minio_object_name
    assert client.get("/files/presign", {"key": key}).status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        entry = recycle_bin.put(large_program, by=None)

    assert client.get(f"/stations/{large_program.station_id}/course-program").json() == {
        "courseProgram": None
    }
    assert client.get("/courses/me/programs").json() == {"data": []}
    assert client.get("/files/presign", {"key": key}).status_code == 404
    assert client.post(f"/courses/programs/{large_program.pk}/enroll").status_code == 404
    assert files.keys_in_use([key]) == {key}
    with django_capture_on_commit_callbacks(execute=True):
        recycle_bin.restore(entry, by=None)
    assert len(client.get("/courses/me/programs").json()["data"]) == 1


def test_a_topic_that_was_deleted_before_stays_deleted(large_program):
    lesson = large_program.lessons.first()
    topic = lesson.topics.first()
    own = recycle_bin.put(topic, by=None)
    whole = recycle_bin.put(large_program, by=None)

    with pytest.raises(ParentInBin):
        recycle_bin.restore(own, by=None)
    recycle_bin.restore(whole, by=None)

    assert not Topic.objects.filter(pk=topic.pk).exists()
    recycle_bin.restore(own, by=None)
    assert Topic.objects.filter(pk=topic.pk).exists()


def test_stored_numbers_follow_both_ways(large_program):
    program_tree.recount_programs([large_program.pk])
    entry = recycle_bin.put(large_program.lessons.first(), by=None)
    large_program.refresh_from_db()
    assert large_program.lessons_count == LESSONS - 1
    assert large_program.topics_count == 4 * (LESSONS - 1)

    recycle_bin.restore(entry, by=None)
    large_program.refresh_from_db()
    assert large_program.lessons_count == LESSONS
    assert large_program.topics_count == 4 * LESSONS


def test_a_program_whose_place_was_taken_comes_back_switched_off(large_program):
    entry = recycle_bin.put(large_program, by=None)
    factories.ProgramFactory(station=large_program.station)

    restored, notes = recycle_bin.restore(entry, by=None)

    assert not restored.is_active
    assert len(notes) == 1


def test_a_main_pdf_whose_place_was_taken_comes_back_as_a_document():
    file = factories.TopicFileFactory(file_type="main_pdf")
    entry = recycle_bin.put(file, by=None)
    factories.TopicFileFactory(topic=file.topic, file_type="main_pdf")

    restored, notes = recycle_bin.restore(entry, by=None)

    assert (restored.file_type, len(notes)) == ("additional_document", 1)


def test_a_question_leaves_and_comes_back_with_its_test_counted():
    test = factories.LessonTestFactory()
    _question(lesson_test=test)
    entry = recycle_bin.put(Question.objects.get(), by=None)
    test.refresh_from_db()
    assert test.questions_count == 0

    recycle_bin.restore(entry, by=None)
    test.refresh_from_db()
    assert test.questions_count == 1


def test_a_station_takes_everything_along():
    program = factories.ProgramFactory()
    NormativeDocument.objects.create(station=program.station, title="a", file_url="b")
    before = _dump()

    entry = recycle_bin.put(program.station, by=None)
    assert not Station.objects.exists()
    assert not NormativeDocument.objects.exists()
    recycle_bin.restore(entry, by=None)

    assert _dump() == before


def test_the_bin_is_emptied_of_what_expired_and_the_files_go(settings):
    file = factories.TopicFileFactory(minio_object_name="stations/1/topics/1_a.pdf")
    shared = factories.TopicFileFactory(minio_object_name="stations/1/topics/2_b.pdf")
    factories.TopicFileFactory(minio_object_name=shared.minio_object_name)
    for row in (file, shared):
        objects.store_bytes(row.minio_object_name, b"%PDF-1.4", content_type="application/pdf")
    entries = [recycle_bin.put(row, by=None) for row in (file, shared)]
    call_command("empty_bin", verbosity=0)
    assert BinEntry.objects.count() == 2

    BinEntry.objects.filter(pk__in=[e.pk for e in entries]).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    call_command("empty_bin", verbosity=0)

    assert not BinEntry.objects.exists()
    assert TopicFile.everything.count() == 1
    assert not objects.exists(file.minio_object_name)
    assert objects.exists(shared.minio_object_name)


def test_what_people_did_keeps_it_in_the_bin_until_somebody_decides(large_program):
    entry = recycle_bin.put(large_program, by=None)
    BinEntry.objects.update(expires_at=timezone.now() - timedelta(days=1))
    call_command("empty_bin", verbosity=0)
    assert BinEntry.objects.exists()
    with pytest.raises(InUse):
        recycle_bin.purge(entry)

    recycle_bin.purge(entry, with_progress=True)

    left = (CourseProgram, Lesson, LessonTest, FinalTest, Topic, TopicFile, Option)
    assert [model.everything.count() for model in left] == [0] * len(left)
    assert not TestResult.objects.exists()
    assert not BinEntry.objects.exists()


def test_many_objects_go_in_as_few_queries_as_two(django_assert_max_num_queries):
    lesson = factories.LessonFactory()
    topics = factories.TopicFactory.create_batch(40, lesson=lesson)
    for topic in topics:
        factories.TopicFileFactory(topic=topic)

    with django_assert_max_num_queries(25):
        entries = recycle_bin.put_all(topics, by=None)

    assert [entry.object_id for entry in entries] == [str(topic.pk) for topic in topics]
    assert {tuple(sorted(entry.counts.items())) for entry in entries} == {
        (("topic", 1), ("topicfile", 1))
    }
    recycle_bin.restore(entries[7], by=None)
    assert list(TopicFile.objects.values_list("topic", flat=True)) == [topics[7].pk]


def test_people_are_counted_for_each_entry_once(make_user):
    lesson = factories.LessonFactory()
    first, second = factories.TopicFactory.create_batch(2, lesson=lesson)
    for name in ("a", "b"):
        TopicProgress.objects.create(user=make_user(name), topic=first)

    one, other = recycle_bin.put_all([first, second], by=None)

    assert (one.people, other.people) == (2, 0)


def test_what_was_deleted_before_keeps_the_parent_too(make_user):
    topic = factories.TopicFactory()
    TopicProgress.objects.create(user=make_user("a"), topic=topic)
    recycle_bin.put(topic, by=None)
    recycle_bin.put(topic.lesson, by=None)
    BinEntry.objects.update(expires_at=timezone.now() - timedelta(days=1))

    call_command("empty_bin", verbosity=0)

    assert TopicProgress.objects.count() == 1
    assert BinEntry.objects.count() == 2


def test_files_of_what_was_deleted_before_go_with_the_parent():
    file = factories.TopicFileFactory(minio_object_name="stations/1/topics/3_c.pdf")
    objects.store_bytes(file.minio_object_name, b"%PDF-1.4", content_type="application/pdf")
    recycle_bin.put(file, by=None)
    whole = recycle_bin.put(file.topic, by=None)

    keys = recycle_bin.purge(whole)

    assert keys == {"stations/1/topics/3_c.pdf"}
    assert not BinEntry.objects.exists()


def test_a_course_with_learners_and_a_department_with_people_stay(make_user):
    course = Course.objects.create(title="Курс")
    CourseEnrollment.objects.create(user=make_user("a"), course=course)
    department = Department.objects.create(name="Служба", short_name="S")
    Profile.objects.update_or_create(user=make_user("b"), defaults={"department": department})
    entries = [recycle_bin.put(row, by=None) for row in (course, department)]

    for entry in entries:
        assert entry.people == 1
        with pytest.raises(InUse):
            recycle_bin.purge(entry)
    assert recycle_bin.progress_counts(entries[0]) == {"courseenrollment": 1}


def test_a_deletion_for_good_counts_the_programs_of_its_learners_anew(make_user):
    program = factories.ProgramFactory()
    person = make_user("a")
    enrollments.enroll(person.pk, program.pk)
    entry = recycle_bin.put(program, by=None)
    assert UserStats.objects.get(user=person).active_courses == 1

    recycle_bin.purge(entry, with_progress=True)

    assert UserStats.objects.get(user=person).active_courses == 0


def test_the_command_takes_another_number_of_days():
    entry = recycle_bin.put(factories.LessonFactory(), by=None)
    BinEntry.objects.filter(pk=entry.pk).update(deleted_at=timezone.now() - timedelta(days=8))

    call_command("empty_bin", days=10, verbosity=0)
    assert BinEntry.objects.exists()
    call_command("empty_bin", days=7, verbosity=0)
    assert not BinEntry.objects.exists()


def test_an_entry_is_restored_once():
    entry = recycle_bin.put(factories.LessonFactory(), by=None)
    recycle_bin.restore(entry, by=None)
    entry.pk = 1

    with pytest.raises(NotInBin):
        recycle_bin.restore(entry, by=None)


def test_a_short_name_in_the_bin_is_taken_and_the_message_says_by_what():
    held = Station.objects.create(name="Газли", short_name="GAZ")
    recycle_bin.put(held, by=None)

    with pytest.raises(ValidationError) as caught:
        Station(name="Другая", short_name="GAZ").full_clean()

    assert "Газли" in caught.value.message_dict["short_name"][0]


def test_a_course_does_not_follow_a_program_in_the_bin(make_user):
    program = factories.ProgramFactory()
    course = Course.objects.create(title="Курс", station=program.station)
    person = make_user("a")
    Enrollment.objects.create(user=person, course_program=program, progress_percent=40)
    recycle_bin.put(program, by=None)

    row = enrollments.enroll_in_course(person.pk, course.pk)

    assert row.progress_percent == 0


def test_a_part_in_the_bin_counts_no_more_than_one_that_is_switched_off(make_user):
    lesson = factories.LessonFactory()
    first, second = factories.TopicFactory.create_batch(2, lesson=lesson)
    person, key = make_user("a"), topic_material_key(first.topic_key, first.pk)
    program_id = lesson.course_program_id
    recycle_bin.put(second, by=None)

    progress = completions.complete_material(
        person.pk, program_id, material_type="text", material_key=key
    )

    assert progress.total_count == 1
    assert progress.completed_count == 1
    assert progress.enrollment.progress_percent == 100
