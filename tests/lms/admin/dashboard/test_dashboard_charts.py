"""The charts of the start page: their axis, bars and texts."""

import pytest
from django.utils import translation

from lms.admin.dashboard.charts import Series, chart
from lms.admin.dashboard.figures import Figure
from lms.selectors.progress.activity import Days


@pytest.mark.parametrize(
    ("highest", "axis"), [(0, 4), (1, 4), (5, 6), (9, 10), (11, 20), (61, 80), (101, 200)]
)
def test_the_axis_ends_at_a_round_number(highest: int, axis: int) -> None:
    days = Days.latest(2)
    series = Series("людей", "main", [Figure(0), Figure(highest)], Figure(highest))

    drawn = chart("a", "A", days, [series])

    assert drawn["axis"] == [axis, axis // 2, 0]


def test_bars_stand_on_each_other_and_coordinates_have_points_in_every_language() -> None:
    days = Days.latest(2)
    passed = Series("сдано", "main", [Figure(1, "/a"), Figure(0)], Figure(1))
    failed = Series("не сдано", "warning", [Figure(2, "/b"), Figure(0)], Figure(2))

    with translation.override("ru"):
        drawn = chart("a", "A", days, [passed, failed])
    first, second = drawn["days"]

    assert first["parts"] == [
        {"y": "75.00", "height": "25.00", "colour": "main", "url": "/a"},
        {"y": "25.00", "height": "50.00", "colour": "warning", "url": "/b"},
    ]
    assert first["text"] == "Сдано: 1 · Не сдано: 2"
    assert (first["bar_x"], second["parts"]) == ("1.5", [])
    assert ('y="75.00"' in drawn["columns"], "75,00" in drawn["columns"]) == (True, False)


@pytest.mark.parametrize("is_line", [True, False])
def test_texts_and_addresses_are_escaped(is_line: bool) -> None:
    days = Days.latest(2)
    series = Series("<b>x</b>", "main", [Figure(1, '/a?b=1&c="2"'), Figure(0)], Figure(1))

    drawn = chart("a", "A", days, [series], line=is_line)

    assert "<b>" not in drawn["columns"]
    assert "/a?b=1&amp;c=&quot;2&quot;" in drawn["columns"]
    assert 'href="/a?b=1&amp;c=&quot;2&quot;">1</a>' in drawn["rows"]
    assert drawn["rows"].count("<td>0</td>") == 1
