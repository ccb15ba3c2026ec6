"""Searches ignore the case of every alphabet, on each database."""

import pytest

from lms.models import Station
from portal.common.sqlite_search import like
from tests import factories


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("%компр%", "Компрессорная", True),
        ("а_в", "АБВ", True),
        ("100\\%", "100%", True),
        ("100\\%", "1000", False),
        ("%", None, None),
        ("%а.б%", "xАxБ", False),
    ],
)
def test_like_matches_as_sql_does(pattern, text, expected):
    assert like(pattern, text, "\\") is expected


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["компр", "КОМПР", "Компр"])
def test_a_search_finds_cyrillic_in_any_case(word):
    factories.StationFactory(name="Компрессорная станция")

    assert Station.objects.filter(name__icontains=word).count() == 1
