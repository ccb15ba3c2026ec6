"""Reads which materials and topics learners completed, and at which positions they stopped."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, CharField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from lms.models import CompletedMaterial, FileDelivery, MaterialProgress, TopicProgress
from lms.selectors.progress.program_content import FILE_TYPES, Material

# They stand for the type of a material in the rows of topics, see below.
_STARTED_TOPIC, _COMPLETED_TOPIC = "started_topic", "completed_topic"
# It stands for the type in the rows of deliveries.
_DELIVERED = "delivered"


def completed_materials(user_id: UUID, program_id: int) -> set[Material]:
    """Return the materials of a program that a learner has completed; one query."""
    rows = _completed(Q(user_id=user_id), program_id).values_list("material_type", "material_key")
    return {Material(*row) for row in rows}


def completed_materials_and_topics(
    user_id: UUID, program_id: int, *, key: str = ""
) -> tuple[set[Material], dict[int, bool], bool]:
    """Return the completed materials, each stored topic with whether it is completed, and more.

    The third says whether the file with this key was ever delivered to the learner. One query:
    completing a material has a budget (docs/data-model.md, "Progress").
    """
    topics = _stored_topics(Q(user_id=user_id), program_id).annotate(
        state=Case(
            When(completed=True, then=Value(_COMPLETED_TOPIC)),
            default=Value(_STARTED_TOPIC),
            output_field=CharField(),
        ),
        name=Cast("topic_id", TextField()),
    )
    rows = _completed(Q(user_id=user_id), program_id).values_list("material_type", "material_key")
    delivered = _deliveries(user_id, key).values_list(Value(_DELIVERED), "object_key")
    completed: set[Material] = set()
    stored_topics: dict[int, bool] = {}
    is_delivered = False
    found = rows.union(topics.values_list("state", "name"), delivered, all=True)
    for kind, name in found:
        if kind == _DELIVERED:
            is_delivered = True
        elif kind in {_STARTED_TOPIC, _COMPLETED_TOPIC}:
            stored_topics[int(name)] = kind == _COMPLETED_TOPIC
        else:
            completed.add(Material(kind, name))
    return completed, stored_topics, is_delivered


def is_delivered(user_id: UUID, key: str) -> bool:
    """Tell whether a file was ever delivered to a person."""
    return _deliveries(user_id, key).exists()


def programs_waiting_for(user_id: UUID, key: str) -> list[int]:
    """List the programs in which a person opened a file that was not delivered then."""
    rows = CompletedMaterial.objects.filter(
        user_id=user_id,
        material_key=key,
        material_type__in=FILE_TYPES,
        is_completed=True,
        is_confirmed=False,
    )
    return sorted(set(rows.order_by().values_list("course_program_id", flat=True)))


def completed_materials_of(
    user_ids: Iterable[UUID], program_id: int
) -> defaultdict[UUID, set[Material]]:
    """Return the completed materials of several learners in a program; one query."""
    completed: defaultdict[UUID, set[Material]] = defaultdict(set)
    rows = _completed(Q(user__in=user_ids), program_id)
    for user_id, kind, key in rows.values_list("user_id", "material_type", "material_key"):
        completed[user_id].add(Material(kind, key))
    return completed


def stored_topics_of(
    user_ids: Iterable[UUID], program_id: int
) -> defaultdict[UUID, dict[int, bool]]:
    """Return the stored topics of several learners with whether completed; one query."""
    topics: defaultdict[UUID, dict[int, bool]] = defaultdict(dict)
    rows = _stored_topics(Q(user__in=user_ids), program_id)
    for user_id, topic_id, is_completed in rows.values_list("user_id", "topic_id", "completed"):
        topics[user_id][topic_id] = is_completed
    return topics


def positions(
    user_id: UUID, keys: list[str], *, program_id: int | None = None
) -> list[MaterialProgress]:
    """List where a learner stopped in materials, latest first; at most one position for a key."""
    rows = MaterialProgress.objects.filter(user_id=user_id, material_key__in=keys)
    if program_id is not None:
        rows = rows.filter(course_program_id=program_id)
    latest: dict[str, MaterialProgress] = {}
    for row in rows.order_by("-last_viewed_at", "pk"):
        latest.setdefault(row.material_key, row)
    return list(latest.values())


def _completed(learners: Q, program_id: int) -> QuerySet[CompletedMaterial]:
    rows = CompletedMaterial.objects.filter(
        learners, course_program_id=program_id, is_completed=True, is_confirmed=True
    )
    return rows.order_by()


def _deliveries(user_id: UUID, key: str) -> QuerySet[FileDelivery]:
    return FileDelivery.objects.filter(user_id=user_id, object_key=key).order_by()


def _stored_topics(learners: Q, program_id: int) -> QuerySet[TopicProgress]:
    rows = TopicProgress.objects.filter(learners, topic__lesson__course_program_id=program_id)
    return rows.order_by()
