"""The figures of the start page on small worlds made by hand, at a fixed hour in Tashkent."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from lms import models
from lms.selectors import dashboard
from lms.selectors.progress.activity import Days, learned_in, learning_by_day
from media_admin.models import MediaFile

MakeUser = Callable[..., models.User]
# 02:00 of 10 March in Tashkent.
NOW = datetime(2026, 3, 9, 21, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def program(db: None) -> models.CourseProgram:
    station = models.Station.objects.create(name="КС Газли", short_name="GAZ")
    return models.CourseProgram.objects.create(station=station, title="Эксплуатация")


@pytest.fixture
def lesson(program: models.CourseProgram) -> models.Lesson:
    return models.Lesson.objects.create(course_program=program, title="Урок")


@pytest.fixture
def topics(lesson: models.Lesson) -> list[models.Topic]:
    return [models.Topic.objects.create(lesson=lesson, title=f"Тема {n}") for n in range(3)]


def _local(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    local = datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())
    return local.astimezone(UTC)


def _complete(user: models.User, topic: models.Topic, at: datetime) -> None:
    models.TopicProgress.objects.create(user=user, topic=topic, completed=True, completed_at=at)


def _results(test: models.LessonTest | models.FinalTest, user: models.User, *passed: bool) -> None:
    link = "lesson_test" if isinstance(test, models.LessonTest) else "final_test"
    for outcome in passed:
        models.TestResult.objects.create(
            user=user, score=50, passed=outcome, completed_at=NOW, **{link: test}
        )


def test_the_latest_days_end_today_in_the_portals_zone() -> None:
    days = Days.latest(30)

    assert (days.first, days.last, len(list(days))) == (date(2026, 2, 9), date(2026, 3, 10), 30)
    assert days.before == Days(date(2026, 1, 10), date(2026, 2, 8))
    assert days.starts_at == datetime(2026, 2, 8, 19, 0, tzinfo=UTC)
    assert days.ends_at == datetime(2026, 3, 10, 19, 0, tzinfo=UTC)


def test_a_topic_counts_on_its_local_day_and_empty_days_count_nothing(
    make_user: MakeUser, topics: list[models.Topic]
) -> None:
    user = make_user("karimov")
    _complete(user, topics[0], _local(9, 0, 0))
    _complete(user, topics[1], _local(9, 23, 59))
    _complete(user, topics[2], _local(10, 0, 0))
    models.TopicProgress.objects.create(
        user=make_user("other"), topic=topics[0], completed=False, completed_at=_local(9, 12)
    )

    assert dashboard.learner_figures()["topics"] == [0] * 28 + [2, 1]


def test_the_window_begins_with_its_first_midnight(
    make_user: MakeUser, topics: list[models.Topic]
) -> None:
    user = make_user("karimov")
    _complete(user, topics[0], _local(8, 23, 59, month=2))
    _complete(user, topics[1], _local(9, 0, 0, month=2))

    assert dashboard.learner_figures()["topics"] == [1] + [0] * 29


def test_a_person_counts_once_a_day_and_once_in_a_span(
    make_user: MakeUser, topics: list[models.Topic], program: models.CourseProgram
) -> None:
    first, second, third = make_user("first"), make_user("second"), make_user("third")
    _complete(first, topics[0], _local(10, 1))
    _complete(first, topics[1], _local(5, 12))
    models.CompletedMaterial.objects.create(
        user=first,
        course_program=program,
        material_type="pdf",
        material_key="a",
        is_completed=True,
        viewed_at=_local(10, 1, 30),
    )
    _complete(second, topics[0], _local(1, 12))
    _complete(third, topics[0], _local(1, 12, month=2))

    assert dashboard.learner_figures() == {
        "by_day": [0] * 20 + [1, 0, 0, 0, 1, 0, 0, 0, 0, 1],
        "topics": [0] * 20 + [1, 0, 0, 0, 1, 0, 0, 0, 0, 1],
        "materials": [0] * 29 + [1],
        "today": 1,
        "week": 1,
        "month": 2,
    }
    assert dashboard.learners_before() == 1


@pytest.mark.parametrize("kind", ["opened", "position", "test"])
def test_every_kind_of_learning_makes_a_learner(
    kind: str, make_user: MakeUser, program: models.CourseProgram, lesson: models.Lesson
) -> None:
    user = make_user("karimov")
    make_user("idle")
    at = _local(9, 12)
    if kind == "test":
        test = models.LessonTest.objects.create(lesson=lesson, title="Тест")
        models.TestResult.objects.create(user=user, lesson_test=test, score=1, completed_at=at)
    elif kind == "opened":
        models.CompletedMaterial.objects.create(
            user=user, course_program=program, material_type="pdf", material_key="a", viewed_at=at
        )
    else:
        row = models.MaterialProgress.objects.create(
            user=user, course_program=program, material_type="video", material_key="a"
        )
        models.MaterialProgress.objects.filter(pk=row.pk).update(created_at=at, last_viewed_at=at)
    day = Days(date(2026, 3, 9), date(2026, 3, 9))

    counted = learning_by_day(Days.latest(2))

    assert counted == {
        "people": [1, 0],
        "latest": [1, 0],
        "topics": [0, 0],
        "materials": [0, 0],
    }
    assert list(models.User.objects.filter(learned_in(day))) == [user]


def test_tests_count_by_outcome_and_against_the_days_before(
    make_user: MakeUser, lesson: models.Lesson
) -> None:
    user = make_user("karimov")
    test = models.LessonTest.objects.create(lesson=lesson, title="Тест")
    _results(test, user, True, False, False)
    models.TestResult.objects.create(
        user=user, lesson_test=test, score=90, passed=True, completed_at=_local(20, 12, month=1)
    )

    figures = dashboard.completion_figures()

    assert figures["passed"] == [0] * 29 + [1]
    assert figures["failed"] == [0] * 29 + [2]
    assert (figures["passes"], figures["attempts"], figures["passes_before"]) == (1, 3, 1)


def test_certificates_count_in_their_span(make_user: MakeUser) -> None:
    user = make_user("karimov")
    for at in (
        _local(10, 1),
        _local(9, 0, month=2),
        _local(8, 23, month=2),
        _local(9, 12, month=1),
    ):
        models.Certificate.objects.create(user=user, title="С", issued_at=at)

    figures = dashboard.completion_figures()

    assert (figures["certificates"], figures["certificates_before"]) == (2, 1)


def test_tests_are_listed_by_the_share_failed(
    make_user: MakeUser, lesson: models.Lesson, program: models.CourseProgram
) -> None:
    user = make_user("karimov")
    half = models.LessonTest.objects.create(lesson=lesson, title="Половина")
    worse = models.FinalTest.objects.create(course_program=program, title="Итог")
    rare = models.LessonTest.objects.create(lesson=lesson, title="Редкий")
    easy = models.LessonTest.objects.create(lesson=lesson, title="Лёгкий")
    _results(half, user, True, True, False, False)
    _results(worse, user, True, False, False)
    _results(rare, user, False, False)
    _results(easy, user, True, True, True)

    assert dashboard.failed_tests() == [
        {
            "kind": "final",
            "pk": worse.pk,
            "share_percent": 67,
            "title": "Итог",
            "program": "Эксплуатация",
            "attempts": 3,
            "failures": 2,
        },
        {
            "kind": "lesson",
            "pk": half.pk,
            "share_percent": 50,
            "title": "Половина",
            "program": "Эксплуатация",
            "attempts": 4,
            "failures": 2,
        },
    ]


def test_who_stopped_is_open_idle_and_may_go_on(
    make_user: MakeUser, program: models.CourseProgram
) -> None:
    old = _local(7, 23, 59, month=2)
    off = models.CourseProgram.objects.create(
        station=program.station, title="Старая", is_active=False
    )

    def enroll(name: str, *, to: models.CourseProgram = program, **extra: object) -> None:
        user = make_user(name, is_active=extra.pop("is_active", True))
        extra = {"status": "in_progress", "last_activity": old} | extra
        models.Enrollment.objects.create(user=user, course_program=to, **extra)

    enroll("stopped")
    enroll("never-began", status="not_started")
    enroll("active", last_activity=_local(8, 0, month=2))
    enroll("done", status="completed")
    enroll("left", is_active=False)
    enroll("switched-off", to=off)

    figures = dashboard.enrollment_figures()
    names = {row.user.username for row in dashboard.latest_stopped()}

    assert names == {"stopped", "never-began"}
    assert (figures["stopped"], figures["stopped_people"]) == (2, 2)
    assert (figures["in_progress"], figures["not_started"], figures["completed"]) == (4, 1, 1)


def test_programs_completed_count_in_their_span(
    make_user: MakeUser, program: models.CourseProgram
) -> None:
    for name, at in [("a", _local(10, 1)), ("b", _local(8, 23, 59, month=2)), ("c", None)]:
        models.Enrollment.objects.create(
            user=make_user(name), course_program=program, status="completed", completed_at=at
        )

    figures = dashboard.enrollment_figures()

    assert (figures["completed_lately"], figures["completed_lately_before"]) == (1, 1)


def test_what_the_content_lacks(
    program: models.CourseProgram, lesson: models.Lesson, topics: list[models.Topic]
) -> None:
    bare = models.Station.objects.create(name="КС", short_name="KS")
    models.CourseProgram.objects.create(station=bare, title="Пустая")
    models.FinalTest.objects.create(course_program=program, title="Итог")
    models.TopicFile.objects.create(
        topic=topics[0], file_type="main_pdf", original_name="a.pdf", minio_object_name="a.pdf"
    )
    models.Topic.objects.create(lesson=lesson, title="Выключена", is_active=False)

    assert dashboard.content_figures() == {
        "stations": 2,
        "programs": 2,
        "programs_without_lessons": 1,
        "programs_without_files": 1,
        "programs_without_tests": 1,
        "topics": 3,
        "topics_without_files": 2,
        "files": 1,
        "lesson_tests_without_questions": 0,
        "final_tests_without_questions": 1,
    }


def test_content_figures_of_an_empty_database_are_zero(db: None) -> None:
    assert set(dashboard.content_figures().values()) == {0}


def test_unregistered_files_count_each_key_once(topics: list[models.Topic]) -> None:
    MediaFile.objects.create(
        key="known.pdf", original_name="known.pdf", kind="pdf", content_type="a/b", size_bytes=5
    )
    for topic, key, size in [
        (topics[0], "known.pdf", 5),
        (topics[0], "old.mp4", 700),
        (topics[1], "old.mp4", 700),
        (topics[2], "older.mp4", 20),
    ]:
        models.TopicFile.objects.create(
            topic=topic,
            file_type="additional_video",
            original_name=key,
            minio_object_name=key,
            file_size=size,
        )

    largest = [row["size_bytes"] for row in dashboard.largest_unregistered()]

    assert dashboard.unregistered_figures() == {"files": 3, "size_bytes": 720}
    assert largest == [700, 700, 20]


@pytest.mark.parametrize("rows", [1, 40])
def test_the_queries_do_not_grow(
    rows: int,
    make_user: MakeUser,
    topics: list[models.Topic],
    django_assert_num_queries: Callable,
) -> None:
    for number in range(rows):
        _complete(make_user(f"u{number}"), topics[0], NOW - timedelta(days=number))

    with django_assert_num_queries(8):
        dashboard.learner_figures()
        dashboard.learners_before()
        dashboard.completion_figures()
        dashboard.enrollment_figures()
        dashboard.failed_tests()
        dashboard.content_figures()
