"""Thousands of mails and digests need no more memory than hundreds."""

import gc
import logging
import threading
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

from lms.models import Mail, MailStatus, Notice, User
from lms.services.notices.digests import queue_digests
from lms.services.notices.notices import notify
from portal.jobs import execution
from portal.jobs.context import RunningJob
from portal.jobs.models import Job, Worker
from portal.jobs.worker import claim
from tests.mail_server import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.long]
MB = 2**20


def _work_off(count: int) -> None:
    worker = Worker.objects.create(name="w", version="1", threads=4).pk
    while count:
        jobs = claim(min(count, 20), worker_id=worker)
        assert jobs, "nothing waits any more"
        for job in jobs:
            execution.run(job, RunningJob(job, worker_id=worker), stopping=threading.Event())
        count -= len(jobs)


@pytest.fixture(autouse=True)
def _no_log() -> Iterator[None]:
    """Log nothing: pytest would keep each line."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_5000_mails_are_sent_with_flat_memory(mail_server: MailServer, employee: User) -> None:
    mail_server.keeps_mails = False
    for number in range(5000):
        notify(employee, kind="test", title=f"Выгрузка {number} готова", by_mail="now")
    # Python keeps the regular expressions of the last 512 mails: their boundaries.
    _work_off(1000)
    tracemalloc.start()

    _work_off(4000)

    gc.collect()
    kept, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert mail_server.accepted == 5000
    assert Mail.objects.filter(status=MailStatus.SENT).count() == 5000
    assert kept < MB


def test_digests_of_20000_people_are_queued_with_flat_memory(
    mail_server: MailServer, make_user: Callable[..., User]
) -> None:
    people = User.objects.bulk_create(
        [User(username=f"u{n}", email=f"u{n}@example.com", password="!") for n in range(20_000)],
        batch_size=1000,
    )
    now = timezone.now()
    Notice.objects.bulk_create(
        [Notice(user=user, kind="test", title="Новость", created_at=now) for user in people],
        batch_size=1000,
    )
    del people

    tracemalloc.start()
    count = queue_digests.call()
    # tests/conftest.py lets garbage pile up before it is collected.
    _kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (count, Job.objects.count()) == (20_000, 20_000)
    assert peak < 24 * MB
