"""The demo data: complete and consistent, stored once, and only where demo data are allowed."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from lms import models
from lms.services.progress import recompute
from media_admin.services import objects

# Demo data exist only in the embedded run.
pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Seed the demo once; each test's own changes are rolled back within this transaction."""
    with (
        override_settings(DEMO=True, DEMO_PASSWORD="portal-demo"),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        call_command("seed_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


def test_demo_data_are_refused_without_the_setting(settings):
    settings.DEMO = False

    with pytest.raises(CommandError):
        call_command("seed_demo", verbosity=0)

    assert models.User.objects.count() == 0


def test_demo_data_fill_the_whole_portal(seeded):
    assert models.Station.objects.count() == 8
    assert models.Station.objects.get(pk=1).short_name == "WKC1"
    assert models.CourseProgram.objects.active().count() == 8
    assert models.User.objects.filter(role="user").count() >= 40
    for file in models.TopicFile.objects.all()[:20]:
        assert objects.stat(file.minio_object_name).size_bytes == file.file_size


def test_a_second_run_changes_nothing(seeded):
    before = list(models.Enrollment.objects.order_by("pk").values())

    call_command("seed_demo", verbosity=0)

    assert list(models.Enrollment.objects.order_by("pk").values()) == before


def test_its_progress_agrees_with_the_completions(seeded):
    changed, total = recompute.recompute_all()

    assert (changed, total >= 40) == (0, True)


@pytest.mark.parametrize("username", ["admin", "instructor", "hr", "employee"])
def test_the_four_accounts_sign_in(seeded, username):
    body = {"username": username, "password": "portal-demo"}

    answer = Client().post("/auth/login", body, content_type="application/json")

    assert answer.status_code == 200


def test_new_rows_follow_the_fixed_numbers(seeded):
    station = models.Station.objects.create(name="Новая", short_name="NEW")
    models.Department.objects.create(short_name="NEW")

    assert station.pk > 8
