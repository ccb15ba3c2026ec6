"""Comments, guesses at certificate numbers, and keys that nobody uses have limits."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from lms.models import Certificate, Comment, User
from lms.services import file_access, response_cache
from tests import factories

pytestmark = pytest.mark.django_db


def test_nobody_writes_comments_without_end(sign_in: Callable[..., APIClient]) -> None:
    api, other = sign_in(), sign_in(username="other")
    body = {"station_id": factories.StationFactory().pk, "lesson_index": 0, "topic_index": 0}
    body["comment_text"] = "Вопрос"

    codes = [api.post("/courses/comments", body, format="json").status_code for _n in range(205)]

    assert codes[:200] == [201] * 200
    assert 429 in codes
    assert Comment.objects.count() < 205
    assert other.post("/courses/comments", body, format="json").status_code == 201


def test_certificate_numbers_cannot_be_tried_one_after_the_other(
    client: Client, make_user: Callable[..., User]
) -> None:
    number = "ATG-2026-000001-BCDFGH"
    Certificate.objects.create(user=make_user(), number=number, title="T")
    codes = [client.get(f"/certificates/ATG-2026-0000{n:02}-XXXXXX").status_code for n in range(40)]

    assert codes[:30] == [404] * 30
    assert codes[-1] == 429
    assert client.get(f"/certificates/{number}").status_code == 429
    assert client.get(f"/certificates/{number}", REMOTE_ADDR="10.0.0.9").status_code == 200


def test_scanning_good_codes_meets_no_limit(client: Client, make_user: Callable[..., User]) -> None:
    number = "ATG-2026-000001-BCDFGH"
    Certificate.objects.create(user=make_user(), number=number, title="T")
    assert {client.get(f"/certificates/{number}").status_code for _n in range(40)} == {200}


def test_invented_keys_do_not_fill_the_cache() -> None:
    version = response_cache.version()
    for number in range(50):
        assert file_access.uses_of(f"no/such/{number}.pdf") == frozenset()
    stored = [name for name in getattr(cache, "_cache", {}) if "content:uses" in str(name)]
    assert stored == []
    assert file_access._memory.get("no/such/1.pdf", version) is None
