"""Schemes that are chains of steps: control loop, recycle, fire logic, routes."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.colors import HexColor
from sketch import BLUE, GAS, GREY, NAVY, RED, SKY, Pen


def chain(pen: Pen, steps: Sequence[str], *, columns: int, warm: Sequence[int] = ()) -> None:
    """Draw numbered steps in rows that run like a snake; `warm` steps are red."""
    gap, width, height = 22, (440 - 22 * (columns - 1)) / columns, 40
    rows = -(-len(steps) // columns)
    for index, words in enumerate(steps):
        row, column = divmod(index, columns)
        place = column if row % 2 == 0 else columns - 1 - column
        x, y = 12 + place * (width + gap), 20 + (rows - 1 - row) * (height + 24)
        fill, edge = (HexColor("#fbe0d8"), RED) if index in warm else (SKY, NAVY)
        pen.box(x, y, width, height, words, fill=fill, edge=edge, size=7)
        if index + 1 == len(steps):
            continue
        middle = y + height / 2
        if column + 1 == columns:
            pen.arrow([(x + width / 2, y), (x + width / 2, y - 23)], NAVY)
        elif row % 2 == 0:
            pen.arrow([(x + width, middle), (x + width + gap - 1, middle)], NAVY)
        else:
            pen.arrow([(x, middle), (x - gap + 1, middle)], NAVY)


def recycle(pen: Pen) -> None:
    """Show the recycle line around the compressor."""
    y = 50
    pen.arrow([(20, y), (176, y)], GAS, 3)
    pen.shape([(178, y - 32), (178, y + 32), (236, y + 18), (236, y - 18)], SKY)
    pen.text(206, y, "Н", size=12, bold=True)
    pen.arrow([(236, y), (296, y)], GAS, 3)
    pen.box(298, y - 18, 56, 36, "АВО", fill=SKY)
    pen.arrow([(354, y), (444, y)], GAS, 3)
    pen.line([(384, y), (384, 118), (226, 118)], BLUE, 2.4)
    pen.arrow([(204, 118), (120, 118), (120, y + 3)], BLUE, 2.4)
    pen.valve(215, 118, 11, RED)
    pen.line([(215, 118), (215, 136)], RED, 1)
    pen.box(196, 136, 38, 16, "АПК", edge=RED, size=8)
    pen.text(62, y + 12, "кран № 1", size=7)
    pen.valve(62, y, 8)
    pen.text(416, y + 12, "кран № 2", size=7)
    pen.valve(416, y, 8)
    pen.circle(150, 90, 9)
    pen.text(150, 90, "Q", size=8)
    pen.line([(150, 81), (150, y)], GREY, 0.8)
    pen.line([(150, 99), (150, 144), (195, 144)], GREY, 0.9, dash=(3, 2))


def loop(pen: Pen) -> None:
    """Show a feedback loop."""
    boxes = [(96, "Регулятор\n(ПИД)"), (206, "Исполнит.\nмеханизм"), (316, "Объект\n(агрегат)")]
    for x, words in boxes:
        pen.box(x, 84, 78, 38, words, fill=SKY, size=7.5)
    pen.circle(62, 103, 10)
    pen.text(62, 103, "−", size=11)
    pen.arrow([(14, 103), (51, 103)], NAVY)
    pen.text(28, 113, "задание", size=7)
    for x in (72, 174, 284):
        pen.arrow([(x, 103), (x + (23 if x == 72 else 31), 103)], NAVY)
    pen.arrow([(394, 103), (446, 103)], NAVY)
    pen.text(420, 113, "параметр", size=7)
    pen.box(206, 24, 78, 32, "Датчик\n4–20 мА", size=7.5)
    pen.arrow([(416, 103), (416, 40), (286, 40)], GREY)
    pen.arrow([(206, 40), (62, 40), (62, 92)], GREY)
    pen.arrow([(355, 146), (355, 123)], RED)
    pen.text(362, 142, "возмущение", size=7, color=RED, align="left")


def fire(pen: Pen) -> None:
    """Show the logic of automatic fire protection."""
    chain(
        pen,
        [
            "Два извещателя\nв разных лучах",
            "Останов агрегата,\nвентиляция закрыта",
            "Сирена, табло\n«Газ! Уходи!»",
            "Задержка ≥ 10 с\nдвери закрыты",
            "Подача CO₂",
            "Резервный запас\nпри необходимости",
        ],
        columns=3,
        warm=(2, 4),
    )


def lockout(pen: Pen) -> None:
    """Show the steps of isolation before work."""
    chain(
        pen,
        [
            "Оповестить\nперсонал",
            "Отключить\nвсе источники",
            "Запереть,\nключ у себя",
            "Снять остаточную\nэнергию",
            "Вывесить\nплакат",
            "Проверить\nотсутствие энергии",
        ],
        columns=3,
        warm=(2, 5),
    )


def route(pen: Pen) -> None:
    """Show the inspection route."""
    chain(
        pen,
        [
            "1. Узел\nподключения",
            "2. Пыле-\nуловители",
            "3–4. Отсеки\nГПА",
            "5. Масло-\nсистема",
            "6. АВО газа",
            "7. Топливный\nгаз",
            "8. Пожаро-\nтушение",
            "9–10. Щит,\nтерритория",
        ],
        columns=4,
    )


def alarm(pen: Pen) -> None:
    """Show who informs whom."""
    chain(
        pen,
        [
            "Заметивший\nаварию",
            "Оператор щита",
            "Начальник\nсмены",
            "Диспетчер\nобщества",
            "Пожарная часть,\nмедики",
            "Соседние\nстанции",
        ],
        columns=3,
        warm=(0,),
    )
