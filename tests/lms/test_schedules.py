"""What the worker deletes at night, and what has to stay."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from lms.models import BinEntry, ContentChange, Lesson, User, UserSession
from lms.services.accounts import sign_in
from lms.services.accounts import tasks as accounts
from lms.services.history import recycle_bin
from lms.services.history import tasks as history
from media_admin.models import MediaFile
from media_admin.services import tasks as media
from portal.jobs import services
from portal.jobs.models import Job, JobStatus
from tests.factories import LessonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_sessions_that_ended_long_ago_go_and_the_last_sign_in_stays(
    make_user: Callable[..., User],
) -> None:
    user = make_user()
    now = timezone.now()
    fates = {
        "open": {},
        "expired lately": {"expires_at": now - timedelta(days=89)},
        "expired long ago": {"expires_at": now - timedelta(days=91)},
        "ended lately": {"revoked_at": now - timedelta(days=89)},
        "ended long ago": {"revoked_at": now - timedelta(days=91)},
    }
    for device, fate in fates.items():
        session = sign_in.log_in(user, device=device).session
        UserSession.objects.filter(pk=session.pk).update(**fate)
    signed_in_at = User.objects.get().last_login

    assert accounts.delete_ended_sessions.call() == {"sessions": 2}

    kept = set(UserSession.objects.values_list("user_agent", flat=True))
    assert kept == {"open", "expired lately", "ended lately"}
    assert User.objects.get().last_login == signed_in_at


def test_expired_sessions_of_the_admin_go() -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for age in (60, -60):
        session = store()
        session.set_expiry(age)
        session.save()
    Session.objects.filter(expire_date__lt=timezone.now()).get()

    accounts.clear_admin_sessions.call()

    assert Session.objects.get().expire_date > timezone.now()


def test_the_bin_is_emptied_of_what_has_expired() -> None:
    old, new = LessonFactory(), LessonFactory()
    for lesson in (old, new):
        recycle_bin.put(lesson, by=None)
    past = timezone.now() - timedelta(seconds=1)
    BinEntry.objects.filter(object_id=str(old.pk)).update(expires_at=past)

    assert history.empty_bin.call() == {"objects": 1, "files": 0}

    assert [row.pk for row in Lesson.everything.all()] == [new.pk]


def test_history_is_kept_for_ever_unless_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    LessonFactory(title="Пуск")
    ContentChange.objects.update(happened_at=timezone.now() - timedelta(days=4000))
    count = ContentChange.objects.count()
    assert count > 0

    assert history.forget_history.call() == {"changes": 0}
    monkeypatch.setattr(settings, "HISTORY_KEEP_DAYS", 30)

    assert history.forget_history.call() == {"changes": count}


def test_unfinished_uploads_are_cancelled() -> None:
    for key, hours in [("old.pdf", 49), ("new.pdf", 47)]:
        file = MediaFile.objects.create(
            key=key, kind="pdf", original_name=key, size_bytes=1, content_type="application/pdf"
        )
        created_at = timezone.now() - timedelta(hours=hours)
        MediaFile.objects.filter(pk=file.pk).update(created_at=created_at)

    assert media.purge_abandoned_uploads.call() == {"uploads": 1}

    assert MediaFile.objects.get().key == "new.pdf"


def test_expired_results_of_jobs_go() -> None:
    for days in (-1, 1):
        expires_at = timezone.now() + timedelta(days=days)
        Job.objects.create(task="x", status=JobStatus.SUCCESSFUL, expires_at=expires_at)

    assert services.delete_job_results.call() == {"jobs": 1}

    assert Job.objects.count() == 1
