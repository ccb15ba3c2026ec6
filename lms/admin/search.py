"""The search of Ctrl+K: stations, programs, lessons, topics, files, tests, people."""

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
class SearchedModel:
    """A model with the fields that are searched and its icon.

    `parents` lead to the row that distinguishes equal titles.
    """

    model: type[Model]
    icon: str
    names: tuple[str, ...] = ("title",)
    parents: tuple[str, ...] = ()


SEARCHED_MODELS = [
    SearchedModel(Station, "factory", ("name", "short_name")),
    SearchedModel(CourseProgram, "school", parents=("station",)),
    SearchedModel(Lesson, "menu_book", parents=("course_program",)),
    SearchedModel(Topic, "topic", parents=("lesson",)),
    SearchedModel(TopicFile, "attach_file", ("title", "original_name"), parents=("topic",)),
    SearchedModel(LessonTest, "quiz", parents=("lesson",)),
    SearchedModel(FinalTest, "workspace_premium", parents=("course_program",)),
    SearchedModel(Course, "local_library", parents=("station",)),
    SearchedModel(User, "person", ("full_name", "username")),
]


def find(request: HttpRequest, term: str) -> list[SearchResult]:
    """List the first hits of each model that this person may see.

    Names that contain the text come first, then names with one typing error. If no name contains
    the text, what the same keys type in the other keyboard layout is searched as well. The original
    text is read from the request: `term` is in lower case, and SQLite does not ignore the case of
    Cyrillic letters.
    """
    typed = request.GET.get("s", term).strip()
    exact = {
        searched: hits
        for searched in SEARCHED_MODELS
        if (hits := _exact(request, searched, typed)) is not None
    }
    texts = [typed] if any(exact.values()) else [typed, in_other_layout(typed)]
    found = [(0, _result(hit, searched)) for searched, hits in exact.items() for hit in hits]
    for searched, hits in exact.items():
        found += _near(request, searched, texts, known=hits)
    return [result for _mistakes, result in sorted(found, key=itemgetter(0))]


def _exact(request: HttpRequest, searched: SearchedModel, typed: str) -> list[Model] | None:
    model_admin = admin.site.get_model_admin(searched.model)
    if not model_admin.has_view_or_change_permission(request):
        return None
    rows = model_admin.get_queryset(request).select_related(*searched.parents)
    hits, _has_duplicates = model_admin.get_search_results(request, rows, typed)
    return list(hits[:HITS_PER_MODEL])


def _near(
    request: HttpRequest, searched: SearchedModel, texts: list[str], *, known: list[Model]
) -> list[tuple[int, SearchResult]]:
    free = HITS_PER_MODEL - len(known)
    if not free:
        return []
    others = (
        admin.site.get_model_admin(searched.model)
        .get_queryset(request)
        .exclude(pk__in=[hit.pk for hit in known])
    )
    mistakes = near_names(others, searched.names, texts)
    best = list(mistakes)[:free]
    if not best:
        return []
    rows = others.select_related(*searched.parents).in_bulk(best)
    return [(mistakes[pk], _result(rows[pk], searched)) for pk in best if pk in rows]


def _result(hit: Any, searched: SearchedModel) -> SearchResult:
    opts = hit._meta
    parent = getattr(hit, searched.parents[0]) if searched.parents else None
    kind = str(capfirst(opts.verbose_name))
    return SearchResult(
        title=str(hit),
        description=f"{kind} · {parent}" if parent is not None else kind,
        link=reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[hit.pk]),
        icon=searched.icon,
    )
