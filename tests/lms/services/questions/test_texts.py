"""Questions in AIKEN and as people type them; how the format and the encoding are found."""

import contextlib
import time

import pytest

from lms.errors import UnreadableQuestions
from lms.services.questions.formats import AIKEN, GIFT, TABLE, TEXT, read_file, read_text
from lms.services.questions.import_rows import SheetRow

AIKEN_TEXT = """Что проверяют перед пуском ГПА?
A. Уровень масла
B. Цвет ограждения
ANSWER: A

Кто разрешает пуск?
A) Любой работник
B) Диспетчер
C) Никто
ANSWER: B
"""
TYPED = """1. Какой газ перекачивает станция?
а) природный
б) углекислый
в) кислород
Ответ: а

2) Что делают при утечке?
продолжение вопроса
A. ничего
*B. останавливают агрегат
C. курят
Баллы: 3
Пояснение: СТО 2.1

Вопрос 3. Где стоит АВО?
- в цехе
+ на площадке
- в диспетчерской

Без номера, но отделён пустой строкой?
А) да *
Б) нет
"""


def _choice(row: SheetRow) -> tuple[str, list[str], str]:
    options = [text for name, text in row.cells.items() if name.startswith("option_")]
    return row.cells["question"], options, row.cells["right"]


def _typed(text: str) -> list[SheetRow]:
    source = read_text(text)
    assert source.format == TEXT
    return source.rows


# --- AIKEN --------------------------------------------------------------------------------------


