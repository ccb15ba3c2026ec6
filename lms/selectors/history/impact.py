"""What a bulk action affects: numbers of rows by the model's name, and of people."""

from collections import Counter, defaultdict

from django.db.models import QuerySet

from lms.models import BinEntry, User, UserSession
from lms.selectors.history.recycle_bin import Impact, model_named, models_below, people_of


def by_people(users: QuerySet[User]) -> Impact:
    """Count the people."""
    return Impact({}, users.count())


def by_people_signed_in(users: QuerySet[User]) -> Impact:
    """Count the people and their open sessions."""
    keys = users.order_by().values("pk")
    sessions = UserSession.objects.alive().filter(user__in=keys).count()
    return Impact({"usersession": sessions}, users.count())


def by_sessions(sessions: QuerySet[UserSession]) -> Impact:
    """Count the sessions and the people to whom they belong."""
    people = sessions.order_by().values("user").distinct().count()
    return Impact({"usersession": sessions.count()}, people)


def by_bin_entries(entries: QuerySet[BinEntry]) -> Impact:
    """Count the rows of these entries and the people with progress in them, each person once."""
    counts: Counter[str] = Counter()
    keys: dict[str, list[int]] = defaultdict(list)
    for pk, model, held in entries.values_list("pk", "model", "counts"):
        counts.update(held)
        keys[model].append(pk)
    people = set()
    for name, pks in keys.items():
        below = models_below(model_named(name))
        people |= people_of({model: model.everything.filter(bin_entry__in=pks) for model in below})
    return Impact(dict(counts), len(people))
