"""Tables of questions as people make them, for the tests of the reader and of the page."""

import io
from typing import Any

from openpyxl import Workbook

HEAD = "question;option 1;option 2;option 3;right;points;explanation"
HEAD_RU = "Вопрос;Вариант 1;Вариант 2;Вариант 3;Правильный ответ;Баллы;Пояснение"
ROW = "Что проверяют первым?;Уровень масла;Цвет ограждения;;1;2;Иначе выйдут из строя."


def csv_of(*rows: str, encoding: str = "utf-8") -> bytes:
    """Return a CSV file with the English headings."""
    return "\r\n".join((HEAD, *rows)).encode(encoding)


def xlsx_of(*rows: list[Any]) -> bytes:
    """Return a workbook of these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
