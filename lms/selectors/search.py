"""Finds rows by their names though a letter is wrong, or the keyboard was in the other layout."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

# Rows of one model that are compared letter by letter; the database picks them by half words.
MOST_CANDIDATES = 2000
# Longer texts were pasted, not typed.
_MOST_WORDS = 8
_LONGEST_WORD = 40
_SHORTEST_TYPED = 3
_SHORTEST_MEANT = 4
# From this length on the beginning of a word is enough, as for words without a mistake.
_SHORTEST_BEGINNING = 5
_WORD = re.compile(r"[^\W_]+")
_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN = str.maketrans(_LATIN_KEYS, _RUSSIAN_KEYS)
_TO_LATIN = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)


def near_names(rows: QuerySet, names: Sequence[str], texts: Iterable[str]) -> dict[Any, int]:
    """Return the mistakes in one of the texts against the names of rows, by the row's key.

    Every word of a text must be in a name: as it is, or, where the name's word has four letters or
    more, with one letter wrong, missing, doubled or swapped with its neighbour. The best rows come
    first. Of more than MOST_CANDIDATES candidates the first by key are looked at.
    """
    phrases = [words for text in texts if (words := _words(text)) and _is_typed(words)]
    if not phrases:
        return {}
    condition = Q()
    for words in phrases:
        condition |= _candidates(words, names)
    found = rows.filter(condition).order_by("pk").values_list("pk", *names)[:MOST_CANDIDATES]
    mistakes: dict[Any, int] = {}
    for pk, *texts_of_row in found:
        counts = [_mistakes(words, texts_of_row) for words in phrases]
        known = [count for count in counts if count is not None]
        if known:
            mistakes[pk] = min(known)
    return dict(sorted(mistakes.items(), key=lambda pair: pair[1]))


def in_other_layout(text: str) -> str:
    """Return what the same keys write in the other layout: "ghbdtn" is "привет", and back."""
    lower = text.lower()
    has_russian = any(letter in _RUSSIAN_KEYS for letter in lower)
    return lower.translate(_TO_LATIN if has_russian else _TO_RUSSIAN)


def mistakes_in(typed: str, word: str) -> int | None:
    """Return 0 where `word` contains what was typed, 1 after one mistake, else None.

    Digits take no mistakes: "2023" is no mistyped "2024".
    """
    if typed in word:
        return 0
    if len(typed) < _SHORTEST_TYPED or len(word) < _SHORTEST_MEANT or not typed.isalpha():
        return None
    start = 0
    while start < min(len(typed), len(word)) and typed[start] == word[start]:
        start += 1
    rest, meant = typed[start:], word[start:]
    if len(typed) < _SHORTEST_MEANT:
        return 1 if meant[1:] == rest else None
    if len(typed) >= _SHORTEST_BEGINNING:
        meant = meant[: len(rest) + 1]
        return 1 if any(_is_one_mistake(rest, meant[:end]) for end in _ends(rest)) else None
    return 1 if _is_one_mistake(rest, meant) else None


def _ends(rest: str) -> range:
    return range(max(len(rest) - 1, 0), len(rest) + 2)


def _is_one_mistake(typed: str, meant: str) -> bool:
    """Compare two rests that differ in their first letter."""
    wrong = typed[1:] == meant[1:]
    too_many, missing = typed[1:] == meant, typed == meant[1:]
    swapped = typed[:2] == meant[1::-1] and typed[2:] == meant[2:]
    return wrong or too_many or missing or swapped


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _is_typed(words: list[str]) -> bool:
    short_enough = len(words) <= _MOST_WORDS and max(map(len, words)) <= _LONGEST_WORD
    return short_enough and sum(map(len, words)) > 1


def _mistakes(words: list[str], texts: list[str | None]) -> int | None:
    known = {word for text in texts if text for word in _words(text)}
    total = 0
    for typed in words:
        found = [count for word in known if (count := mistakes_in(typed, word)) is not None]
        if not found:
            return None
        total += min(found)
    return total


def _candidates(words: list[str], names: Sequence[str]) -> Q:
    condition = Q()
    for word in words:
        contains = Q()
        for piece in sorted(_pieces(word)):
            for name in names:
                contains |= Q(**{f"{name}__icontains": piece})
        condition &= contains
    return condition


def _pieces(word: str) -> set[str]:
    """Return texts one of which is in every word that is one mistake away.

    A mistake spoils one half only, unless it swaps the letters on either side of the middle.
    """
    if len(word) < _SHORTEST_TYPED or not word.isalpha():
        return {word}
    if len(word) < _SHORTEST_MEANT:  # Only a missing letter is looked for.
        return {word[:2], word[1:]}
    middle = len(word) // 2
    swapped = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return {word[:middle], word[middle:], swapped}
