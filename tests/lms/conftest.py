"""Fixtures that the tests of several layers share."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings

from lms.models import LessonTest, Option, Question, User
from portal.jobs import execution
from portal.jobs.context import RunningJob
from portal.jobs.models import Job, Worker
from portal.jobs.worker import claim
from tests import factories
from tests.mail_server import MailServer, started


@pytest.fixture
def quiz(db: None) -> LessonTest:
    """Return a test with one question."""
    test = factories.LessonTestFactory()
    question = Question.objects.create(lesson_test=test, question="Первый?", order_index=4)
    for place in range(2):
        Option.objects.create(question=question, option_text=str(place), is_correct=place == 0)
    return test


@pytest.fixture
def mail_settings(settings: LazySettings) -> LazySettings:
    """Let the portal send mail really; the server is still to be named."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_USE_TLS = False
    settings.MAIL_ENABLED = True
    settings.MAIL_OUTBOX = False
    settings.MAIL_LINK_BASE = "https://portal.example.com"
    settings.DEFAULT_FROM_EMAIL = "Учебный портал <portal@example.com>"
    return settings


@pytest.fixture
def mail_server(mail_settings: LazySettings) -> Iterator[MailServer]:
    """Run an SMTP server on a free port, and let the portal send by it."""
    server = MailServer()
    controller = started(server)
    mail_settings.EMAIL_PORT = controller.port
    yield server
    controller.stop()


@pytest.fixture
def run_jobs(db: None) -> Callable[[], list[Job]]:
    """Return a function that runs what waits, once each, and returns the jobs."""

    def run() -> list[Job]:
        worker = Worker.objects.create(name="w", version="1", threads=4).pk
        jobs = claim(100, worker_id=worker)
        for job in jobs:
            execution.run(job, RunningJob(job, worker_id=worker), stopping=threading.Event())
            job.refresh_from_db()
        return jobs

    return run


@pytest.fixture
def employee(make_user: Callable[..., User]) -> User:
    """Return a person with an address."""
    return make_user("karimov", full_name="Каримов Ўткир", email="karimov@example.com")
