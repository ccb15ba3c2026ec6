"""Draws the technological maps of the stations as SVG and renders them in Chromium."""

from __future__ import annotations

import argparse
import io
import json
from dataclasses import dataclass
from pathlib import Path

from browser import open_page
from map_symbols import (
    DEEP,
    DEFINITIONS,
    GAS,
    HOT,
    STYLE,
    arrow,
    cooler,
    gauge,
    meter,
    pipe,
    scrubber,
    text,
    unit,
    valve,
    vessel,
)
from PIL import Image

SIZE = (1600, 900)
COOLER_STEP = 130
RED = "#cf4436"
PLANS = Path(__file__).parent / "techmaps.json"
LEGEND = ((GAS, "газ на входе"), (HOT, "сжатый газ"), ("#2f9a5f", "кран открыт"), (RED, "закрыт"))


@dataclass(frozen=True)
class Plan:
    """What the map of one station shows."""

    name: str
    title: str
    units: int = 0
    running: int = 0
    power: str = ""
    scrubbers: int = 4
    coolers: int = 3
    runs: int = 0
    vessels: int = 0
    pressures: tuple[str, str] = ("", "")
    temperatures: tuple[str, str] = ("", "")


def frame(plan: Plan, body: str) -> str:
    """Return the whole page: paper, title, legend and the scheme."""
    shown = [row for row in LEGEND if not (plan.runs and row[0] == HOT)]
    legend = "".join(
        f'<rect x="{60 + index * 180}" y="846" width="30" height="12" rx="3" fill="{color}"/>'
        + text(98 + index * 180, 858, words, kind="tiny", anchor="start")
        for index, (color, words) in enumerate(shown)
    )
    return f"""<!doctype html><meta charset="utf-8"><style>body {{ margin: 0 }}{STYLE}</style>
<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900" viewBox="0 0 1600 900">
<defs>{DEFINITIONS}</defs><rect width="1600" height="900" fill="url(#paper)"/>
<rect width="1600" height="900" fill="url(#grid)"/><rect width="1600" height="76" fill="{DEEP}"/>
<rect y="76" width="1600" height="5" fill="{GAS}"/>
<text x="44" y="50" style="font-size:28px;font-weight:bold;fill:#fff">{plan.title}</text>
<text x="1556" y="48" text-anchor="end" style="font-size:17px;fill:#c8d9ea">Технологическая карта ·
 учебная схема</text>{body}{legend}</svg>"""


def main_line(plan: Plan, inlet: float, outlet: float) -> str:
    """Return the pipeline at the foot of the page with its taps."""
    y = 770
    inlet_readings = gauge(66, y - 48, "P", plan.pressures[0]) + gauge(
        66, y - 88, "T", plan.temperatures[0]
    )
    outlet_readings = gauge(1440, y - 48, "P", plan.pressures[1]) + gauge(
        1440, y - 88, "T", plan.temperatures[1]
    )
    return (
        pipe([(40, y), (inlet, y)], GAS, 12)
        + pipe([(inlet, y), (outlet, y)], "#c9d2da", 12)
        + pipe([(outlet, y), (1560, y)], GAS if plan.runs else HOT, 12)
        + valve((inlet + outlet) / 2, y, "№ 20", color=RED)
        + arrow(80, y)
        + arrow(1530, y)
        + inlet_readings
        + outlet_readings
        + text(44, y + 38, "Вход газа", kind="small bold", anchor="start")
        + text(1556, y + 38, "Выход газа", kind="small bold", anchor="end")
    )


