"""Charts for the training documents: surge map, vibration, gas concentration."""

from __future__ import annotations

import math

from reportlab.lib.colors import HexColor, white
from sketch import BLUE, GREEN, GREY, INK, RED, Pen

ZONES = [("A", "#b7dfbd", 90), ("B", "#dcebb0", 90), ("C", "#f8dfa0", 90), ("D", "#f0b0a0", 90)]


def surge(pen: Pen) -> None:
    """Show performance curves with the surge line and the control line."""
    pen.axes((50, 26), 390, 132, ("объёмный расход Q", "степень сжатия ε"))
    limit, control = [(50, 30)], [(62, 30)]
    for speed in (0.7, 0.8, 0.9, 1.0, 1.05):
        left = 50 + 150 * speed
        curve = []
        for step in range(9):
            share = step / 8
            x = left + share * 210 * speed
            y = 28 + 104 * speed**2 * (1 - 0.72 * share**2.2)
            curve.append((x, y))
        pen.line(curve, BLUE, 1.6, curve=True)
        if speed in (0.7, 1.05):
            pen.text(curve[-1][0] + 4, curve[-1][1], f"{speed:.0%}", size=6.5, align="left")
        limit.append(curve[0])
        control.append((curve[0][0] + 22 * speed, curve[0][1] - 1))
    pen.line(limit, RED, 2.2)
    pen.line(control, GREEN, 1.6, dash=(5, 3))
    pen.text(112, 110, "ПОМПАЖ", size=9, color=RED, bold=True)
    pen.text(150, 126, "граница помпажа", size=7, color=RED, align="right")
    pen.text(250, 38, "линия контроля, запас 10–15 %", size=7, color=GREEN)
    pen.line([(196, 40), (152, 44)], GREEN, 0.6)
    pen.circle(290, 100, 4, fill=INK, edge=INK)
    pen.text(298, 105, "рабочая точка", size=7, align="left")


def zones(pen: Pen) -> None:
    """Show the four zones of vibration velocity."""
    x = 46
    limits = ("0", "2,8", "4,5", "7,1", "мм/с")
    words = ("новая машина", "без ограничения", "ограниченно", "останов")
    for index, (name, color, width) in enumerate(ZONES):
        pen.box(x, 50, width, 50, fill=HexColor(color), edge=white, round_by=0)
        pen.text(x + width / 2, 82, name, size=14, bold=True)
        pen.text(x + width / 2, 62, words[index], size=7)
        pen.text(x, 38, limits[index], size=8)
        x += width
    pen.text(x, 38, limits[4], size=8)
    pen.arrow([(46, 112), (406, 112)], INK, 1.2)
    pen.text(226, 122, "СКЗ виброскорости корпуса подшипника", size=7.5)


def spectrum(pen: Pen) -> None:
    """Show a vibration spectrum with its typical lines."""
    pen.axes((46, 26), 390, 118, ("частота, Гц", "мм/с"))
    peaks = [(45, 14, "0,45×"), (100, 78, "1×"), (200, 36, "2×"), (300, 12, "3×"), (850, 26, "z×")]
    points = []
    for step in range(391):
        hertz = step * 2.5
        level = 3 + 1.6 * math.sin(step * 1.7) + 1.1 * math.sin(step * 0.61)
        for center, height, _name in peaks:
            level += height * math.exp(-(((hertz - center) / 7) ** 2))
        points.append((46 + step * 0.98, 26 + max(level, 0.4)))
    pen.line(points, BLUE, 1)
    for center, height, name in peaks:
        pen.text(46 + center / 2.5 * 0.98, 26 + height + 12, name, size=7.5, bold=True)
    for hertz in (200, 400, 600, 800):
        x = 46 + hertz / 2.5 * 0.98
        pen.line([(x, 26), (x, 22)], GREY, 0.8)
        pen.text(x, 15, str(hertz), size=6.5)


def lel(pen: Pen) -> None:
    """Show the explosive range of methane in air."""
    left, width = 40, 390

    def place(percent: float) -> float:
        return left + width * percent / 20

    parts = [
        (0, 4.4, "#cfe8d2", "не горит"),
        (4.4, 17, "#f0b0a0", "ВЗРЫВООПАСНАЯ СМЕСЬ"),
        (17, 20, "#e3e6ea", "мало воздуха"),
    ]
    for low, high, color, words in parts:
        pen.box(place(low), 50, place(high) - place(low), 36, fill=HexColor(color), edge=white)
        pen.text((place(low) + place(high)) / 2, 68, words, size=6.6)
    for percent in (0, 4.4, 9.5, 17, 20):
        pen.line([(place(percent), 50), (place(percent), 44)], INK, 0.8)
        pen.text(place(percent), 36, f"{percent:g}".replace(".", ","), size=7.5)
    pen.text(place(9.5), 24, "стехиометрия", size=6.6)
    pen.text(place(4.4), 24, "НКПР", size=7, bold=True)
    pen.text(place(17), 24, "ВКПР", size=7, bold=True)
    pen.text(left + width, 24, "% об.", size=7, align="left")
    for percent, words, height in ((0.44, "10 % НКПР", 104), (0.88, "20 % НКПР", 120)):
        pen.arrow([(place(percent), height), (place(percent), 87)], RED, 1, 3.4)
        pen.text(place(percent) + 4, height, words, size=7, color=RED, align="left")
