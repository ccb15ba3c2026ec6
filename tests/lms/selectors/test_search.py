"""Names are found despite one typing error; numbers and short words must be correct."""

import pytest

from lms.models import Topic
from lms.selectors import search as module
from lms.selectors.search import in_other_layout, mistakes_in, near_names
from tests import factories


@pytest.mark.parametrize(
    ("typed", "word", "expected"),
    [
        ("насос", "насос", 0),
        ("нас", "насос", 0),
        ("насас", "насос", 1),
        ("масос", "насос", 1),
        ("насо", "насос", 0),
        ("нсос", "насос", 1),
        ("насосс", "насос", 1),
        ("ннасос", "насос", 1),
        ("наоссы", "насосы", 1),
        ("комперссор", "компрессор", 1),
        ("компресор", "компрессорная", 1),
        ("compresor", "compressor", 1),
        ("тма", "тема", 1),
        ("тема", "теам", 1),
        ("мнсас", "насос", None),
        ("насы", "насосы", None),
        ("газ", "таз", None),
        ("2023", "2024", None),
        ("пуск", "спус", None),
    ],
)
def test_one_mistake_is_forgiven(typed: str, word: str, expected: int | None) -> None:
    assert mistakes_in(typed, word) == expected


def test_every_single_mistake_in_a_word_is_forgiven_by_the_candidates_too() -> None:
    word = "газопровод"
    typed = {word[:at] + word[at + 1 :] for at in range(len(word))}
    typed |= {word[:at] + "ы" + word[at + 1 :] for at in range(len(word))}
    typed |= {word[: at + 1] + word[at:] for at in range(len(word))}
    typed |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}

    missed = [
        text
        for text in typed
        if mistakes_in(text, word) is None
        or not any(piece in word for piece in module._pieces(text))
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("typed", "meant"), [("ghbdtn", "привет"), ("Rjvghtccjh", "компрессор"), ("ыефешщт", "station")]
)
def test_the_other_layout(typed: str, meant: str) -> None:
    assert in_other_layout(typed) == meant


@pytest.mark.django_db
def test_rows_without_a_mistake_come_first_and_all_words_count() -> None:
    lesson = factories.LessonFactory()
    near = factories.TopicFactory(lesson=lesson, title="Пуск насоса")
    same = factories.TopicFactory(lesson=lesson, title="Запуск НАСОСЫ")
    factories.TopicFactory(lesson=lesson, title="Останов насоса")

    found = near_names(Topic.objects.all(), ("title",), ["пуск насосы"])

    assert found == {same.pk: 0, near.pk: 1}
    assert list(found) == [same.pk, near.pk]


@pytest.mark.django_db
def test_no_more_rows_are_compared_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = factories.LessonFactory()
    topics = [factories.TopicFactory(lesson=lesson, title="Насос") for _number in range(3)]
    monkeypatch.setattr(module, "MAX_CANDIDATES", 2)

    found = near_names(Topic.objects.all(), ("title",), ["насас"])

    assert list(found) == [topics[0].pk, topics[1].pk]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "  ", "%", "a", "слово " * 9, "ы" * 41])
def test_texts_that_are_too_short_or_too_long_need_no_query(
    text: str, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        assert near_names(Topic.objects.all(), ("title",), [text]) == {}
