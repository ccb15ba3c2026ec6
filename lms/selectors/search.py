"""Finds rows by their names despite a typing error or the wrong keyboard layout."""

import re
from collections.abc import Iterable, Sequence

from django.db.models import Model, Q, QuerySet
from rapidfuzz.distance import OSA

# So many rows of a model are compared letter by letter; the database finds them by half words.
MAX_CANDIDATES = 2000
# Longer texts were pasted, not typed.
_MAX_WORDS = 8
_MAX_WORD_LENGTH = 40
# Shorter words must be typed without a mistake, and shorter words of names are not matched.
_MIN_TYPED_LENGTH = 3
_MIN_NAME_LENGTH = 4
# From this length on, the typed text may be the beginning of a word.
_MIN_BEGINNING_LENGTH = 5
_WORD = re.compile(r"[^\W_]+")
_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN = str.maketrans(_LATIN_KEYS, _RUSSIAN_KEYS)
_TO_LATIN = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)


def near_names[Row: Model](
    rows: QuerySet[Row], names: Sequence[str], texts: Iterable[str]
) -> dict[object, int]:
    """Return how many typing errors a text has against the names of a row, by primary key.

    Every word of a text must be contained in a word of a name. If this has four letters or more,
    one letter may be wrong, missing, added or swapped with the next. Rows with fewer errors come
    first. If there are more than MAX_CANDIDATES candidates, the first by key are compared.
    """
    phrases = [words for text in texts if (words := _words(text)) and _is_typed(words)]
    if not phrases:
        return {}
    condition = Q()
    for words in phrases:
        condition |= _candidates(words, names)
    found = rows.filter(condition).order_by("pk").values_list("pk", *names)[:MAX_CANDIDATES]
    mistakes: dict[object, int] = {}
    for pk, *texts_of_row in found:
        counts = [_mistakes(words, texts_of_row) for words in phrases]
        known = [count for count in counts if count is not None]
        if known:
            mistakes[pk] = min(known)
    return dict(sorted(mistakes.items(), key=lambda pair: pair[1]))


def in_other_layout(text: str) -> str:
    """Return what the same keys type in the other keyboard layout: "ghbdtn" gives "привет"."""
    lower = text.lower()
    has_russian = any(letter in _RUSSIAN_KEYS for letter in lower)
    return lower.translate(_TO_LATIN if has_russian else _TO_RUSSIAN)


def mistakes_in(typed: str, word: str) -> int | None:
    """Return 0 if `word` contains what was typed, 1 if it does after one correction, else None.

    Numbers are not corrected: "2023" does not find "2024".
    """
    if typed in word:
        return 0
    if len(typed) < _MIN_TYPED_LENGTH or len(word) < _MIN_NAME_LENGTH or not typed.isalpha():
        return None
    return 1 if any(_is_one_mistake(typed, meant) for meant in _meant(typed, word)) else None


def _meant(typed: str, word: str) -> Iterable[str]:
    """Return what of `word` may have been meant: its beginning, or, for a short text, all of it."""
    length = len(typed)
    if length >= _MIN_BEGINNING_LENGTH:
        return {word[:end] for end in range(length - 1, length + 2)}
    # Of three letters only a missing one is corrected.
    is_too_short = length < _MIN_NAME_LENGTH and len(word) != length + 1
    return () if is_too_short else (word,)


def _is_one_mistake(typed: str, meant: str) -> bool:
    """Tell whether a letter is wrong, missing, added or swapped with the next one."""
    return OSA.distance(typed, meant, score_cutoff=1) == 1


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _is_typed(words: list[str]) -> bool:
    short_enough = len(words) <= _MAX_WORDS and max(map(len, words)) <= _MAX_WORD_LENGTH
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
    """Return parts of a typed word; every word with one correction contains one of them.

    A mistake is in one half of the word, unless the two letters in its middle are swapped.
    """
    if len(word) < _MIN_TYPED_LENGTH or not word.isalpha():
        return {word}
    if len(word) < _MIN_NAME_LENGTH:  # Only a missing letter is corrected.
        return {word[:2], word[1:]}
    middle = len(word) // 2
    swapped = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return {word[:middle], word[middle:], swapped}
