"""What Ctrl+K finds: stations, programs, lessons, topics, files, tests, people."""

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

HITS_PER_MODEL = 6
# Model, icon, and the attributes that lead to the parent which tells equal titles apart.
PLACES: list[tuple[type[Model], str, tuple[str, ...]]] = [
    (Station, "factory", ()),
    (CourseProgram, "school", ("station",)),
    (Lesson, "menu_book", ("course_program",)),
    (Topic, "topic", ("lesson",)),
    (TopicFile, "attach_file", ("topic",)),
    (LessonTest, "quiz", ("lesson",)),
    (FinalTest, "workspace_premium", ("course_program",)),
    (Course, "local_library", ("station",)),
    (User, "person", ()),
]


def find(request: HttpRequest, term: str) -> list[SearchResult]:
    """List the first hits of each place that this person may see.

    `term` arrives in lower case, which a database without Unicode folding would not find.
    """
    typed = request.GET.get("s", term).strip()
    results = []
    for model, icon, parents in PLACES:
        model_admin = admin.site._registry[model]
        if not model_admin.has_view_or_change_permission(request):
            continue
        rows = model_admin.get_queryset(request).select_related(*parents)
        hits, _has_duplicates = model_admin.get_search_results(request, rows, typed)
        results += [_result(hit, icon, parents) for hit in hits[:HITS_PER_MODEL]]
    return results


def _result(hit: Any, icon: str, parents: tuple[str, ...]) -> SearchResult:
    opts = hit._meta
    parent = getattr(hit, parents[0]) if parents else None
    kind = str(capfirst(opts.verbose_name))
    return SearchResult(
        title=str(hit),
        description=f"{kind} · {parent}" if parent is not None else kind,
        link=reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[hit.pk]),
        icon=icon,
    )
