"""The order in which a person gets the questions and answers of a test.

The order of the questions follows from person, test and attempt number, under the secret key, so
that nobody can compute it. The order of the answers follows from person, question and the order of
the questions: positions and questions of a sheet say by themselves which order was on the page.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

from django.conf import settings

# A page keeps its order while it is open, however many attempts are made on it.
_OLDEST_ORDERS = 50

Order = tuple[int, ...]
# The order in which questions and options are stored.
STORED: Order = ()


def question_order(ids: Iterable[int], *, user_id: UUID, test_id: int, attempt: int) -> Order:
    """Return the ids of a test's questions in the order of one attempt of a person."""
    return tuple(sorted(ids, key=lambda pk: _digest("question", user_id, test_id, attempt, pk)))


def option_order(count: int, *, user_id: UUID, question_id: int, order: Order) -> Order:
    """Return which option stands at each place: the stored indexes in the order of the page."""
    seed = _digest("options", user_id, question_id, *order)
    return tuple(sorted(range(count), key=lambda index: _digest(seed, index)))


def order_of_sheet(
    positions: dict[int, int],
    ids: Sequence[int],
    *,
    user_id: UUID,
    test_id: int,
    served_attempt: int | None,
    attempts: int,
) -> Order | None:
    """Return the newest order that a sheet fits: None if it fits none, STORED if not shuffled.

    `positions` has the question of each position. `served_attempt` is the order that was sent last,
    None for the stored order, and `attempts` the number of attempts made. Tabs that were
    opened earlier show the order of an earlier attempt, or the stored one.
    """
    if served_attempt is None and _fits(positions, ids):
        return STORED
    newest = max(attempts, served_attempt or 0)
    numbers = [] if served_attempt is None else [served_attempt]
    for number in [*numbers, *range(newest, -1, -1)[:_OLDEST_ORDERS]]:
        order = question_order(ids, user_id=user_id, test_id=test_id, attempt=number)
        if _fits(positions, order):
            return order
    return STORED if _fits(positions, ids) else None


def _fits(positions: dict[int, int], order: Sequence[int]) -> bool:
    return all(
        place < len(order) and order[place] == question for place, question in positions.items()
    )


def _digest(*parts: object) -> bytes:
    text = "\0".join(part.hex() if isinstance(part, bytes) else str(part) for part in parts)
    return hmac.digest(_key(settings.SECRET_KEY), text.encode(), "sha256")


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"lms.questions.shuffling" + secret.encode()).digest()
