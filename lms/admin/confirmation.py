"""What the questions before bulk actions say of content and people."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms.admin.deletion import holding
from lms.selectors.history.bin import Impact


def counted(impact: Callable[[QuerySet], Impact]) -> Callable[[QuerySet], list[str]]:
    """Return what puts into lines how much, and how many people, some rows touch."""

    def lines(rows: QuerySet) -> list[str]:
        found = impact(rows)
        return [*holding(found.counts, 0), _("People: %(count)d") % {"count": found.people}]

    return lines
