"""Names, positions and stations belong to HR."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from rest_framework.test import APIClient

from lms.models import Profile
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]
NEW = "Новый-Пароль-2026"


@pytest.fixture
def api(sign_in: SignIn) -> APIClient:
    """Return the client of a person of whom HR knows everything."""
    api = sign_in(username="karimov")
    station = factories.StationFactory(name="WKC1")
    Profile.objects.create(user=api.user, position="Слесарь", station=station)
    return api


def _put(api: APIClient, **changes: object) -> int:
    body = {"full_name": api.user.full_name, "company": "WKC1", "position": "Слесарь"}
    return api.put("/users/me", {**body, **changes}, format="json").status_code


def test_what_the_page_sends_back_is_fine(api: APIClient) -> None:
    assert _put(api) == 200
    assert _put(api, phone="+998901234567", language="en") == 200


@pytest.mark.parametrize(
    "change",
    [{"full_name": "Директор"}, {"position": "Директор"}, {"company": "X"}, {"position": None}],
)
def test_another_name_or_place_is_refused_in_words(
    api: APIClient, change: dict[str, object]
) -> None:
    answer = api.put("/users/me", change, format="json")
    assert answer.status_code == 400
    assert "отдел кадров" in answer.json()["error"]
    assert list(answer.json()["fields"]) == list(change)


def test_another_mail_address_is_refused(api: APIClient) -> None:
    assert _put(api, email="thief@example.com") == 400


def test_what_is_empty_may_be_filled_in(sign_in: SignIn) -> None:
    api = sign_in(username="new")
    assert api.put("/users/me", {"position": "Слесарь"}, format="json").status_code == 200


def test_a_setting_allows_it(api: APIClient, settings: LazySettings) -> None:
    settings.PROFILE_NAME_EDITABLE = True
    assert _put(api, full_name="Другое Имя", position="Мастер") == 200


def test_registering_fills_in_only_what_is_empty(api: APIClient) -> None:
    body = {"full_name": "Директор", "phone": "+99890", "position": "Директор"}
    form = {**body, "department": "ТО", "station_id": None}
    assert api.post("/auth/register-profile", form, format="json").status_code == 200
    profile = Profile.objects.select_related("user", "station").get(user=api.user)
    assert (profile.user.full_name, profile.position) == (api.user.full_name, "Слесарь")
    assert (profile.station.name, profile.phone) == ("WKC1", "+99890")
