"""Guessing passwords is slow, also without the cache, and locks nobody out."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from lms.errors import TooManyLogins, WrongCredentials
from lms.models import User
from lms.services.accounts import sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]
NEW = "Новый-Пароль-2026"


def _guess(name: str = "karimov", address: str = "10.0.0.1", cookie: str | None = None) -> str:
    try:
        sign_in.check_credentials(name, "wrong", address=address, device_cookie=cookie)
    except (TooManyLogins, WrongCredentials) as error:
        return error.code
    return "in"


def _enter(name: str = "karimov", address: str = "10.0.0.1", cookie: str | None = None) -> User:
    return sign_in.check_credentials(name, PASSWORD, address=address, device_cookie=cookie)


@pytest.fixture(autouse=True)
def person(make_user: Callable[..., User]) -> User:
    """Return the owner of the account that is guessed at."""
    return make_user("karimov", email="karimov@example.com")


def test_who_guesses_waits_and_the_owner_elsewhere_does_not(person: User) -> None:
    codes = [_guess() for _n in range(6)]
    assert codes == ["wrong_credentials"] * 5 + ["too_many_logins"]
    assert _enter(address="10.0.0.2") == person


def test_other_spellings_and_the_address_are_the_same_account() -> None:
    for name in ("karimov", "KARIMOV", "karimov@example.com", "Karimov@Example.com", "karimoV"):
        assert _guess(name) == "wrong_credentials"
    with pytest.raises(TooManyLogins):
        _enter()


def test_a_success_begins_anew() -> None:
    for _n in range(4):
        _guess()
    _enter()
    assert [_guess() for _n in range(5)] == ["wrong_credentials"] * 5


def test_the_cache_has_no_part_in_it() -> None:
    with mock.patch.object(type(cache._connections), "__getitem__", side_effect=OSError):
        codes = [_guess() for _n in range(6)]
    assert codes[-1] == "too_many_logins"
    cache.clear()
    assert _guess() == "too_many_logins"


def test_spread_guesses_slow_down_strangers_and_spare_known_devices(
    person: User, settings: LazySettings, client: Client
) -> None:
    settings.LOGIN_ACCOUNT_FREE_ATTEMPTS = 8
    body = {"username": "karimov", "password": PASSWORD}
    known = client.post("/auth/login", body, content_type="application/json")
    cookie = known.cookies["portal_device"]
    assert cookie["httponly"]
    for number in range(8):
        _guess(address=f"10.0.1.{number}")
    with pytest.raises(TooManyLogins):
        _enter(address="10.0.2.1")
    assert _enter(address="10.0.2.1", cookie=cookie.value) == person


def test_a_cookie_of_somebody_else_spares_nothing(
    settings: LazySettings, client: Client, make_user: Callable[..., User]
) -> None:
    settings.LOGIN_ACCOUNT_FREE_ATTEMPTS = 3
    make_user("rakhimov")
    body = {"username": "rakhimov", "password": PASSWORD}
    other = client.post("/auth/login", body, content_type="application/json")
    for number in range(3):
        _guess(address=f"10.0.1.{number}")
    for cookie in (other.cookies["portal_device"].value, "made:up"):
        with pytest.raises(TooManyLogins):
            _enter(address="10.0.2.1", cookie=cookie)


def test_a_guesser_does_not_lock_a_station_behind_one_address(
    person: User,
    make_user: Callable[..., User],
) -> None:
    for number in range(62):
        _guess(f"nobody{number}")
    assert _enter() == person


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_take_their_places_before_hashing(person: User) -> None:
    together = threading.Barrier(12)

    def guess(_number: int) -> str:
        together.wait()
        try:
            return _guess()
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(guess, range(12)))

    assert codes.count("wrong_credentials") == 5
