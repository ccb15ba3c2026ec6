"""Schemes of machines and apparatus for the training documents."""

from __future__ import annotations

from reportlab.lib.colors import HexColor, white
from sketch import BLUE, GAS, GREEN, GREY, INK, NAVY, RED, SKY, Pen


def unit(pen: Pen) -> None:
    """Show the parts of a gas compressor unit along its shaft."""
    axis = 78
    pen.line([(30, axis), (452, axis)], GREY, 3)
    pen.shape([(70, 40), (70, 116), (160, 98), (160, 58)], SKY)
    for step in range(6):
        x, half = 78 + step * 14, 34 - step * 2.9
        pen.line([(x, axis - half), (x, axis + half)], BLUE, 2)
    pen.box(166, 50, 44, 56, "Камера\nсгорания", fill=HexColor("#fde3c8"), edge=RED, size=7)
    pen.shape([(216, 62), (216, 94), (250, 104), (250, 52)], HexColor("#f6cfc4"))
    pen.shape([(258, 52), (258, 104), (292, 114), (292, 42)], HexColor("#f0b7a8"))
    pen.box(346, 40, 76, 76, "", fill=HexColor("#fbecc8"), edge=GAS)
    for x in (366, 392):
        pen.shape(
            [(x - 6, axis - 6), (x + 6, axis - 28), (x + 6, axis + 28), (x - 6, axis + 6)], GAS
        )
    pen.text(116, 28, "Осевой компрессор", size=7)
    pen.text(234, 40, "ТВД", size=7)
    pen.text(275, 30, "Силовая\nтурбина", size=7)
    pen.text(384, 28, "Нагнетатель", size=7)
    pen.text(320, 92, "Торсион", size=7)
    pen.arrow([(34, 132), (58, 132), (58, 104), (70, 104)], BLUE, 2)
    pen.text(34, 142, "Воздух из ВОУ", size=7, align="left")
    pen.arrow([(188, 136), (188, 107)], GREEN, 2)
    pen.text(188, 143, "Топливный газ", size=7)
    pen.arrow([(300, 104), (300, 138)], RED, 2)
    pen.text(294, 132, "Выхлоп", size=7, align="right")
    pen.arrow([(360, 148), (360, 117)], GAS, 2.4)
    pen.arrow([(408, 117), (408, 148)], GAS, 2.4)
    pen.text(384, 156, "газ: вход и выход", size=7)


def start(pen: Pen) -> None:
    """Show rotor speed against time during a start."""
    pen.axes((46, 30), 400, 120, ("время", "частота n"))
    points = [
        (46, 30),
        (70, 30),
        (100, 56),
        (170, 56),
        (200, 84),
        (250, 84),
        (300, 122),
        (440, 122),
    ]
    pen.line(points, BLUE, 2.4)
    stages = [
        (58, "насосы,\nпродувка"),
        (135, "прокрутка"),
        (185, "розжиг"),
        (225, "прогрев"),
        (276, "разгон"),
        (370, "минимальный режим, кольцо → магистраль"),
    ]
    for x, words in stages:
        pen.text(x, 16, words, size=6.4)
    for x in (100, 170, 200, 250, 300):
        pen.line([(x, 30), (x, 140)], GREY, 0.6, dash=(2, 2))
    pen.line([(46, 70), (440, 70)], RED, 0.8, dash=(4, 3))
    pen.text(438, 76, "отключение пускового устройства", size=6.4, color=RED, align="right")
    pen.circle(178, 64, 3, fill=RED, edge=RED)


def cyclone(pen: Pen) -> None:
    """Show the flow in a cyclone beside the row of elements in a multicyclone."""
    pen.shape([(90, 60), (90, 130), (150, 130), (150, 60), (130, 26), (110, 26)], SKY)
    pen.box(110, 100, 20, 52, fill=white, round_by=1)
    pen.box(104, 8, 32, 18, fill=HexColor("#d9c8a8"), edge=INK)
    pen.arrow([(40, 118), (88, 118)], GAS, 3)
    pen.text(60, 130, "газ с пылью", size=7)
    spiral = [(148, 116), (92, 106), (148, 92), (94, 80), (142, 66), (104, 52), (128, 40)]
    pen.line(spiral, BLUE, 1.4, curve=True)
    pen.arrow([(120, 60), (120, 160)], GREEN, 2.4)
    pen.text(128, 158, "очищенный газ", size=7, align="left")
    pen.text(160, 16, "пыль и жидкость", size=7, align="left")
    pen.box(258, 24, 160, 120, fill=white)
    for index in range(6):
        x = 270 + index * 24
        pen.shape([(x, 60), (x, 104), (x + 16, 104), (x + 16, 60), (x + 10, 44), (x + 6, 44)], SKY)
        pen.line([(x + 8, 88), (x + 8, 124)], GREEN, 2)
    pen.line([(258, 108), (418, 108)], NAVY, 1.2)
    pen.line([(258, 44), (418, 44)], NAVY, 1.2)
    pen.arrow([(224, 80), (257, 80)], GAS, 3)
    pen.arrow([(419, 128), (452, 128)], GREEN, 3)
    pen.text(338, 32, "сборник шлама", size=7)
    pen.text(338, 152, "мультициклонный пылеуловитель", size=7)


