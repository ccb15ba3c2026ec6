"""Charts over days as serializers for inline SVG: no script draws them, and a table says the same.

What there is of each day is written here, not by the template: with 30 days in three charts that
takes a tenth of the time. The coordinates are texts: a template would write 1.5 as "1,5".
"""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lms.admin.dashboard.figures import Figure
from lms.selectors.progress.activity import Days

# Units of the drawing; the page stretches it, lines keep their width.
DAY_WIDTH = 10
HEIGHT = 100
_BAR_WIDTH = 7


@dataclass(frozen=True)
class Series:
    """One colour of a chart: a figure for each day, and their sum with its list."""

    title: str
    colour: str
    days: list[Figure]
    total: Figure


def chart(name: str, title: str, days: Days, series: list[Series], **extra: Any) -> dict[str, Any]:
    """Return what lms/admin/dashboard/chart.html draws.

    `name` tells the chart from the others on the page. With `line=True` the first series becomes a
    line with its area; otherwise the series stand on each other as bars.
    """
    columns = list(zip(*(one.days for one in series), strict=True))
    sums = [sum(found.count for found in column) for column in columns]
    top = _round_up(max(sums, default=0))
    width = len(days) * DAY_WIDTH
    listed = list(days)
    is_line = bool(extra.pop("line", False))
    drawn = {
        "name": name,
        "title": title,
        "series": series,
        "is_empty": not any(sums),
        "summary": _summary(listed, sums),
        "view_box": f"0 0 {width} {HEIGHT}",
        "width": width,
        "axis": [top, top // 2, 0],
        "marks": [_short(listed[place]) for place in (0, len(listed) // 2, -1)],
        "days": [
            _column(place, listed[place], figures, series, top=top, is_line=is_line)
            for place, figures in enumerate(columns)
        ],
    }
    drawn["columns"] = SafeString("".join(_drawn(day, is_line) for day in drawn["days"]))
    rows = reversed(list(zip(listed, columns, strict=True)))
    drawn["rows"] = SafeString("".join(_row(day, figures) for day, figures in rows))
    if is_line:
        drawn["line"] = _points(sums, top)
        drawn["area"] = f"0,{HEIGHT} {drawn['line']} {width},{HEIGHT}"
    return drawn | extra


def _column(
    place: int,
    day: Any,
    figures: tuple[Figure, ...],
    series: list[Series],
    *,
    top: int,
    is_line: bool,
) -> dict[str, Any]:
    """Return the place that a day answers to, its bars from the ground up, and its texts."""
    parts = []
    ground = float(HEIGHT)
    for one, figure in zip(series, figures, strict=True):
        height = figure.count * HEIGHT / top
        ground -= height
        if figure.count and not is_line:
            parts.append(
                {"y": f"{ground:.2f}", "height": f"{height:.2f}", "colour": one.colour}
                | {"url": figure.url}
            )
    return {
        "x": str(place * DAY_WIDTH),
        "middle": f"{(place + 0.5) * DAY_WIDTH:g}",
        "bar_x": f"{place * DAY_WIDTH + (DAY_WIDTH - _BAR_WIDTH) / 2:g}",
        "y": f"{ground:.2f}",
        "day": _short(day),
        "text": " · ".join(
            f"{capfirst(one.title)}: {figure.text}"
            for one, figure in zip(series, figures, strict=True)
        ),
        "parts": parts,
        "url": figures[0].url,
    }


def _drawn(day: dict[str, Any], is_line: bool) -> str:
    """Draw what a day answers with, and its bars or its point on the line."""
    label, text = escape(day["day"]), escape(day["text"])
    if is_line:
        url, middle = _url(day["url"]), day["middle"]
        shapes = (
            f'<path class="dash-here" d="M{middle} 0V{HEIGHT}"/>'
            f'<path class="dash-dot" d="M{middle} {day["y"]}h0"/>'
        )
    else:
        url = ""
        shapes = "".join(
            f'<rect class="dash-bar dash-fill-{part["colour"]}" x="{day["bar_x"]}" y="{part["y"]}"'
            f' width="{_BAR_WIDTH}" height="{part["height"]}"{_url(part["url"])}/>'
            for part in day["parts"]
        )
    return (
        f'<g class="dash-day" data-day="{label}" data-text="{text}"{url}>'
        f'<rect class="dash-hit" x="{day["x"]}" y="0" width="{DAY_WIDTH}" height="{HEIGHT}">'
        f"<title>{label}: {text}</title></rect>{shapes}</g>"
    )


def _url(url: str | None) -> str:
    return f' data-url="{escape(url)}"' if url else ""


def _row(day: Any, figures: tuple[Figure, ...]) -> str:
    cells = "".join(f"<td>{_cell(figure)}</td>" for figure in figures)
    return f'<tr><th scope="row">{escape(date_format(day, "SHORT_DATE_FORMAT"))}</th>{cells}</tr>'


def _cell(figure: Figure) -> str:
    if figure.count and figure.url:
        return f'<a class="dash-small" href="{escape(figure.url)}">{escape(figure.text)}</a>'
    return escape(figure.text)


def _points(sums: list[int], top: int) -> str:
    points = [
        f"{(place + 0.5) * DAY_WIDTH:g},{HEIGHT - count * HEIGHT / top:.2f}"
        for place, count in enumerate(sums)
    ]
    first, last = points[0].split(",")[1], points[-1].split(",")[1]
    return " ".join([f"0,{first}", *points, f"{len(sums) * DAY_WIDTH},{last}"])


def _summary(days: list[Any], sums: list[int]) -> str:
    """Say in a sentence what the picture shows."""
    best = max(range(len(sums)), key=lambda place: sums[place])
    return _(
        "%(first)s to %(last)s; most on %(day)s: %(count)s. Arrow keys go through the days."
    ) % {
        "first": _short(days[0]),
        "last": _short(days[-1]),
        "day": _short(days[best]),
        "count": sums[best],
    }


def _short(day: Any) -> str:
    return date_format(day, "j E")


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
