"""Reads how people answered each question of a test.

The discrimination of a question is the point-biserial correlation of its answers (1 if right, else
0) with the share of right answers to the other questions of the same attempt. The pages call it
separation: how well the question separates strong from weak learners.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from lms.selectors.questions.tests import AnyTest, QuestionRow, questions_of

MAX_RESULTS = 5000
MIN_ANSWERS = 10
TOO_EASY_PERCENT = 95
TOO_HARD_PERCENT = 30
LOWEST_DISCRIMINATION = 0.15
_CHUNK = 500
# Sums of shares are floats: a smaller variance than this is a rounding error.
_NO_VARIANCE = 1e-9


@dataclass
class QuestionFigures:
    """The figures of one question.

    `choices` counts how often each option was chosen, by the index of the option. Answers from the
    time when the right option had another index are counted in `choices_before` only, because their
    indexes mean other options. `discrimination` is None below 10 answers, if all answers were right
    or all wrong, or if all people did equally well in the other questions.
    """

    id: int
    question: str
    options: list[str]
    correct_index: int
    count: int = 0
    right: int = 0
    choices: list[int] = field(default_factory=list)
    choices_before: int = 0
    rest: "_Sums" = field(default_factory=lambda: _Sums())

    @property
    def share_percent(self) -> int | None:
        """Return the share of right answers in whole percent; None without answers."""
        return (200 * self.right + self.count) // (2 * self.count) if self.count else None

    @property
    def choices_count(self) -> int:
        """Return the number of answers in `choices`."""
        return sum(self.choices)

    @property
    def discrimination(self) -> float | None:
        """Return the discrimination from -1 to 1."""
        return self.rest.correlation()

    @property
    def flags(self) -> list[str]:
        """Return which of too_easy, too_hard, does_not_separate apply; none below 10 answers."""
        if self.count < MIN_ANSWERS:
            return []
        discrimination = self.discrimination
        found = {
            "too_easy": 100 * self.right >= TOO_EASY_PERCENT * self.count,
            "too_hard": 100 * self.right <= TOO_HARD_PERCENT * self.count,
            "does_not_separate": discrimination is not None
            and discrimination < LOWEST_DISCRIMINATION,
        }
        return [name for name, applies in found.items() if applies]


@dataclass
class TestFigures:
    """The figures of all questions in order, and the number of attempts that were read."""

    questions: list[QuestionFigures]
    results: int = 0

    @property
    def is_cut(self) -> bool:
        """Tell whether there may be older attempts that were not read."""
        return self.results >= MAX_RESULTS


@dataclass
class _Sums:
    """The sums from which the correlation of x (0 or 1) with y is computed."""

    n: int = 0
    x: int = 0
    y: float = 0.0
    yy: float = 0.0
    xy: float = 0.0

    def add(self, x: int, y: float) -> None:
        self.n += 1
        self.x += x
        self.y += y
        self.yy += y * y
        self.xy += x * y

    def correlation(self) -> float | None:
        if self.n < MIN_ANSWERS:
            return None
        spread_x = self.n * self.x - self.x * self.x
        spread_y = self.n * self.yy - self.y * self.y
        if spread_x == 0 or spread_y < _NO_VARIANCE * self.n * self.n:
            return None
        value = (self.n * self.xy - self.x * self.y) / sqrt(spread_x * spread_y)
        return max(-1.0, min(1.0, value))


def test_figures(test: AnyTest) -> TestFigures:
    """Read the latest 5,000 attempts at a test, without those that were refused; three queries.

    The memory that this takes depends on the number of questions only.
    """
    figures = {row["id"]: _empty(row) for row in questions_of(test)}
    counted = TestFigures(list(figures.values()))
    counting = test.results.filter(refused__isnull=True)
    results = counting.order_by("-completed_at", "-pk")[:MAX_RESULTS]
    rows = results.values_list("answers_data", "total_questions")
    for answers, total in rows.iterator(chunk_size=_CHUNK):
        counted.results += 1
        _count(figures, list(_entries(answers)), total or 0)
    return counted


# Without this pytest would run the function as a test.
test_figures.__test__ = False  # type: ignore[attr-defined]  # pytest defines it on functions


def _empty(row: QuestionRow) -> QuestionFigures:
    return QuestionFigures(
        id=row["id"],
        question=row["question"],
        options=row["options"],
        correct_index=row["correct_index"],
        choices=[0] * len(row["options"]),
    )


def _entries(answers: Any) -> Iterator[dict[str, Any]]:
    """Yield the answers of an attempt, each question once; older data contain other things too."""
    seen = set()
    for entry in answers.values() if isinstance(answers, dict) else ():
        number = entry.get("questionId") if isinstance(entry, dict) else None
        if type(number) is int and number not in seen:
            seen.add(number)
            yield entry


def _count(figures: dict[int, QuestionFigures], entries: list[dict[str, Any]], total: int) -> None:
    right_total = sum(entry.get("isCorrect") is True for entry in entries)
    others = max(total, len(entries)) - 1
    for entry in entries:
        found = figures.get(entry["questionId"])
        if found is None:
            continue
        is_right = int(entry.get("isCorrect") is True)
        found.count += 1
        found.right += is_right
        _count_choice(found, entry)
        if others > 0:
            found.rest.add(is_right, (right_total - is_right) / others)


def _count_choice(found: QuestionFigures, entry: dict[str, Any]) -> None:
    selected = entry.get("selectedAnswer")
    if type(selected) is not int:
        return
    was_right = entry.get("correctAnswer", found.correct_index)
    if was_right == found.correct_index and 0 <= selected < len(found.choices):
        found.choices[selected] += 1
    else:
        found.choices_before += 1
