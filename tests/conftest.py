"""Fixtures that many tests share."""

import contextlib
import gc
import os
import threading
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from django.conf import settings as django_settings
from django.core.cache import cache
from django.template import Context, Template
from django.test import Client
from django.test.signals import template_rendered
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from lms.models import Role, User
from lms.services.accounts import sessions
from lms.services.accounts import sign_in as accounts
from lms.services.progress import deliveries
from tests import migrated_database, selection
from tests.factories import PASSWORD
from tests.selection import HAS_SERVICES


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Pass by the files that have no test of this run."""
    return selection.is_of_no_use(collection_path, config.option.markexpr) or None


# First: `-m` chooses in the same hook, by the marks that are set here.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Choose the tests of this run and their order."""
    selection.choose(items)
    selection.put_slow_files_first(items)


def pytest_collection_finish() -> None:
    """Keep what is imported by now out of every later search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Let the worker's database begin as a copy of a migrated one."""
    with django_db_blocker.unblock():
        migrated_database.use_copies()


@pytest.fixture(scope="session", autouse=True)
def _one_context_per_page(django_test_environment: None) -> None:
    """Let the test client keep the context of a page alone, not of each of its 500 templates.

    Copying the contexts of widgets and included templates took a third of the time of a page.
    """
    rendering = threading.local()

    def render(template: Template, context: Context) -> str:
        if getattr(rendering, "inside", False):
            return template.nodelist.render(context)
        template_rendered.send(sender=template, template=template, context=context)
        rendering.inside = True
        try:
            return template.nodelist.render(context)
        finally:
            rendering.inside = False

    Template._render = render


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
    deliveries.forget()


@pytest.fixture(autouse=True)
def _force_login_as_by_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `force_login` note the session as a real sign-in does, before the first page."""
    plain = Client.force_login

    def force_login(client: Client, user: User, backend: str | None = None) -> None:
        plain(client, user, backend)
        noted = accounts.open_admin_session(user, address=None, device="")
        sessions.is_alive(str(noted.pk))
        session = client.session
        session["user_session"] = str(noted.pk)
        session.save()

    monkeypatch.setattr(Client, "force_login", force_login)


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