def test_aiken_is_read_with_dots_and_brackets():
    source = read_text(AIKEN_TEXT)

    assert source.format == AIKEN
    assert [(row.line, *_choice(row)) for row in source.rows] == [
        (1, "Что проверяют перед пуском ГПА?", ["Уровень масла", "Цвет ограждения"], "#1"),
        (6, "Кто разрешает пуск?", ["Любой работник", "Диспетчер", "Никто"], "#2"),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        "Без ответа?\nA. да\nB. нет",
        "Нет такого?\nA. да\nB. нет\nANSWER: C",
        "Без вариантов?\nANSWER: A",
        "Дважды?\nA. да\nA. нет\nANSWER: A",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_broken_aiken_question_is_refused_and_the_next_is_kept(broken: str, gap: str):
    rows = read_text(f"{broken}{gap}{AIKEN_TEXT}").rows

    assert [bool(row.refused) for row in rows] == [True, False, False]
    assert rows[0].line == 1


# --- As people type -----------------------------------------------------------------------------


def test_typed_questions_are_read_in_their_usual_forms():
    rows = _typed(TYPED)

    assert [(row.line, *_choice(row)) for row in rows] == [
        (1, "Какой газ перекачивает станция?", ["природный", "углекислый", "кислород"], "#1"),
        (
            7,
            "Что делают при утечке?\nпродолжение вопроса",
            ["ничего", "останавливают агрегат", "курят"],
            "#2",
        ),
        (15, "Где стоит АВО?", ["в цехе", "на площадке", "в диспетчерской"], "#2"),
        (20, "Без номера, но отделён пустой строкой?", ["да", "нет"], "#1"),
    ]
    assert (rows[1].cells["points"], rows[1].cells["explanation"]) == ("3", "СТО 2.1")


@pytest.mark.parametrize(
    "options",
    [
        "a) да\nb) нет\nAnswer: b",
        "a) да\nb) нет\nCorrect answer: B)",
        "А) да\nБ) нет\nПравильный ответ: б.",
        "a. да\nb. нет\nОтвет: 2",
        "а) да\nб) нет\nОтвет: нет",
        "а) да\nб) нет\nОтвет: б) нет",
        "а) да\n+б) нет",
        "а) да\nб) *нет",
        "а) да\nб)* нет",
        "а) да\nб) нет +",
        "а) да\nб) нет*",
        "* а) да\nб) нет\nОтвет: а".replace("* а", "а").replace("Ответ: а", "Ответ: б"),
        "a) да\n\nб) нет\n\nОтвет: б",
        "- да\n* нет",
        "• да\n+ нет",
        "a) да\nb) нет\n\nAnswer: b",
    ],
)
def test_the_right_answer_is_marked_in_many_ways(options: str):
    rows = _typed(f"1. Верно?\n{options}\n\n2. Ещё?\na) да *\nb) нет")

    assert [_choice(row) for row in rows] == [
        ("Верно?", ["да", "нет"], "#2"),
        ("Ещё?", ["да", "нет"], "#1"),
    ]


def test_cyrillic_letters_that_look_latin_are_the_same():
    row, _next = _typed("1. Что?\nA) да\nB) нет\nС) может быть\nОтвет: C\n\n2. Ещё?\na) а *\nb) б")

    assert row.cells["right"] == "#3"


def test_numbers_in_a_text_do_not_start_a_question():
    row, *_rest = _typed("1. Давление\n1.5 МПа — это много?\na) да *\nb) нет, т.е. мало")

    assert _choice(row) == ("Давление\n1.5 МПа — это много?", ["да", "нет, т.е. мало"], "#1")


@pytest.mark.parametrize(
    "broken",
    [
        "1. Нет вариантов?",
        "1. Не отмечен?\nа) да\nб) нет",
        "1. Два верных?\n*а) да\n*б) нет",
        "1. Спор?\n*а) да\nб) нет\nОтвет: б",
        "1. Нет такого?\nа) да\nб) нет\nОтвет: д",
    ],
)
def test_a_broken_typed_question_is_refused_and_the_next_is_kept(broken: str):
    rows = _typed(f"{broken}\n\n2. Ещё?\na) да *\nb) нет")

    assert [bool(row.refused) for row in rows] == [True, False]


# --- Files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"]
)
@pytest.mark.parametrize(
    ("text", "format_"),
    [
        (AIKEN_TEXT, AIKEN),
        (TYPED, TEXT),
        ("Пуск — это? {=да ~нет}", GIFT),
        ("Вопрос\tВариант 1\tВариант 2\tПравильный ответ\nПуск?\tда\tнет\t1", TABLE),
    ],
)
def test_encoding_and_format_of_a_text_file_are_found(encoding: str, text: str, format_: str):
    source = read_file(text.replace("\n", "\r\n").encode(encoding), name="Вопросы.TXT")

    assert source.format == format_
    assert all(not row.refused for row in source.rows)
    assert source.rows[0].cells["question"].startswith(("Что", "Какой", "Пуск"))


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00",
        b"\n \n",
        b"// only a comment",
        b"x" * (2 * 1024 * 1024 + 1),
    ],
)
@pytest.mark.parametrize("name", ["a.gift", "a.txt"])
def test_a_file_without_questions_is_refused(data: bytes, name: str):
    if (data, name) == (b"// only a comment", "a.txt"):
        (row,) = read_file(data, name=name).rows
        assert row.refused
        return
    with pytest.raises(UnreadableQuestions):
        read_file(data, name=name)


@pytest.mark.parametrize(
    "question",
    ["В{}? {{=да ~нет}}\n\n", "В{}?\nA. да\nB. нет\nANSWER: A\n", "{}. В?\na) б *\nb) в\n"],
)
def test_five_hundred_questions_are_the_limit(question: str):
    text = "".join(question.format(number) for number in range(1, 501))

    assert len(read_text(text).rows) == 500
    with pytest.raises(UnreadableQuestions):
        read_text(text + question.format(501))


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 2_000_000,
        " " * 2_000_000 + "!",
        "+" + " " * 2_000_000 + "!",
        "1. В?\nа)" + " " * 2_000_000 + "!",
        "1. В?\nа) x" + " " * 2_000_000 + "!",
        "В?\nA. да\nANSWER: A\n" + " " * 2_000_000 + "!",
        "{=" + "<" * 2_000_000,
        "[html]" + "<!--" * 12_000 + "{=а ~б}",
        "[html]" + "<a " * 16_000 + "{=а ~б}",
        "::" * 1_000_000,
        "{" * 2_000_000,
        "1.\n" * 600_000,
    ],
    ids=range(12),
)
def test_no_text_takes_long(text: str):
    started = time.process_time()

    with contextlib.suppress(UnreadableQuestions):
        read_text(text)

    assert time.process_time() - started < 5
