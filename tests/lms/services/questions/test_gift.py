"""Questions in Moodle's GIFT."""

import pytest

from lms.services.questions.formats import GIFT, read_file, read_text
from lms.services.questions.import_rows import SheetRow

# As Moodle 4 exports a category of a question bank.
EXPORTED = r"""// question: 0  name: Switch category to $course$/top/Пуск ГПА
$CATEGORY: $course$/top/Пуск ГПА


// question: 1701  name: Давление масла
::Давление масла::[html]<p>Какое давление масла&nbsp;нужно?</p>\n<p>Укажите\: P \= ?</p>{
	~<p>0,1–0,2 МПа</p>#<p>Мало</p>
	=<p>0,3–0,4&nbsp;МПа</p>#<p>Верно, см. инструкцию.</p>
	~<p>1 &lt; P &lt; 2 МПа</p>
	####<p>Раздел 4 инструкции.</p>
}


// question: 1702  name: Помпаж
::Помпаж::[moodle]Помпаж опасен для ротора.{TRUE#Подумайте ещё.#Да, растут вибрации.}


// question: 1703  name: Обороты
::Обороты::Номинальные обороты?{#5000:50}


// question: 1704  name: Соответствие
::Соответствие::Соотнесите.{
	=ГПА -> агрегат
	=АВО -> охлаждение
}


// question: 1705  name: Термин
::Термин::Как называется защита от помпажа?{=АПК =антипомпажный клапан}


// question: 1706  name: Эссе
::Эссе::Опишите пуск.{}


// question: 1707  name: Два верных
::Два верных::Что проверяют?{
	~%50%масло
	~%50%давление
	~%-100%цвет
}
"""


def _rows(text: str) -> list[SheetRow]:
    source = read_text(text)
    assert source.format == GIFT
    return source.rows


def _only(text: str) -> SheetRow:
    (row,) = _rows(text)
    return row


def test_questions_with_one_right_answer_are_read_from_an_export_of_moodle():
    taken = [row for row in _rows(EXPORTED) if not row.refused]

    assert [(row.line, row.cells) for row in taken] == [
        (
            6,
            {
                "question": "Какое давление масла нужно?\nУкажите: P = ?",
                "option_1": "0,1–0,2 МПа",
                "option_2": "0,3–0,4 МПа",
                "option_3": "1 < P < 2 МПа",
                "right": "#2",
                "explanation": "Раздел 4 инструкции.",
            },
        ),
        (
            15,
            {
                "question": "Помпаж опасен для ротора.",
                "option_1": "The statement is true",
                "option_2": "The statement is false",
                "right": "#1",
                "explanation": "Да, растут вибрации.",
            },
        ),
    ]


def test_each_refused_question_of_an_export_has_its_line_and_reason():
    refused = [row for row in _rows(EXPORTED) if row.refused]

    assert [(row.line, row.cells["question"]) for row in refused] == [
        (19, "Номинальные обороты?"),
        (23, "Соотнесите."),
        (30, "Как называется защита от помпажа?"),
        (34, "Опишите пуск."),
        (38, "Что проверяют?"),
    ]
    assert [row.refused.split()[0] for row in refused] == [
        "Numerical",
        "Matching",
        "Short",
        "Essay",
        "Answers",
    ]
    assert "50 %" in refused[-1].refused


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"Чему равно \{x\=1\}\: \~2 \#3 \\ {=а ~б}", "Чему равно {x=1}: ~2 #3 \\"),
        (r"Первая\nвторая {=а ~б}", "Первая\nвторая"),
        ("Первая\nвторая\n{=а ~б}", "Первая\nвторая"),
        ("Пуск разрешает {=диспетчер ~любой} смены.", "Пуск разрешает _____ смены."),
        ("[html]a <b>&lt;b&gt;</b><script>x()</script>&amp; c{=а ~б}", "a <b>& c"),
        ("[plain]a <b> c{=а ~б}", "a <b> c"),
        ("p < 3 > q? {=а ~б}", "p < 3 > q?"),
        ("::Имя:: ::не имя:: {=а ~б}", "::не имя::"),
    ],
)
def test_the_text_of_a_question_is_what_moodle_shows(source: str, shown: str):
    assert _only(source).cells["question"] == shown


@pytest.mark.parametrize(
    ("body", "right", "options"),
    [
        ("=да ~нет", "#1", ["да", "нет"]),
        ("~нет =да ~может быть", "#2", ["нет", "да", "может быть"]),
        ("~нет#почему\n=да#потому\n", "#2", ["нет", "да"]),
        (r"~2 \= 3 =2 \~ 2", "#2", ["2 = 3", "2 ~ 2"]),
        ("~%0%нет ~%100%да", "#2", ["нет", "да"]),
        ("T", "#1", ["The statement is true", "The statement is false"]),
        ("FALSE", "#2", ["The statement is true", "The statement is false"]),
        ("=[html]<i>да</i> ~[html]<p>нет</p>", "#1", ["да", "нет"]),
    ],
)
def test_one_right_answer_is_read(body: str, right: str, options: list[str]):
    row = _only(f"В? {{{body}}}")

    assert row.refused == ""
    assert row.cells["right"] == right
    assert [row.cells[f"option_{index + 1}"] for index in range(len(options))] == options
    assert f"option_{len(options) + 1}" not in row.cells


@pytest.mark.parametrize(
    ("text", "explanation"),
    [
        ("В? {=да#потому ~нет#почему}", "потому"),
        ("В? {=да#потому ~нет####общее}", "общее"),
        ("В? {F#не так#так}", "так"),
        ("В? {F#не так}", "не так"),
    ],
)
def test_feedback_becomes_the_explanation(text: str, explanation: str):
    assert _only(text).cells["explanation"] == explanation


@pytest.mark.parametrize(
    "text",
    [
        "В? {=да ~нет",
        "В? =да ~нет}\n\nЕщё? {T}",
        "В? {=да {ой} ~нет}",
        "В? {~да ~нет}",
        "В? {=да =нет ~ой}",
        "В? {да =нет}",
        "В? {" + " ".join(f"{'=' if n == 0 else '~'}{n}" for n in range(11)) + "}",
        "::Описание:: Прочитайте инструкцию.",
        "В? {=%50%да ~нет}",
    ],
)
def test_a_broken_question_is_refused_with_its_line_and_a_reason(text: str):
    row = read_file(f"// замечание\n\n{text}\n\nДа? {{=да ~нет}}\n".encode(), name="q.gift").rows[0]

    assert row.line == 3
    assert row.refused
    assert row.cells["question"]


def test_one_unclosed_brace_does_not_swallow_the_next_question():
    rows = _rows("Первый? {=да ~нет\n\nВторой? {=да ~нет}\n")

    assert [bool(row.refused) for row in rows] == [True, False]


def test_a_picture_that_is_not_imported_is_mentioned():
    row = _only('[html]<p>Что это?<img src="@@PLUGINFILE@@/a.png"></p>{=насос ~клапан}')

    assert (row.cells["question"], bool(row.note)) == ("Что это?", True)