def cooler(pen: Pen) -> None:
    """Show an air cooler with fans above the tube bundle."""
    pen.box(90, 62, 280, 30, fill=HexColor("#dbe4ec"))
    for row in range(3):
        y = 69 + row * 8
        pen.line([(90, y), (370, y)], GAS, 2)
        for fin in range(46):
            x = 94 + fin * 6
            pen.line([(x, y - 3), (x, y + 3)], GREY, 0.5)
    pen.box(72, 56, 18, 42, fill=HexColor("#fbecc8"), edge=GAS)
    pen.box(370, 56, 18, 42, fill=HexColor("#fbecc8"), edge=GAS)
    pen.arrow([(26, 77), (70, 77)], RED, 3)
    pen.arrow([(390, 77), (436, 77)], BLUE, 3)
    pen.text(40, 90, "52 °C", color=RED)
    pen.text(418, 90, "38 °C", color=BLUE)
    for x in (110, 340):
        pen.line([(x, 14), (x, 62)], NAVY, 3)
    for x in (150, 230, 310):
        pen.shape([(x - 34, 94), (x + 34, 94), (x + 27, 116), (x - 27, 116)], SKY)
        pen.line([(x - 24, 108), (x + 24, 108)], NAVY, 3)
        pen.arrow([(x, 118), (x, 148)], RED, 1.6)
        pen.arrow([(x, 22), (x, 58)], BLUE, 1.6)
    pen.text(382, 140, "нагретый воздух", size=7, color=RED)
    pen.text(390, 30, "наружный воздух", size=7, color=BLUE)
    pen.line([(20, 14), (444, 14)], GREY, 1)


def oil(pen: Pen) -> None:
    """Show the lubrication circuit."""
    pen.box(24, 20, 110, 40, "Маслобак\nподогреватель, уровень", fill=HexColor("#f1e2c4"), size=7)
    for index, words in enumerate(("главный", "аварийный")):
        y = 92 + index * 34
        pen.circle(70, y, 11, fill=SKY)
        pen.shape([(64, y - 6), (64, y + 6), (77, y)], BLUE, None)
        pen.text(52, y, words, size=6.6, align="right")
        pen.line([(70, y + 11), (70, y + 15)], INK, 1)
    pen.line([(70, 60), (70, 81)], INK, 1.4)
    pen.arrow([(81, 92), (128, 92)], GAS, 2)
    pen.line([(81, 126), (104, 126), (104, 92)], GAS, 2)
    pen.box(130, 76, 66, 32, "АВО масла", size=7)
    pen.arrow([(196, 92), (222, 92)], GAS, 2)
    pen.box(224, 76, 62, 32, "Фильтр\nсдвоенный", size=7)
    pen.arrow([(286, 92), (316, 92)], GAS, 2)
    pen.box(318, 66, 120, 52, "Подшипники\nтурбины и\nнагнетателя", fill=SKY, size=7)
    pen.arrow([(378, 66), (378, 38), (136, 38)], HexColor("#9a6a2a"), 2)
    pen.text(256, 46, "слив", size=7)
    for x, words in ((208, "t"), (302, "P")):
        pen.line([(x, 92), (x, 124)], GREY, 0.8)
        pen.circle(x, 132, 8)
        pen.text(x, 132, words, size=8)


def meter(pen: Pen) -> None:
    """Show a metering run."""
    y = 72
    pen.line([(24, y), (440, y)], GAS, 9)
    pen.valve(58, y, 12)
    pen.box(92, y - 20, 34, 40, "Фильтр", size=6.6)
    pen.valve(408, y, 12)
    pen.box(238, y - 18, 48, 36, fill=SKY)
    pen.line([(244, y + 18), (280, y - 18)], RED, 1.2, dash=(3, 2))
    pen.line([(280, y + 18), (244, y - 18)], RED, 1.2, dash=(3, 2))
    for x, words in ((318, "P"), (346, "T")):
        pen.line([(x, y + 5), (x, y + 34)], GREY, 1)
        pen.circle(x, y + 43, 9)
        pen.text(x, y + 43, words)
    pen.text(262, y - 30, "ультразвуковой расходомер", size=7)
    pen.line([(134, y - 18), (232, y - 18)], NAVY, 0.8)
    pen.text(183, y - 27, "прямой участок ≥ 10 D", size=7)
    pen.line([(292, y - 18), (388, y - 18)], NAVY, 0.8)
    pen.text(350, y - 27, "≥ 5 D", size=7)
    pen.box(224, 128, 136, 24, "Вычислитель расхода", fill=SKY, size=8)
    for x in (262, 318, 346):
        pen.line([(x, y + 18 if x == 262 else y + 52), (x, 128)], GREY, 0.9, dash=(2, 2))
