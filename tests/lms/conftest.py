"""Fixtures that the tests of several layers share."""

import threading
from collections.abc import Callable

import pytest

from lms.models import LessonTest, Option, Question
from portal.jobs import execution
from portal.jobs.context import RunningJob
from portal.jobs.models import Job, Worker
from portal.jobs.worker import claim
from tests import factories


@pytest.fixture
def quiz(db: None) -> LessonTest:
    """Return a test with one question."""
    test = factories.LessonTestFactory()
    question = Question.objects.create(lesson_test=test, question="Первый?", order_index=4)
    for place in range(2):
        Option.objects.create(question=question, option_text=str(place), is_correct=place == 0)
    return test


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
