"""The data of the charts over days: coordinates, texts and links for dashboard/charts.html.

No script draws the charts, and a table has the same figures. The coordinates are texts, because a
template would write the number 1.5 as "1,5" in Russian. One template draws all charts of a page.
It reads plain dictionaries, and every text is made once: a page has 90 days and 150 figures.
"""

from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypedDict

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lms.admin.dashboard.figures import Figure
from lms.selectors.progress.activity import Days

# Units of the drawing, as in the template; the page stretches it, lines keep their width.
DAY_WIDTH = 10
HEIGHT = 100
_BAR_WIDTH = 7
_BAR_OFFSET = (DAY_WIDTH - _BAR_WIDTH) / 2


class Series(NamedTuple):
    """One colour of a chart: a figure for each day, and their sum with its list."""

    title: str
    colour: str
    days: list[Figure]
    total: Figure


class Bar(TypedDict):
    """One series of one day: a rectangle as the path of an SVG element."""

    path: str
    colour: str
    url: str | None


class Column(TypedDict):
    """One day of a chart: its area for the pointer, its bars from the ground up, and its text."""

    x: str
    middle: str
    y: str
    day: str
    text: str
    bars: list[Bar]
    url: str | None


class Row(TypedDict):
    """One day of the table."""

    day: str
    cells: list[tuple[str, str | None]]


class Chart(TypedDict):
    """One chart with its table. `line` and `area` are empty for a chart of bars."""

    name: str
    title: str
    series: list[Series]
    is_empty: bool
    summary: str
    width: str
    axis: list[int]
    marks: list[str]
    columns: list[Column]
    rows: list[Row]
    line: str
    area: str


def chart(
    name: str, title: str, days: Days, series: list[Series], *, is_line: bool = False
) -> Chart:
    """Return the data of one chart for lms/admin/dashboard/charts.html.

    `name` identifies the chart on the page. A line shows the first series with its area; otherwise
    the series are bars on top of each other.
    """
    dates = list(days)
    figures = list(zip(*(one.days for one in series), strict=True))
    sums = [sum(figure.count for figure in column) for column in figures]
    top = _round_up(max(sums, default=0))
    language = get_language()
    texts = [_date_texts(day, language) for day in dates]
    labels = [short for short, _full in texts]
    counts = [[figure.text for figure in column] for column in figures]
    width = len(dates) * DAY_WIDTH
    line = _points(sums, top) if is_line else ""
    return {
        "name": name,
        "title": title,
        "series": series,
        "is_empty": not any(sums),
        "summary": _summary(labels, sums),
        "width": str(width),
        "axis": [top, top // 2, 0],
        "marks": [labels[index] for index in (0, len(labels) // 2, -1)],
        "columns": [
            _column(index, labels[index], column, counts[index], series, top=top, is_line=is_line)
            for index, column in enumerate(figures)
        ],
        "rows": [
            _row(texts[index][1], figures[index], counts[index])
            for index in reversed(range(len(dates)))
        ],
        "line": line,
        "area": f"0,{HEIGHT} {line} {width},{HEIGHT}" if is_line else "",
    }


def _column(
    index: int,
    label: str,
    figures: tuple[Figure, ...],
    counts: list[str],
    series: list[Series],
    *,
    top: int,
    is_line: bool,
) -> Column:
    bars: list[Bar] = []
    y = float(HEIGHT)
    for one, figure in zip(series, figures, strict=True):
        height = figure.count * HEIGHT / top
        y -= height
        if figure.count and not is_line:
            x = index * DAY_WIDTH + _BAR_OFFSET
            path = f"M{x:g} {y:.2f}h{_BAR_WIDTH}v{height:.2f}h-{_BAR_WIDTH}z"
            bars.append({"path": path, "colour": one.colour, "url": figure.url})
    return {
        "x": str(index * DAY_WIDTH),
        "middle": f"{(index + 0.5) * DAY_WIDTH:g}",
        "y": f"{y:.2f}",
        "day": label,
        "text": " · ".join(
            f"{capfirst(one.title)}: {count}" for one, count in zip(series, counts, strict=True)
        ),
        "bars": bars,
        # A bar has a list of its own.
        "url": figures[0].url if is_line else None,
    }


def _row(day: str, figures: tuple[Figure, ...], counts: list[str]) -> Row:
    # A link to an empty list is of no use.
    urls = [figure.url if figure.count else None for figure in figures]
    return {"day": day, "cells": list(zip(counts, urls, strict=True))}


def _points(sums: list[int], top: int) -> str:
    points = [
        f"{(index + 0.5) * DAY_WIDTH:g},{HEIGHT - count * HEIGHT / top:.2f}"
        for index, count in enumerate(sums)
    ]
    first, last = points[0].split(",")[1], points[-1].split(",")[1]
    return " ".join([f"0,{first}", *points, f"{len(sums) * DAY_WIDTH},{last}"])


def _summary(labels: list[str], sums: list[int]) -> str:
    """Say in a sentence what the picture shows."""
    best = max(range(len(sums)), key=lambda index: sums[index])
    return _(
        "%(first)s to %(last)s; the highest value is on %(day)s: %(count)s."
        " Move through the days with the arrow keys."
    ) % {
        "first": labels[0],
        "last": labels[-1],
        "day": labels[best],
        "count": sums[best],
    }


@lru_cache(maxsize=128)
def _date_texts(day: date, language: str | None) -> tuple[str, str]:
    """Return a date as day and month, and in full; all charts have the same dates.

    The texts are in the active language: `language` only tells the languages apart in the cache.
    """
    return date_format(day, "j E"), date_format(day, "SHORT_DATE_FORMAT")


def _round_up(count: int) -> int:
    """Return the next even round number, so that half of it is whole too: 4, 10, 20, 60, 200."""
    step = 1
    while True:
        for head in (2, 4, 6, 8):
            if count <= head * step:
                return max(4, head * step)
        step *= 10
        if count <= step:
            return step
