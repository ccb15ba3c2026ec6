"""Symbols of the technological maps, as pieces of SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

GAS, HOT, DEEP, LINE = "#e3a11b", "#d65a31", "#16385c", "#33485c"
Point = tuple[float, float]

STYLE = """
text { font-family: 'DejaVu Sans', sans-serif; fill: #22374b; }
.small { font-size: 15px } .tiny { font-size: 13px; fill: #5b6f82 } .bold { font-weight: bold }
.pipe { fill: none; stroke-linejoin: round; stroke-linecap: round }
.body { fill: url(#steel); stroke: #33485c; stroke-width: 2 }
"""

DEFINITIONS = """
<linearGradient id="paper" x2="0" y2="1"><stop stop-color="#f9fbfd"/>
<stop offset="1" stop-color="#e8eff6"/></linearGradient>
<linearGradient id="steel" x2="1"><stop stop-color="#b9c6d2"/><stop offset=".35" stop-color="#fff"/>
<stop offset="1" stop-color="#a3b3c2"/></linearGradient>
<linearGradient id="level" x2="0" y2="1"><stop stop-color="#fff"/>
<stop offset=".5" stop-color="#d3dee8"/><stop offset="1" stop-color="#9fb1c1"/></linearGradient>
<linearGradient id="turbine" x2="0" y2="1"><stop stop-color="#5f92c9"/>
<stop offset="1" stop-color="#1d4f91"/></linearGradient>
<linearGradient id="amber" x2="0" y2="1"><stop stop-color="#fbd98c"/>
<stop offset="1" stop-color="#dd9716"/></linearGradient>
<pattern id="grid" width="40" height="40" patternUnits="userSpaceOnUse">
<path d="M40 0H0V40" fill="none" stroke="#d9e4ee" stroke-width="1"/></pattern>
<filter id="shadow" x="-20%" y="-20%" width="140%" height="150%">
<feDropShadow dx="0" dy="3" stdDeviation="3" flood-color="#17304a" flood-opacity=".22"/></filter>
"""


def text(x: float, y: float, words: str, *, kind: str = "small", anchor: str = "middle") -> str:
    """Return a line of text."""
    return f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def pipe(points: Sequence[Point], color: str = GAS, width: float = 8) -> str:
    """Return a pipe with a dark outline and a light core."""
    way = " ".join(f"{x},{y}" for x, y in points)
    return "".join(
        f'<polyline points="{way}" class="pipe" stroke="{paint}" stroke-width="{size}"'
        f' stroke-opacity="{alpha}"/>'
        for paint, size, alpha in (
            (LINE, width + 3, 1),
            (color, width, 1),
            ("#fff", width / 4, 0.6),
        )
    )


def arrow(x: float, y: float, turn: int = 0, color: str = DEEP) -> str:
    """Return an arrow head that shows the direction of flow."""
    return (
        f'<path transform="translate({x} {y}) rotate({turn})" fill="{color}"'
        ' d="M-9-9 11 0-9 9-4 0z"/>'
    )


def valve(x: float, y: float, name: str = "", *, turn: int = 0, color: str = "#2f9a5f") -> str:
    """Return a valve with its number; green is open, red is closed."""
    label = text(x + (26 if turn else 0), y + (5 if turn else -18), name, kind="tiny bold")
    return (
        f'<g transform="translate({x} {y}) rotate({turn})"><path d="M-13-9v18L13-9v18z"'
        f' fill="{color}" stroke="#fff" stroke-width="5" paint-order="stroke"/>'
        f'<path d="M-13-9v18L13-9v18z" fill="{color}" stroke="{LINE}" stroke-width="1.5"/></g>'
        f"{label}"
    )


def scrubber(x: float, y: float, name: str) -> str:
    """Return a vertical scrubber, 46 by 110, around its middle."""
    return (
        f'<g filter="url(#shadow)"><path class="body" d="M{x - 22} {y - 38}a22 18 0 0 1 44 0v76'
        f'a22 18 0 0 1-44 0z"/></g><path d="M{x - 22} {y - 16}h44" stroke="#1d4f91"'
        f' stroke-width="5"/><path d="M{x - 13} {y + 34}l4-14 4 14 4-14 4 14 4-14 4 14" fill="none"'
        f' stroke="#7d8fa0" stroke-width="2"/>{text(x, y + 78, name, kind="tiny")}'
    )


def unit(x: float, y: float, name: str, note: str) -> str:
    """Return a turbine, its shaft and the compressor, 190 wide, around the compressor."""
    blades = "".join(
        f'<path d="M{x - 150 + step * 9} {y - 22 + step * 2.6}v{44 - step * 5.2}" stroke="#fff"'
        ' stroke-opacity=".7" stroke-width="2"/>'
        for step in range(5)
    )
    return (
        f'<g filter="url(#shadow)"><path fill="url(#turbine)" stroke="{DEEP}" stroke-width="2"'
        f' d="M{x - 160} {y - 27}l52 14v26l-52 14z"/><path fill="#e9825d" stroke="{LINE}"'
        f' stroke-width="2" d="M{x - 106} {y - 13}h18l26-10v46l-26-10h-18z"/></g>{blades}'
        f'<path d="M{x - 62} {y}h34" stroke="{LINE}" stroke-width="5"/>'
        f'<g filter="url(#shadow)"><path fill="url(#amber)" stroke="{LINE}" stroke-width="2"'
        f' d="M{x - 30} {y - 36}l62 15v42l-62 15z"/></g>'
        f"{text(x, y + 6, 'Н', kind='small bold')}"
        f"{text(x - 172, y - 4, name, kind='small bold', anchor='end')}"
        f"{text(x - 172, y + 15, note, kind='tiny', anchor='end')}"
    )


def cooler(x: float, y: float, name: str) -> str:
    """Return an air cooler with two fans, 150 by 64, around its middle."""
    coils = " ".join(f"{x - 66 + step * 12},{y + (12 if step % 2 else -8)}" for step in range(12))
    fans = "".join(
        f'<g transform="translate({x + shift} {y - 44})"><ellipse rx="26" ry="8" fill="#fff"'
        f' stroke="{LINE}" stroke-width="2"/><path d="M-20 0h40M0-6v12" stroke="#1d4f91"'
        ' stroke-width="3"/></g>'
        for shift in (-36, 36)
    )
    return (
        f'<g filter="url(#shadow)"><rect x="{x - 75}" y="{y - 32}" width="150" height="58" rx="5"'
        f' fill="url(#level)" stroke="{LINE}" stroke-width="2"/></g><polyline points="{coils}"'
        f' fill="none" stroke="{GAS}" stroke-width="4"/>{fans}{text(x, y + 46, name, kind="tiny")}'
    )


def vessel(x: float, y: float, name: str) -> str:
    """Return a lying vessel, 130 by 44, around its middle."""
    return (
        f'<g filter="url(#shadow)"><rect x="{x - 65}" y="{y - 22}" width="130" height="44" rx="22"'
        f' fill="url(#level)" stroke="{LINE}" stroke-width="2"/></g><path d="M{x - 36} {y - 22}v44"'
        f' stroke="#1d4f91" stroke-width="4"/>{text(x, y + 42, name, kind="tiny")}'
    )


def meter(x: float, y: float) -> str:
    """Return an ultrasonic meter."""
    return (
        f'<g filter="url(#shadow)"><rect x="{x - 34}" y="{y - 20}" width="68" height="40" rx="6"'
        f' fill="url(#level)" stroke="{LINE}" stroke-width="2"/></g><path d="M{x - 22} {y - 14}'
        f'l44 28M{x + 22} {y - 14}l-44 28" stroke="{HOT}"'
        ' stroke-width="2.5" stroke-dasharray="5 3"/>'
    )


def gauge(x: float, y: float, letter: str, value: str) -> str:
    """Return an instrument with its reading."""
    return (
        f'<circle cx="{x}" cy="{y}" r="15" fill="#fff" stroke="{DEEP}" stroke-width="2"/>'
        f"{text(x, y + 6, letter, kind='small bold')}"
        f"{text(x + 22, y + 5, value, kind='tiny bold', anchor='start')}"
    )
