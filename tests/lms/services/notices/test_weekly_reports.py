"""The weekly report: who gets it, what it says, once for each week."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms import models
from lms.models import Certificate, Enrollment, Mail, Notice, Profile, TopicProgress, User
from lms.selectors.progress.weekly import last_full_week, program_weeks
from lms.services.notices.weekly_reports import queue_weekly_reports, title_of
from portal.jobs.models import Job
from tests import factories
from tests.mail_server import MailServer, header_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both]
# A Monday, 07:30 in Tashkent; the week before is 16 to 22 November.
MONDAY = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
IN_WEEK = datetime(2026, 11, 22, 18, 59, tzinfo=UTC)
BEFORE = datetime(2026, 11, 15, 18, 59, tzinfo=UTC)
AFTER = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)


@pytest.fixture
def program() -> models.CourseProgram:
    """Two lessons of two topics, a test of the first."""
    program = factories.ProgramFactory(title="Пуск ГПА-16")
    for place in range(2):
        lesson = factories.LessonFactory(
            course_program=program, order_index=place, title=f"Урок {place}"
        )
        for number in range(2):
            factories.TopicFactory(lesson=lesson, order_index=number, title=f"Тема {number}")
        factories.LessonTestFactory(lesson=lesson, title=f"Тест {place}")
    return program


@pytest.fixture
def learner(employee: User, program: models.CourseProgram) -> User:
    """Return a person who learns and asked for the report."""
    Profile.objects.create(user=employee, weekly_report=True)
    Enrollment.objects.create(
        user=employee, course_program=program, progress_percent=40, status="in_progress"
    )
    return employee


def _complete(user: User, lesson_title: str, *instants: datetime) -> None:
    topics = models.Topic.objects.filter(lesson__title=lesson_title).order_by("order_index")
    for topic, at in zip(topics, instants, strict=False):
        TopicProgress.objects.create(user=user, topic=topic, completed=True, completed_at=at)


def test_the_report_names_lessons_tests_and_certificates_of_the_week(
    mail_server: MailServer,
    learner: User,
    program: models.CourseProgram,
    run_jobs: Callable[[], list[Job]],
) -> None:
    _complete(learner, "Урок 0", BEFORE, IN_WEEK)
    test = models.LessonTest.objects.get(title="Тест 0")
    for _ in range(2):
        models.TestResult.objects.create(
            user=learner, lesson_test=test, score=90, passed=True, completed_at=IN_WEEK
        )
    Certificate.objects.create(
        user=learner, course_program=program, title="С", number="ATG-1", issued_at=IN_WEEK
    )

    assert queue_weekly_reports.call() == 1
    run_jobs()

    (message,) = mail_server.messages
    assert header_of(message, "Subject") == "Отчёт за неделю: 16–22 ноября"
    text = text_of(message)
    assert "Пуск ГПА-16: 40 %\nЗавершённые уроки: Урок 0\nСданные тесты: Тест 0\n" in text
    assert "Сертификаты: ATG-1" in text
    assert "https://portal.example.com/\n" in text
    assert "Урок 0" in text_of(message, "text/html")
    notice = Notice.objects.get()
    assert (notice.kind, notice.path, notice.mailed_at) == ("weekly_report", "/", MONDAY)
    assert notice.text == (
        "Пуск ГПА-16: 40 %, завершено уроков: 1, сдано тестов: 1, сертификатов: 1"
    )


def test_what_lies_outside_of_the_week_does_not_count(
    learner: User, program: models.CourseProgram
) -> None:
    _complete(learner, "Урок 0", BEFORE, BEFORE)
    _complete(learner, "Урок 1", IN_WEEK, AFTER)
    test = models.LessonTest.objects.get(title="Тест 0")
    for at, passed in ((BEFORE, True), (AFTER, True), (IN_WEEK, False)):
        models.TestResult.objects.create(
            user=learner, lesson_test=test, score=50, passed=passed, completed_at=at
        )

    (week,) = program_weeks([learner.pk], last_full_week())[learner.pk]

    assert (week.lessons, week.tests, week.certificates) == ([], [], [])


def test_a_lesson_with_an_open_topic_is_not_completed(learner: User) -> None:
    _complete(learner, "Урок 0", IN_WEEK)
    (week,) = program_weeks([learner.pk], last_full_week())[learner.pk]
    assert week.lessons == []

    # A topic that nobody sees is not waited for.
    models.Topic.objects.filter(lesson__title="Урок 0", title="Тема 1").update(is_active=False)
    (week,) = program_weeks([learner.pk], last_full_week())[learner.pk]
    assert week.lessons == ["Урок 0"]


def test_a_week_without_results_says_so_kindly(
    mail_server: MailServer, learner: User, run_jobs: Callable[[], list[Job]]
) -> None:
    queue_weekly_reports.call()
    run_jobs()
    (message,) = mail_server.messages
    assert "Новых результатов за неделю нет" in text_of(message)
    assert "Пуск ГПА-16: 40 %" in text_of(message)
    assert "Новых результатов за неделю нет" in Notice.objects.get().text


def test_each_week_is_reported_once(mail_server: MailServer, learner: User) -> None:
    assert [queue_weekly_reports.call() for _ in range(2)] == [1, 0]
    assert (Notice.objects.count(), Mail.objects.count()) == (1, 1)


def test_a_missed_monday_is_made_up_within_the_week(
    mail_server: MailServer, learner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sunday = MONDAY + timedelta(days=6)
    monkeypatch.setattr(timezone, "now", lambda: sunday)
    assert queue_weekly_reports.call() == 1
    assert Mail.objects.get().data == {"first": "2026-11-16", "last": "2026-11-22"}

    next_monday = MONDAY + timedelta(days=7)
    monkeypatch.setattr(timezone, "now", lambda: next_monday)
    assert queue_weekly_reports.call() == 1
    assert {mail.data["first"] for mail in Mail.objects.all()} == {"2026-11-16", "2026-11-23"}


def test_who_switched_mails_off_or_has_none_gets_the_notice_alone(
    mail_server: MailServer, learner: User
) -> None:
    User.objects.update(email=None)
    queue_weekly_reports.call()
    Notice.objects.all().delete()
    User.objects.update(email="a@example.com")
    Profile.objects.update(email_notifications=False)
    queue_weekly_reports.call()
    assert (Notice.objects.count(), Mail.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Profile.objects.update(weekly_report=False),
        lambda: Profile.objects.update(weekly_report=None),
        lambda: Profile.objects.all().delete(),
        lambda: User.objects.update(is_active=False),
        lambda: Enrollment.objects.all().delete(),
        lambda: Enrollment.objects.update(status="completed", completed_at=BEFORE),
        lambda: models.CourseProgram.objects.update(is_active=False),
    ],
    ids=["off", "unknown", "no profile", "account off", "not enrolled", "completed", "inactive"],
)
def test_nobody_else_gets_one(
    mail_server: MailServer, learner: User, change: Callable[[], object]
) -> None:
    change()
    assert queue_weekly_reports.call() == 0
    assert not Notice.objects.exists()


def test_many_people_cost_as_many_queries_for_figures_as_few(
    learner: User, make_user: Callable[..., User], program: models.CourseProgram
) -> None:
    people = [learner, *(make_user(f"u{number}") for number in range(5))]
    for user in people:
        Enrollment.objects.get_or_create(user=user, course_program=program)
        _complete(user, "Урок 0", IN_WEEK, IN_WEEK)

    with CaptureQueriesContext(connection) as queries:
        weeks = program_weeks([user.pk for user in people], last_full_week())

    assert len(queries) == 6
    assert all(week.lessons == ["Урок 0"] for (week,) in weeks.values())


def test_a_week_across_months_names_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(days=14))
    assert title_of(last_full_week()) == "Отчёт за неделю: 30 ноября – 6 декабря"
