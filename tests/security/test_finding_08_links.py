"""Links to files end with the session for which they were made."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from lms.models import Profile, Role, User
from lms.services.accounts import sessions, sign_in
from media_admin.services import objects
from tests.factories import PASSWORD

# Committed: sessions in the cache are forgotten after the commit.
pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = b"%PDF-1.7 text"
KEY = "uploads/регламент.pdf"


@pytest.fixture(autouse=True)
def _stored() -> None:
    objects.store_bytes(KEY, CONTENT, content_type="application/pdf")


@pytest.fixture
def staff(make_user: Callable[..., User]) -> User:
    """Return an instructor, who may read every file."""
    return make_user("staff", role=Role.INSTRUCTOR)


def _signed_in(user: User) -> tuple[APIClient, sign_in.SignedIn]:
    found = sign_in.log_in(User.objects.get(pk=user.pk))
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {found.access_token}")
    return api, found


def _link(api: APIClient) -> str:
    return api.get("/files/presign", {"key": KEY, "expiresIn": 604800}).json()["url"]


def _status(url: str, cookie: str = "") -> int:
    client = Client()
    if cookie:
        client.cookies[settings.MEDIA_COOKIE_NAME] = cookie
    answer = client.get(url)
    assert (answer.getvalue() == CONTENT) == (answer.status_code == 200)
    return answer.status_code


def test_a_link_opens_its_file_until_the_person_signs_out(staff: User) -> None:
    api, _found = _signed_in(staff)
    url = _link(api)
    assert _status(url) == 200

    api.post("/auth/logout", {}, format="json")

    assert _status(url) == 403


def test_a_link_ends_when_the_person_is_dismissed(staff: User) -> None:
    api, _found = _signed_in(staff)
    url = _link(api)
    assert _status(url) == 200

    User.objects.filter(pk=staff.pk).update(is_active=False)
    sessions.forget_user(staff)

    assert _status(url) == 403


def test_the_session_cannot_be_taken_out_of_a_link_or_changed(staff: User) -> None:
    api, found = _signed_in(staff)
    other = sign_in.log_in(User.objects.get(pk=staff.pk))
    url = _link(api)
    ended = str(found.session.pk)
    assert f"i={ended}" in url

    assert _status(url.replace(f"i={ended}", f"i={other.session.pk}")) == 403
    assert _status(url.replace(f"&i={ended}", "")) == 403


def test_the_same_person_may_follow_it_after_a_new_sign_in_and_nobody_else(
    staff: User, make_user: Callable[..., User]
) -> None:
    """Browsers keep the address of a picture for days."""
    api, found = _signed_in(staff)
    url = _link(api)
    sign_in.revoke_session(found.session)
    _api, again = _signed_in(staff)
    _other_api, other = _signed_in(make_user("other", role=Role.INSTRUCTOR))

    assert _status(url) == 403
    assert _status(url, cookie=again.media_token) == 200
    assert _status(url, cookie=other.media_token) == 403
    assert _status(url, cookie=found.media_token) == 403


def test_an_avatars_link_ends_with_the_session(staff: User) -> None:
    Profile.objects.update_or_create(user=staff, defaults={"avatar_url": KEY})
    api, found = _signed_in(staff)
    told = str(api.get("/users/me").content, "utf-8")
    assert f"i={found.session.pk}" in told


def test_a_link_of_the_admin_ends_with_the_session_of_the_admin(staff: User) -> None:
    browser = Client()
    browser.post("/admin/login/", {"username": "staff", "password": PASSWORD})
    browser.get("/admin/")
    url = browser.get("/admin/media/preview", {"key": KEY})["Location"]
    assert _status(url) == 200

    sign_in.revoke_session(staff.sessions.get())

    assert _status(url) == 403
