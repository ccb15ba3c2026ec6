"""The cards and charts of the last 30 days: who learned, what was completed, which tests failed."""

from typing import Any, TypedDict

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.admin.dashboard.charts import Chart, Series, chart
from lms.admin.dashboard.figures import Card, Figure, Links, remembered, trend, within
from lms.models import EnrollmentStatus
from lms.selectors import dashboard as selectors
from lms.selectors.dashboard import CompletionFigures, FailedTest, LearnerFigures
from lms.selectors.progress.activity import Days


class FailedTestRow(TypedDict):
    """A row of the list of tests that were failed most."""

    title: str
    program: str
    share_percent: int
    attempts: Figure
    failures: Figure
    url: str | None
    has_statistics: bool


def parts(links: Links, *, sees_people: bool) -> dict[str, Any]:
    """Return the parts of the page about learning, those about people only if they may be seen."""
    learners, first = remembered("learners", selectors.learner_figures)
    # These days are over, so the figure may be kept longer.
    before, _made_at = remembered("learners-before", selectors.learners_before, seconds=3600)
    completions, second = remembered("completions", selectors.completion_figures)
    enrollments, third = remembered("enrollments", selectors.enrollment_figures)
    tests, fourth = remembered("tests", selectors.failed_tests)
    month = Days.latest(selectors.DAYS)
    programs = _programs_card(links, enrollments, month)
    certificates = _certificates_card(links, completions, month)
    shown: dict[str, Any] = {
        "cards": [
            _month_card(links, learners["month"], before, month),
            programs,
            _tests_card(links, completions, month),
        ],
        "charts": _charts(links, learners, completions, month),
        "failed_tests": [_failed_test(links, row, month) for row in tests],
        "min_attempts": selectors.MIN_ATTEMPTS,
        "as_of": min(first, second, third, fourth),
    }
    if sees_people:
        shown["cards"].insert(0, _today_card(links, learners))
        shown["cards"].insert(3, certificates)
        shown["cards"].append(_stopped_card(links, enrollments))
        shown["people_totals"] = _totals(links, enrollments)
    return shown


def _today_card(links: Links, learners: LearnerFigures) -> Card:
    week = links.figure(learners["week"], "user", **within("learned", Days.latest(7)))
    return Card(
        title=_("Learned today"),
        icon="local_fire_department",
        figure=links.figure(learners["today"], "user", **within("learned", Days.latest(1))),
        links=[(_("in 7 days"), week)],
    )


def _month_card(links: Links, count: int, before: int, month: Days) -> Card:
    return Card(
        title=_("Learned in 30 days"),
        icon="group",
        figure=links.figure(count, "user", **within("learned", month)),
        trend=trend(count, before),
    )


def _programs_card(links: Links, enrollments: dict[str, int], month: Days) -> Card:
    count = enrollments["completed_lately"]
    return Card(
        title=_("Programs completed"),
        icon="flag",
        figure=links.figure(
            count,
            "enrollment",
            status__exact=EnrollmentStatus.COMPLETED.value,
            **within("completed_at", month),
        ),
        trend=trend(count, enrollments["completed_lately_before"]),
    )


def _certificates_card(links: Links, completions: CompletionFigures, month: Days) -> Card:
    count = completions["certificates"]
    return Card(
        title=_("Certificates issued"),
        icon="license",
        figure=links.figure(count, "certificate", **within("issued_at", month)),
        trend=trend(count, completions["certificates_before"]),
    )


def _tests_card(links: Links, completions: CompletionFigures, month: Days) -> Card:
    passes, attempts = completions["passes"], completions["attempts"]
    days = within("completed_at", month)
    taken = links.figure(attempts, "testresult", **days)
    return Card(
        title=_("Tests passed"),
        icon="grading",
        figure=links.figure(passes, "testresult", passed__exact=1, **days),
        trend=trend(passes, completions["passes_before"]),
        links=[(ngettext("attempt", "attempts", attempts), taken)],
    )


def _stopped_card(links: Links, people: dict[str, int]) -> Card:
    count = people["stopped_people"]
    note = ngettext(
        "enrollments of %(count)s person without activity for 30 days",
        "enrollments of %(count)s people without activity for 30 days",
        count,
    )
    return Card(
        title=_("Stopped learning"),
        icon="pause_circle",
        figure=links.figure(people["stopped"], "enrollment", stopped=1),
        note=(note if count else _("Nobody was inactive for 30 days."))
        % {"count": number_format(count, force_grouping=True)},
    )


def _totals(links: Links, people: dict[str, int]) -> list[tuple[str, Figure]]:
    statuses = [
        (
            _("Enrollments, %(status)s") % {"status": status.label},
            links.figure(people[status.value], "enrollment", status__exact=status.value),
        )
        for status in EnrollmentStatus
    ]
    return [
        (_("Active accounts"), links.figure(people["accounts"], "user", is_active__exact=1)),
        *statuses,
    ]


def _charts(
    links: Links, learners: LearnerFigures, completions: CompletionFigures, month: Days
) -> list[Chart]:
    def series(
        title: str, colour: str, counts: list[int], name: str, field: str, **query: str | int
    ) -> Series:
        days = [
            links.figure(count, name, **query, **within(field, Days(day, day)))
            for day, count in zip(month, counts, strict=True)
        ]
        total = links.figure(sum(counts), name, **query, **within(field, month))
        return Series(title, colour, days, total)

    people = series(_("people"), "main", learners["by_day"], "user", "learned")
    # A person who learned on several days is one person in the sum.
    people = Series(
        people.title,
        people.colour,
        people.days,
        Figure(learners["month"], people.total.url),
    )
    return [
        chart("learners", _("People who learned, by day"), month, [people], is_line=True),
        chart(
            "completions",
            _("Completed, by day"),
            month,
            [
                series(
                    _("topics"),
                    "main",
                    learners["topics"],
                    "topicprogress",
                    "completed_at",
                    completed__exact=1,
                ),
                series(
                    _("materials"),
                    "light",
                    learners["materials"],
                    "completedmaterial",
                    "viewed_at",
                    is_completed__exact=1,
                ),
            ],
        ),
        chart(
            "tests",
            _("Tests, by day"),
            month,
            [
                series(
                    _("passed tests"),
                    "main",
                    completions["passed"],
                    "testresult",
                    "completed_at",
                    passed__exact=1,
                ),
                series(
                    _("failed tests"),
                    "warning",
                    completions["failed"],
                    "testresult",
                    "completed_at",
                    passed__exact=0,
                ),
            ],
        ),
    ]


def _failed_test(links: Links, row: FailedTest, month: Days) -> FailedTestRow:
    name = f"{row['kind']}test"
    results: dict[str, str | int] = {"test": row["pk"], **within("completed_at", month)}
    statistics = links.page(name, row["pk"], "question_statistics")
    return {
        "title": row["title"],
        "program": row["program"],
        "share_percent": row["share_percent"],
        "attempts": links.figure(row["attempts"], "testresult", **results),
        "failures": links.figure(row["failures"], "testresult", passed__exact=0, **results),
        "url": statistics or links.page(name, row["pk"]) or links.list_of("testresult", **results),
        "has_statistics": statistics is not None,
    }
