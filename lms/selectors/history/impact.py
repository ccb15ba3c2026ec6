"""What a bulk action touches: rows by the model's name, and people."""

from collections import Counter, defaultdict

from django.apps import apps
from django.db.models import QuerySet

from lms.models import UserSession
from lms.selectors.history.bin import Impact, models_below, people_of


def by_people(users: QuerySet) -> Impact:
    """Count the people alone."""
    return Impact({}, users.count())


def by_people_signed_in(users: QuerySet) -> Impact:
    """Count the people and the sessions in which they are signed in now."""
    keys = users.order_by().values("pk")
    sessions = UserSession.objects.alive().filter(user__in=keys).count()
    return Impact({"usersession": sessions}, users.count())


def by_sessions(sessions: QuerySet) -> Impact:
    """Count sessions and the people to whom they belong."""
    people = sessions.order_by().values("user").distinct().count()
    return Impact({"usersession": sessions.count()}, people)


def by_bin_entries(entries: QuerySet) -> Impact:
    """Count what the entries hold and the people who depend on it, each of them once."""
    counts: Counter[str] = Counter()
    keys: dict[str, list[int]] = defaultdict(list)
    for pk, model, held in entries.values_list("pk", "model", "counts"):
        counts.update(held)
        keys[model].append(pk)
    people = set()
    for name, pks in keys.items():
        below = models_below(apps.get_model("lms", name))
        people |= people_of({model: model.everything.filter(bin_entry__in=pks) for model in below})
    return Impact(dict(counts), len(people))
