"""Tokens name their issuer, audience and key; keys change without signing anybody out."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from lms.models import User
from lms.services.accounts import sign_in, tokens
from lms.services.accounts.token_keys import key_id

pytestmark = pytest.mark.django_db
OTHER_KEY = "another-signing-key-" + "k" * 40


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Read each token anew: a process reads its keys once, when it starts."""
    tokens._verified.cache_clear()
    yield
    tokens._verified.cache_clear()


@pytest.fixture
def session(make_user: Callable[..., User]) -> sign_in.SignedIn:
    """Return what a sign-in gives."""
    return sign_in.log_in(make_user("reader"))


def _status(token: str) -> int:
    tokens._verified.cache_clear()
    return APIClient().get("/auth/me", headers={"authorization": f"Bearer {token}"}).status_code


def _refresh_status(token: str) -> int:
    return APIClient().post("/auth/refresh", {"refreshToken": token}, format="json").status_code


def _claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def _forged(
    token: str, *, kid: str | None, key: str = settings.JWT_SIGNING_KEY, **claims: Any
) -> str:
    payload = {**_claims(token), **claims}
    payload = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(payload, key, algorithm="HS256", headers={"kid": kid} if kid else None)


def test_every_kind_of_token_names_issuer_audience_and_key(session: sign_in.SignedIn) -> None:
    for token in (session.access_token, session.refresh_token, session.media_token):
        claims = _claims(token)
        assert (claims["iss"], claims["aud"]) == ("atg-portal", "atg-portal")
        assert jwt.get_unverified_header(token)["kid"] == key_id(settings.JWT_SIGNING_KEY)


@pytest.mark.parametrize(
    "claims",
    [{"iss": "another-portal"}, {"aud": "another-service"}, {"iss": None}, {"aud": None}],
    ids=["another issuer", "another audience", "no issuer", "no audience"],
)
@pytest.mark.parametrize("with_id", [True, False], ids=["with key id", "without key id"])
def test_a_token_for_somebody_else_is_refused(
    session: sign_in.SignedIn, claims: dict[str, Any], with_id: bool
) -> None:
    kid = key_id(settings.JWT_SIGNING_KEY) if with_id else None
    assert _status(_forged(session.access_token, kid=kid, **claims)) == 401


@pytest.mark.parametrize("kid", ["unknown", "../../dev/null", "' OR 1=1 --"])
def test_an_unknown_key_id_is_refused(session: sign_in.SignedIn, kid: str) -> None:
    assert _status(_forged(session.access_token, kid=kid)) == 401


def test_a_key_id_does_not_choose_another_key(session: sign_in.SignedIn) -> None:
    kid = key_id(settings.JWT_SIGNING_KEY)
    assert _status(_forged(session.access_token, kid=kid, key=OTHER_KEY)) == 401


def test_a_token_without_signature_is_refused(session: sign_in.SignedIn) -> None:
    for headers in (None, {"kid": key_id(settings.JWT_SIGNING_KEY)}):
        token = jwt.encode(_claims(session.access_token), "", algorithm="none", headers=headers)
        assert _status(token) == 401


def test_a_new_key_signs_nobody_out_while_the_old_one_is_named(
    session: sign_in.SignedIn, settings: Any
) -> None:
    settings.JWT_OLD_SIGNING_KEYS = [settings.JWT_SIGNING_KEY]
    settings.JWT_SIGNING_KEY = OTHER_KEY

    assert _status(session.access_token) == 200
    answer = APIClient().post(
        "/auth/refresh", {"refreshToken": session.refresh_token}, format="json"
    )
    new = answer.json()["token"]
    assert jwt.get_unverified_header(new)["kid"] == key_id(OTHER_KEY)
    assert _status(new) == 200


def test_a_key_that_is_no_longer_named_opens_nothing(
    session: sign_in.SignedIn, settings: Any
) -> None:
    settings.JWT_SIGNING_KEY = OTHER_KEY

    assert _status(session.access_token) == 401
    assert _refresh_status(session.refresh_token) == 401


def test_a_token_from_before_the_upgrade_works_until_it_expires(session: sign_in.SignedIn) -> None:
    before = {"kid": None, "iss": None, "aud": None}
    past = int((timezone.now() - timedelta(minutes=1)).timestamp())

    assert _status(_forged(session.access_token, **before)) == 200
    assert _status(_forged(session.access_token, **before, exp=past)) == 401
    assert _status(_forged(session.access_token, **before, key=OTHER_KEY)) == 401


def test_the_refresh_token_stays_the_same(session: sign_in.SignedIn) -> None:
    assert _refresh_status(session.refresh_token) == 200
    assert _refresh_status(session.refresh_token) == 200
