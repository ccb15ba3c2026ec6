"""What Ctrl+K finds: stations, programs, lessons, topics, files, tests, people."""

from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from unfold.dataclasses import SearchResult

from lms.models import (
    Course,
    CourseProgram,
    FinalTest,
    Lesson,
    LessonTest,
    Station,
    Topic,
    TopicFile,
    User,
)
from lms.selectors.search import in_other_layout, near_names

HITS_PER_MODEL = 6


@dataclass(frozen=True)
class Place:
    """Where names are looked for.

    `parents` lead to the row that tells equal titles apart.
    """

    model: type[Model]
    icon: str
    names: tuple[str, ...] = ("title",)
    parents: tuple[str, ...] = ()


PLACES = [
    Place(Station, "factory", ("name", "short_name")),
    Place(CourseProgram, "school", parents=("station",)),
    Place(Lesson, "menu_book", parents=("course_program",)),
    Place(Topic, "topic", parents=("lesson",)),
    Place(TopicFile, "attach_file", ("title", "original_name"), parents=("topic",)),
    Place(LessonTest, "quiz", parents=("lesson",)),
    Place(FinalTest, "workspace_premium", parents=("course_program",)),
    Place(Course, "local_library", parents=("station",)),
    Place(User, "person", ("full_name", "username")),
]


def find(request: HttpRequest, term: str) -> list[SearchResult]:
    """List the first hits of each place that this person may see.

    Behind what holds the very text come names with a mistyped letter and, where nothing holds it,
    what the same keys write in the other layout. `term` arrives in lower case, which a database
    without Unicode folding would not find.
    """
    typed = request.GET.get("s", term).strip()
    exact = {place: hits for place in PLACES if (hits := _exact(request, place, typed)) is not None}
    texts = [typed] if any(exact.values()) else [typed, in_other_layout(typed)]
    found = [(0, _result(hit, place)) for place, hits in exact.items() for hit in hits]
    for place, hits in exact.items():
        found += _near(request, place, texts, known=hits)
    return [result for _mistakes, result in sorted(found, key=itemgetter(0))]


def _exact(request: HttpRequest, place: Place, typed: str) -> list[Model] | None:
    model_admin = admin.site._registry[place.model]
    if not model_admin.has_view_or_change_permission(request):
        return None
    rows = model_admin.get_queryset(request).select_related(*place.parents)
    hits, _has_duplicates = model_admin.get_search_results(request, rows, typed)
    return list(hits[:HITS_PER_MODEL])


def _near(
    request: HttpRequest, place: Place, texts: list[str], *, known: list[Model]
) -> list[tuple[int, SearchResult]]:
    free = HITS_PER_MODEL - len(known)
    if not free:
        return []
    others = (
        admin.site._registry[place.model]
        .get_queryset(request)
        .exclude(pk__in=[hit.pk for hit in known])
    )
    mistakes = near_names(others, place.names, texts)
    best = list(mistakes)[:free]
    if not best:
        return []
    rows = others.select_related(*place.parents).in_bulk(best)
    return [(mistakes[pk], _result(rows[pk], place)) for pk in best if pk in rows]


def _result(hit: Any, place: Place) -> SearchResult:
    opts = hit._meta
    parent = getattr(hit, place.parents[0]) if place.parents else None
    kind = str(capfirst(opts.verbose_name))
    return SearchResult(
        title=str(hit),
        description=f"{kind} · {parent}" if parent is not None else kind,
        link=reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[hit.pk]),
        icon=place.icon,
    )