def scrubber_block(count: int, left: float, top: float, bottom: float) -> tuple[str, float]:
    """Return the scrubbers between two headers and the x of the outgoing header."""
    rows = [count] if count <= 3 else [count - count // 2, count // 2]
    parts, right = [], left + 90 * max(rows)
    for row, size in enumerate(rows):
        y = top + 120 + row * 230
        parts.append(pipe([(left, y + 6), (left + 90 * size - 40, y + 6)], GAS, 6))
        parts.append(pipe([(left + 40, y - 80), (right + 20, y - 80)], GAS, 6))
        for index in range(size):
            x = left + 60 + index * 90
            number = index + 1 + sum(rows[:row])
            parts.append(pipe([(x, y - 80), (x, y - 50)], GAS, 5))
            parts.append(scrubber(x, y, f"П{number}"))
    parts.insert(0, pipe([(left, bottom), (left, top + 126)], GAS, 9))
    return "".join(parts), right + 20


def unit_block(plan: Plan, suction: float, discharge: float) -> str:
    """Return the compressor units between the two headers."""
    step = min(560 / plan.units, 140)
    top = 175 + (560 - step * plan.units) / 2
    parts = []
    for index in range(plan.units):
        y, on = top + step * index, index < plan.running
        color = "#2f9a5f" if on else RED
        middle = (suction + discharge) / 2 + 96
        parts.append(
            pipe([(suction, y + 62), (middle - 10, y + 62), (middle - 10, y + 30)], GAS, 6)
        )
        parts.append(pipe([(middle + 31, y), (discharge, y)], HOT if on else "#c9d2da", 6))
        back = [(discharge - 60, y), (discharge - 60, y + 62), (middle - 10, y + 62)]
        parts.append(pipe(back, "#7aa7d6", 4))
        parts.append(valve(suction + 46, y + 62, "№ 1", color=color))
        parts.append(valve(discharge - 30, y, "№ 2", color=color))
        parts.append(valve(middle + 50, y + 62, "№ 6", color=RED if on else "#2f9a5f"))
        parts.append(unit(middle, y, f"ГПА-{index + 1}", plan.power if on else "резерв"))
    last = top + step * (plan.units - 1)
    parts.append(pipe([(suction, 140), (suction, last + 62)], GAS, 9))
    header = min(top, cooler_top(plan.coolers))
    parts.append(pipe([(discharge, header), (discharge, last)], HOT, 9))
    return "".join(parts)


def cooler_top(count: int) -> float:
    """Return the height of the uppermost cooler."""
    return 205 + (520 - COOLER_STEP * count) / 2


def cooler_block(count: int, discharge: float, outlet: float, bottom: float) -> str:
    """Return the air coolers between the discharge header and the outlet tap."""
    step, top = COOLER_STEP, cooler_top(count)
    left, right = discharge + 60, outlet
    middle = (left + right) / 2
    parts = [pipe([(discharge, top), (left, top)], HOT, 9)]
    parts.append(pipe([(left, top), (left, top + step * (count - 1))], HOT, 7))
    for index in range(count):
        y = top + step * index
        parts.append(pipe([(left, y), (middle - 75, y)], HOT, 6))
        parts.append(pipe([(middle + 75, y), (right, y)], HOT, 6))
        parts.append(cooler(middle, y, f"АВО-{index + 1}"))
    parts.append(pipe([(right, top), (right, bottom)], HOT, 9))
    return "".join(parts)


def compressor_map(plan: Plan) -> str:
    """Return the scheme of a compressor station."""
    inlet, suction, discharge, outlet = 200, 560, 1060, 1380
    block, out = scrubber_block(plan.scrubbers, inlet, 120, 770)
    links = pipe([(out, 160), (suction, 160)], GAS, 8)
    if plan.scrubbers > 3:
        links += pipe([(out, 390), (out, 160)], GAS, 8)
    storage = "".join(
        vessel(330 + index * 150, 700, f"Е-{index + 1}") for index in range(plan.vessels)
    )
    taps = valve(inlet, 700, "№ 7", turn=90) + valve(outlet, 700, "№ 8", turn=90)
    names = (
        text(340, 112, "Очистка газа", kind="small bold")
        + text(840, 112, "Компримирование", kind="small bold")
        + text(1250, 112, "Охлаждение газа", kind="small bold")
    )
    return (
        main_line(plan, inlet, outlet)
        + links
        + block
        + unit_block(plan, suction, discharge)
        + cooler_block(plan.coolers, discharge, outlet, 770)
        + taps
        + storage
        + names
        + arrow(470, 160)
    )


def metering_map(plan: Plan) -> str:
    """Return the scheme of a metering station."""
    inlet, before, after, outlet = 200, 640, 1200, 1380
    block, out = scrubber_block(plan.scrubbers, inlet, 120, 770)
    parts = [main_line(plan, inlet, outlet), pipe([(out, 160), (before, 160)], GAS, 8), block]
    step = 540 / plan.runs
    for index in range(plan.runs):
        y, on = 190 + step * index, index < plan.running
        color = "#2f9a5f" if on else RED
        parts.append(pipe([(before, y), (after, y)], GAS if on else "#c9d2da", 7))
        parts += [valve(before + 60, y, color=color), valve(after - 60, y, color=color)]
        parts.append(meter((before + after) / 2, y))
        parts.append(text(before + 150, y - 16, f"Нитка {index + 1}", kind="tiny bold"))
        parts.append(gauge(after - 200, y - 24, "P", "") + gauge(after - 150, y - 24, "T", ""))
    last = 190 + step * (plan.runs - 1)
    parts.append(pipe([(before, 160), (before, last)], GAS, 9))
    parts.append(pipe([(after, 190), (after, last)], GAS, 9))
    parts.append(pipe([(after, 460), (outlet, 460), (outlet, 770)], GAS, 9))
    parts += [valve(inlet, 700, "№ 7", turn=90), valve(outlet, 700, "№ 8", turn=90)]
    parts.append(text(340, 112, "Фильтры-сепараторы", kind="small bold"))
    parts.append(text(920, 112, "Измерительные нитки", kind="small bold"))
    parts.append(
        f'<rect x="1290" y="180" width="230" height="120" rx="10" fill="#fff" stroke="{DEEP}"'
        ' stroke-width="2" filter="url(#shadow)"/>'
        + text(1405, 214, "Анализ качества", kind="small bold")
        + text(1405, 242, "хроматограф, точка росы", kind="tiny")
        + text(1405, 268, "вычислитель расхода", kind="tiny")
    )
    return "".join(parts)


def main() -> None:
    """Render the map of every station."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--media", type=Path, required=True, help="folder that gets stations/maps/")
    folder = parser.parse_args().media / "stations" / "maps"
    folder.mkdir(parents=True, exist_ok=True)
    plans = [Plan(**row) for row in json.loads(PLANS.read_text(encoding="utf-8"))]
    with open_page(size=SIZE) as page:
        for plan in plans:
            body = metering_map(plan) if plan.runs else compressor_map(plan)
            page.set_content(frame(plan, body))
            image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            target = folder / f"{plan.name}.webp"
            image.save(target, quality=72, method=6)
            print(f"{target.name}: {target.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
