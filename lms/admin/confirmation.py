"""The lines of a confirmation page that say how much content and how many people are affected."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms.admin.deletion import holding
from lms.selectors.history.recycle_bin import Impact


def counted(impact: Callable[[QuerySet], Impact]) -> Callable[[QuerySet], list[str]]:
    """Return a function that describes what a change of some rows affects, line by line."""

    def lines(rows: QuerySet) -> list[str]:
        found = impact(rows)
        return [*holding(found.counts, 0), _("People: %(count)d") % {"count": found.people}]

    return lines
