"""Rules about accounts and sessions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lms.errors import LastAdministrator, SessionEnded
from lms.models import Role, UserSession
from lms.services.accounts import sessions, sign_in

pytestmark = pytest.mark.django_db


def test_the_last_administrator_cannot_be_switched_off(make_user):
    admin = make_user("admin", role=Role.ADMIN)

    with pytest.raises(LastAdministrator):
        sign_in.deactivate(admin)

    admin.refresh_from_db()
    assert admin.is_active


def test_one_of_two_administrators_can_be_switched_off(make_user):
    admin = make_user("admin", role=Role.ADMIN)
    make_user("second", role=Role.ADMIN)

    sign_in.deactivate(admin)

    admin.refresh_from_db()
    assert not admin.is_active


def test_an_expired_session_cannot_refresh(make_user):
    signed_in = sign_in.log_in(make_user())
    UserSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(SessionEnded):
        sign_in.refresh(signed_in.refresh_token)


def test_an_access_token_never_outlives_its_session(make_user, settings):
    settings.REFRESH_TOKEN_LIFETIME = timedelta(minutes=5)

    assert sign_in.log_in(make_user()).expires_in_seconds <= 300


def test_a_slow_reader_cannot_revive_an_ended_session(
    make_user, django_capture_on_commit_callbacks
):
    signed_in = sign_in.log_in(make_user())
    session_id = str(signed_in.session.pk)

    with django_capture_on_commit_callbacks(execute=True):
        sign_in.revoke_session(signed_in.session)
    UserSession.objects.update(revoked_at=None)  # What a reader saw before the commit.

    assert sessions.live_user(session_id) is None


def test_a_changed_name_counts_at_the_next_request(make_user, django_capture_on_commit_callbacks):
    user = make_user()
    session_id = str(sign_in.log_in(user).session.pk)
    assert sessions.live_user(session_id).full_name == user.full_name
    user.full_name = "Другое Имя"
    user.save()

    with django_capture_on_commit_callbacks(execute=True):
        sign_in.user_changed(user, ["full_name"])

    assert sessions.live_user(session_id).full_name == "Другое Имя"
