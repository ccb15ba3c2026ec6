"""Stores comments on topics."""

from uuid import UUID

from lms.errors import EmptyComment, StationNotFound, TooManyComments
from lms.models import Comment, Station
from lms.services.accounts import attempt_limits
from lms.services.accounts.attempt_limits import Limit

_FREE_IN_A_DAY = 200
_LONGEST_WAIT_SECONDS = 300


def add_comment(
    user_id: UUID,
    *,
    station_id: int,
    lesson_index: int | None,
    topic_index: int | None,
    file_object_key: str | None,
    text: str,
) -> Comment:
    """Store a comment and return it with its author loaded.

    Raises:
        EmptyComment: nothing but white space.
        StationNotFound: no such station.
        TooManyComments: more than anybody writes in a day, one soon after the other.
    """
    if not text.strip():
        raise EmptyComment
    if not Station.objects.filter(pk=station_id).exists():
        raise StationNotFound
    limit = Limit(f"comments:{user_id}", _FREE_IN_A_DAY, _LONGEST_WAIT_SECONDS)
    wait_seconds = attempt_limits.reserve([limit])
    if wait_seconds:
        raise TooManyComments(retry_after_seconds=wait_seconds)
    comment = Comment.objects.create(
        user_id=user_id,
        station_id=station_id,
        lesson_index=lesson_index,
        topic_index=topic_index,
        file_object_key=file_object_key or None,
        comment_text=text.strip(),
    )
    return Comment.objects.select_related("user").get(pk=comment.pk)
