"""Old mails and notices that were read long ago are deleted; others stay."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from lms.models import Mail, Notice, User
from lms.services.notices.cleanup import delete_old_mails_and_notices
from portal.jobs.models import Job, JobStatus

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_what_is_older_than_the_setting_goes(employee: User, settings: LazySettings) -> None:
    settings.MAIL_KEEP_DAYS = 10
    now = timezone.now()
    for days in (9, 11):
        at = now - timedelta(days=days)
        Mail.objects.create(user=employee, kind=f"{days}", created_at=at)
        Notice.objects.create(user=employee, kind=f"{days}", title="T", created_at=at, read_at=at)
    Notice.objects.create(
        user=employee, kind="unread", title="T", created_at=now - timedelta(days=400)
    )

    assert delete_old_mails_and_notices.call() == 2

    assert [mail.kind for mail in Mail.objects.all()] == ["9"]
    assert {notice.kind for notice in Notice.objects.all()} == {"9", "unread"}


def test_it_runs_as_a_job(employee: User, run_jobs: Callable[[], list[Job]]) -> None:
    delete_old_mails_and_notices.enqueue()
    (job,) = run_jobs()
    assert (job.status, job.result) == (JobStatus.SUCCESSFUL, 0)
