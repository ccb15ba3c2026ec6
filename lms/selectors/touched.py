"""What a bulk action touches: rows by the model's name, and people."""

from collections import Counter, defaultdict

from django.apps import apps
from django.db.models import QuerySet

from lms.models import UserSession
from lms.selectors.bin import Touched, models_below, people_of


def by_people(users: QuerySet) -> Touched:
    """Count the people alone."""
    return Touched({}, users.count())


def by_people_signed_in(users: QuerySet) -> Touched:
    """Count the people and the sessions in which they are signed in now."""
    keys = users.order_by().values("pk")
    sessions = UserSession.objects.alive().filter(user__in=keys).count()
    return Touched({"usersession": sessions}, users.count())


def by_sessions(sessions: QuerySet) -> Touched:
    """Count sessions and the people to whom they belong."""
    people = sessions.order_by().values("user").distinct().count()
    return Touched({"usersession": sessions.count()}, people)


def by_bin_entries(entries: QuerySet) -> Touched:
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
    return Touched(dict(counts), len(people))
