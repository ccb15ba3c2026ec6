"""Fixtures that many tests share."""

import contextlib
import os
from collections.abc import Callable, Iterator

import boto3
import pytest
from botocore.config import Config
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from lms.models import Role, User
from lms.services.accounts import sign_in as accounts
from tests.factories import PASSWORD

HAS_SERVICES = os.environ.get("TEST_SERVICES") == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the tests of real services to the run that has them; the other run never shows them.

    The other way round, what looks the same on whichever database is shown by the other run alone.
    """
    left_out = "embedded" if HAS_SERVICES else "services"
    # Not by `keywords`: they hold the names of folders too, and tests/lms/services is one.
    items[:] = [item for item in items if item.get_closest_marker(left_out) is None]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that has to show everything when anything was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REQUIRE_SERVICES") == "1" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def _bucket() -> None:
    """Make this worker's bucket in the real store."""
    if not HAS_SERVICES:
        return
    options = django_settings.OBJECT_STORAGE["OPTIONS"]
    client = boto3.client(
        "s3",
        endpoint_url=options["endpoint"],
        region_name=options["region"],
        aws_access_key_id=options["access_key"],
        aws_secret_access_key=options["secret_key"],
        config=Config(s3={"addressing_style": "path"}),
    )
    with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(Bucket=options["bucket"])


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Return a maker of users with the shared password."""

    def make(username: str = "karimov", *, role: str = Role.USER, **extra: object) -> User:
        extra.setdefault("full_name", f"Имя {username}")
        extra.setdefault("email", f"{username}@example.com")
        return User.objects.create_user(username, PASSWORD, role=role, **extra)

    return make


@pytest.fixture
def api_client() -> APIClient:
    """Return an anonymous API client."""
    return APIClient()


@pytest.fixture
def sign_in(make_user: Callable[..., User]) -> Callable[..., APIClient]:
    """Return a maker of API clients that carry the bearer token of a user of a role."""

    def make(role: str = Role.USER, username: str | None = None) -> APIClient:
        user = make_user(username or f"{role}-api", role=role)
        client = APIClient()
        token = accounts.log_in(user).access_token
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        client.user = user
        return client

    return make


@pytest.fixture
def admin_client_for(make_user: Callable[..., User]) -> Callable[[str], Client]:
    """Return a maker of browser clients signed in to the admin with a role."""

    def make(role: str) -> Client:
        client = Client()
        client.force_login(make_user(f"{role}-admin", role=role))
        return client

    return make
