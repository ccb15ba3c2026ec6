"""The charts of the start page: their axis, bars and texts."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from lms.admin.dashboard.charts import Chart, Series, chart
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


def render(drawn: Chart) -> str:
    """Return the HTML of one chart."""
    return render_to_string("lms/admin/dashboard/charts.html", {"charts": [drawn]})


def test_bars_stand_on_each_other_and_coordinates_have_points_in_every_language() -> None:
    days = Days.latest(2)
    passed = Series("сдано", "main", [Figure(1, "/a"), Figure(0)], Figure(1))
    failed = Series("не сдано", "warning", [Figure(2, "/b"), Figure(0)], Figure(2))

    with translation.override("ru"):
        drawn = chart("a", "A", days, [passed, failed])
        html = render(drawn)
    first, second = drawn["columns"]

    assert first["bars"] == [
        {"path": "M1.5 75.00h7v25.00h-7z", "colour": "main", "url": "/a"},
        {"path": "M1.5 25.00h7v50.00h-7z", "colour": "warning", "url": "/b"},
    ]
    assert (first["text"], second["bars"]) == ("Сдано: 1 · Не сдано: 2", [])
    assert ("M1.5 75.00h7v25.00h-7z" in html, "75,00" in html) == (True, False)


@pytest.mark.parametrize("is_line", [True, False])
def test_texts_and_addresses_are_escaped(is_line: bool) -> None:
    days = Days.latest(2)
    series = Series("<b>x</b>", "main", [Figure(1, '/a?b=1&c="2"'), Figure(0)], Figure(1))

    html = render(chart("a", "A", days, [series], is_line=is_line))

    assert "<b>" not in html
    assert 'data-url="/a?b=1&amp;c=&quot;2&quot;"' in html
    assert 'href="/a?b=1&amp;c=&quot;2&quot;">1</a>' in html
    assert html.count("<td>0</td>") == 1


def test_dates_are_written_in_the_language_of_the_page() -> None:
    series = Series("x", "main", [Figure(1), Figure(0)], Figure(1))

    marks = []
    for language in ("ru", "en"):
        with translation.override(language):
            marks.append(chart("a", "A", Days.latest(2), [series])["marks"])

    assert marks[0] != marks[1]
